using System.ComponentModel;
using StreamMoe.Streams.Options;

namespace StreamMoe.Streams.Generators;

/// <summary>Options of <see cref="WaveformGenerator"/>.</summary>
internal record WaveformOptions : OptionSet
{
    /// <value>Seed of the instances: any 64-bit integer. The default is 1.</value>
    [Description("Seed of the instances.")]
    public long InstanceRandomSeed { get; init; } = 1;

    /// <value>Adds 19 attributes of pure noise. The default is false.</value>
    [Description("Add 19 attributes of pure noise.")]
    public bool AddNoise { get; init; }
}
