using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.Streams.Options;

namespace StreamMoe.Streams.Generators;

/// <summary>Options of <see cref="StaggerGenerator"/>.</summary>
internal sealed record StaggerOptions : OptionSet
{
    /// <value>Seed of the instances: any 64-bit integer. The default is 1.</value>
    [Description("Seed of the instances.")]
    public long InstanceRandomSeed { get; init; } = 1;

    /// <value>Which concept is used, in [1, 3]. The default is 1.</value>
    [Description("Which concept is used: 1 small and red, 2 green or circle, 3 medium or large."), Range(1, 3)]
    public int Function { get; init; } = 1;

    /// <value>Lets the classes alternate. The default is false.</value>
    [Description("Let the classes alternate.")]
    public bool BalanceClasses { get; init; }
}
