using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.Streams.Options;

namespace StreamMoe.Streams.Generators;

/// <summary>Options of <see cref="AgrawalGenerator"/>.</summary>
internal sealed record AgrawalOptions : OptionSet
{
    /// <value>Which class function is used, in [1, 10]. The default is 1.</value>
    [Description("Which class function is used."), Range(1, 10)]
    public int Function { get; init; } = 1;

    /// <value>Seed of the instances: any 64-bit integer. The default is 1.</value>
    [Description("Seed of the instances.")]
    public long InstanceRandomSeed { get; init; } = 1;

    /// <value>Strength of the noise on numeric values, as a fraction of their range, in [0, 1]; spelt as in MOA. The default is 0.05.</value>
    [Description("Strength of the noise on numeric values, as a fraction of their range."), Range(0.0, 1.0)]
    public double PeturbFraction { get; init; } = 0.05;

    /// <value>Lets the classes alternate. The default is false.</value>
    [Description("Let the classes alternate.")]
    public bool BalanceClasses { get; init; }
}
