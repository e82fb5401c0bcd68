namespace StreamMoe.Worker.Events;

/// <summary>What came of reading a record.</summary>
internal enum DecodeOutcome : byte
{
    /// <summary>It was not read yet, or what it says depends on the records before it.</summary>
    Unread,

    /// <summary>An event or a late label.</summary>
    Good,

    /// <summary>A bad record.</summary>
    Bad,

    /// <summary>It says nothing of an event, and is not bad.</summary>
    PassedOver,
}
