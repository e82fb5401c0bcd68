using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.Streams.Options;

namespace StreamMoe.Streams.Generators;

/// <summary>Options of <see cref="SineGenerator"/>.</summary>
internal sealed record SineOptions : OptionSet
{
    /// <value>Seed of the instances: any 64-bit integer. The default is 1.</value>
    [Description("Seed of the instances.")]
    public long InstanceRandomSeed { get; init; } = 1;

    /// <value>Which curve divides the classes, in [1, 4]. The default is 1.</value>
    [Description("Which curve divides the classes: 1 sin(x), 2 the same reversed, 3 0.5 + 0.3·sin(3πx), 4 the same reversed."), Range(1, 4)]
    public int Function { get; init; } = 1;

    /// <value>Leaves the two irrelevant attributes out. The default is false.</value>
    [Description("Leave the two irrelevant attributes out.")]
    public bool SuppressIrrelevantAttributes { get; init; }

    /// <value>Lets the classes alternate. The default is false.</value>
    [Description("Let the classes alternate.")]
    public bool BalanceClasses { get; init; }
}
