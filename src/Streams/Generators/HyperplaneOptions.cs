using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.Streams.Options;

namespace StreamMoe.Streams.Generators;

/// <summary>Options of <see cref="HyperplaneGenerator"/>.</summary>
/// <remarks>For memory's sake no more than 1,000,000 attributes or classes are taken.</remarks>
internal sealed record HyperplaneOptions : OptionSet
{
    /// <value>Seed of the instances: any 64-bit integer. The default is 1.</value>
    [Description("Seed of the instances.")]
    public long InstanceRandomSeed { get; init; } = 1;

    /// <value>Number of classes declared, at least 2; only the first two occur, as in MOA. The default is 2.</value>
    [Description("Number of classes declared; only the first two occur, as in MOA."), Range(2, int.MaxValue)]
    public int NumClasses { get; init; } = 2;

    /// <value>Number of attributes, at least 0. The default is 10.</value>
    [Description("Number of attributes."), Range(0, int.MaxValue)]
    public int NumAtts { get; init; } = 10;

    /// <value>Number of attributes whose weights drift, in [0, <see cref="NumAtts"/>]. The default is 2.</value>
    [Description("Number of attributes whose weights drift; at most numAtts."), Range(0, int.MaxValue)]
    public int NumDriftAtts { get; init; } = 2;

    /// <value>Change of a drifting weight an instance, in [0, 1]. The default is 0.</value>
    [Description("Change of a drifting weight an instance."), Range(0.0, 1.0)]
    public double MagChange { get; init; }

    /// <value>Chance that the class is inverted, in per cent, in [0, 100]. The default is 5.</value>
    [Description("Chance that the class is inverted, in per cent."), Range(0, 100)]
    public int NoisePercentage { get; init; } = 5;

    /// <value>Chance an instance that a weight's drift turns round, in per cent, in [0, 100]. The default is 10.</value>
    [Description("Chance an instance that a weight's drift turns round, in per cent."), Range(0, 100)]
    public int SigmaPercentage { get; init; } = 10;

    /// <inheritdoc/>
    protected override IEnumerable<string> RelationFaults()
    {
        IEnumerable<string> faults = SizeLimit.Faults("numAtts", NumAtts, SizeLimit.Names)
            .Concat(SizeLimit.Faults("numClasses", NumClasses, SizeLimit.Names));
        return NumDriftAtts <= NumAtts
            ? faults
            : faults.Append($"numDriftAtts was {NumDriftAtts}; must not be above numAtts, which is {NumAtts}.");
    }
}
