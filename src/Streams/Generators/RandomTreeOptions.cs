using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.Streams.Options;

namespace StreamMoe.Streams.Generators;

/// <summary>Options of <see cref="RandomTreeGenerator"/>.</summary>
/// <remarks>For memory's sake no more than 1,000,000 numeric attributes, nominal values of all attributes together, or classes are taken.</remarks>
internal sealed record RandomTreeOptions : OptionSet
{
    /// <value>Seed of the tree: any 64-bit integer. The default is 1.</value>
    [Description("Seed of the tree.")]
    public long TreeRandomSeed { get; init; } = 1;

    /// <value>Seed of the instances: any 64-bit integer. The default is 1.</value>
    [Description("Seed of the instances.")]
    public long InstanceRandomSeed { get; init; } = 1;

    /// <value>Number of classes, at least 2. The default is 2.</value>
    [Description("Number of classes."), Range(2, int.MaxValue)]
    public int NumClasses { get; init; } = 2;

    /// <value>Number of nominal attributes, at least 0. The default is 5.</value>
    [Description("Number of nominal attributes."), Range(0, int.MaxValue)]
    public int NumNominals { get; init; } = 5;

    /// <value>Number of numeric attributes, at least 0. The default is 5.</value>
    [Description("Number of numeric attributes."), Range(0, int.MaxValue)]
    public int NumNumerics { get; init; } = 5;

    /// <value>Number of values of each nominal attribute, at least 2. The default is 5.</value>
    [Description("Number of values of each nominal attribute."), Range(2, int.MaxValue)]
    public int NumValsPerNominal { get; init; } = 5;

    /// <value>Depth at which every node is a leaf, at least 0; the root has depth 0. The default is 5.</value>
    [Description("Depth at which every node is a leaf."), Range(0, int.MaxValue)]
    public int MaxTreeDepth { get; init; } = 5;

    /// <value>Smallest depth at which a node can be a leaf, at least 0. The default is 3.</value>
    [Description("Smallest depth at which a node can be a leaf."), Range(0, int.MaxValue)]
    public int FirstLeafLevel { get; init; } = 3;

    /// <value>Chance of being a leaf from <see cref="FirstLeafLevel"/> on, in [0, 1]. The default is 0.15.</value>
    [Description("Chance of being a leaf from firstLeafLevel on."), Range(0.0, 1.0)]
    public double LeafFraction { get; init; } = 0.15;

    /// <inheritdoc/>
    protected override IEnumerable<string> RelationFaults()
        => SizeLimit.Faults("numNominals × numValsPerNominal", (long)NumNominals * NumValsPerNominal, SizeLimit.Names)
            .Concat(SizeLimit.Faults("numNumerics", NumNumerics, SizeLimit.Names))
            .Concat(SizeLimit.Faults("numClasses", NumClasses, SizeLimit.Names));
}
