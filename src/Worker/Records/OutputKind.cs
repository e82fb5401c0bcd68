namespace StreamMoe.Worker.Records;

/// <summary>What a record of the worker's output is; each kind has its topic.</summary>
internal enum OutputKind : byte
{
    /// <summary>The prediction of one event.</summary>
    Prediction,

    /// <summary>A signal or a decision with its evidence.</summary>
    Audit,

    /// <summary>A record that could not be used, untouched, with its reason.</summary>
    DeadLetter,
}
