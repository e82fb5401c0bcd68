using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.Streams.Options;

namespace StreamMoe.Streams.Generators;

/// <summary>Options of <see cref="SeaGenerator"/>.</summary>
internal sealed record SeaOptions : OptionSet
{
    /// <value>Which threshold is used, in [1, 4]: 8, 9, 7, 9.5. The default is 1.</value>
    [Description("Which threshold on attrib1 + attrib2 is used: 8, 9, 7 or 9.5."), Range(1, 4)]
    public int Function { get; init; } = 1;

    /// <value>Seed of the instances: any 64-bit integer. The default is 1.</value>
    [Description("Seed of the instances.")]
    public long InstanceRandomSeed { get; init; } = 1;

    /// <value>Lets the classes before noise alternate. The default is false.</value>
    [Description("Let the classes before noise alternate.")]
    public bool BalanceClasses { get; init; }

    /// <value>At least 0; has no effect, as in MOA, and is here so that MOA's options can be taken over. The default is 0.</value>
    [Description("Has no effect, as in MOA."), Range(0, int.MaxValue)]
    public int NumInstancesConcept { get; init; }

    /// <value>Chance that the class is inverted, in per cent, in [0, 100]. The default is 10.</value>
    [Description("Chance that the class is inverted, in per cent."), Range(0, 100)]
    public int NoisePercentage { get; init; } = 10;
}
