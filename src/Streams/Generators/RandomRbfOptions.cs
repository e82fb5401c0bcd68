using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.Streams.Options;

namespace StreamMoe.Streams.Generators;

/// <summary>Options of <see cref="RandomRbfGenerator"/>.</summary>
/// <remarks>For memory's sake no more than 1,000,000 attributes or classes, and 10,000,000 coordinates of centroids, are taken.</remarks>
internal record RandomRbfOptions : OptionSet
{
    /// <value>Seed of the centroids: any 64-bit integer. The default is 1.</value>
    [Description("Seed of the centroids.")]
    public long ModelRandomSeed { get; init; } = 1;

    /// <value>Seed of the instances: any 64-bit integer. The default is 1.</value>
    [Description("Seed of the instances.")]
    public long InstanceRandomSeed { get; init; } = 1;

    /// <value>Number of classes, at least 2. The default is 2.</value>
    [Description("Number of classes."), Range(2, int.MaxValue)]
    public int NumClasses { get; init; } = 2;

    /// <value>Number of attributes, at least 0. The default is 10.</value>
    [Description("Number of attributes."), Range(0, int.MaxValue)]
    public int NumAtts { get; init; } = 10;

    /// <value>Number of centroids, at least 1. The default is 50.</value>
    [Description("Number of centroids."), Range(1, int.MaxValue)]
    public int NumCentroids { get; init; } = 50;

    /// <inheritdoc/>
    protected override IEnumerable<string> RelationFaults()
        => SizeLimit.Faults("numAtts", NumAtts, SizeLimit.Names)
            .Concat(SizeLimit.Faults("numClasses", NumClasses, SizeLimit.Names))
            .Concat(SizeLimit.Faults("numCentroids", NumCentroids, SizeLimit.Coordinates))
            .Concat(SizeLimit.Faults("numCentroids × numAtts", (long)NumCentroids * NumAtts, SizeLimit.Coordinates));
}
