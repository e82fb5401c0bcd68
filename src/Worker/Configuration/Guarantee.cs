namespace StreamMoe.Worker.Configuration;

/// <summary>What a worker promises about its outputs after a failure.</summary>
internal enum Guarantee
{
    /// <summary>Outputs and offsets are one transaction: a reader of committed records sees each output once.</summary>
    ExactlyOnce,

    /// <summary>Outputs first, offsets after them: after a failure some outputs are there twice, with the same source position.</summary>
    AtLeastOnce,
}
