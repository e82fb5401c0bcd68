using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.Streams.Options;

namespace StreamMoe.Streams.Generators;

/// <summary>Options of <see cref="LedGenerator"/>.</summary>
internal record LedOptions : OptionSet
{
    /// <value>Seed of the instances: any 64-bit integer. The default is 1.</value>
    [Description("Seed of the instances.")]
    public long InstanceRandomSeed { get; init; } = 1;

    /// <value>Chance that a segment is shown inverted, in per cent, in [0, 100]. The default is 10.</value>
    [Description("Chance that a segment is shown inverted, in per cent."), Range(0, 100)]
    public int NoisePercentage { get; init; } = 10;

    /// <value>Leaves the 17 irrelevant attributes out. The default is false.</value>
    [Description("Leave the 17 irrelevant attributes out.")]
    public bool SuppressIrrelevantAttributes { get; init; }
}
