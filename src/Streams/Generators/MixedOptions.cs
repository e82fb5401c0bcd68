using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.Streams.Options;

namespace StreamMoe.Streams.Generators;

/// <summary>Options of <see cref="MixedGenerator"/>.</summary>
internal sealed record MixedOptions : OptionSet
{
    /// <value>Which class function is used, in [1, 2]; 2 is the opposite of 1. The default is 1.</value>
    [Description("Which class function is used; 2 is the opposite of 1."), Range(1, 2)]
    public int Function { get; init; } = 1;

    /// <value>Seed of the instances: any 64-bit integer. The default is 1.</value>
    [Description("Seed of the instances.")]
    public long InstanceRandomSeed { get; init; } = 1;

    /// <value>Lets the classes alternate. The default is false.</value>
    [Description("Let the classes alternate.")]
    public bool BalanceClasses { get; init; }
}
