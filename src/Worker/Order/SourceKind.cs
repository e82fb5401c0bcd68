namespace StreamMoe.Worker.Order;

/// <summary>The topics that a learner reads. The numbers are part of the order records' format.</summary>
internal enum SourceKind : byte
{
    /// <summary>The event topic.</summary>
    Events = 0,

    /// <summary>The label topic.</summary>
    Labels = 1,
}
