using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Neighbours;

/// <summary>Options of <see cref="NearestNeighbours"/>.</summary>
internal sealed record NearestNeighboursOptions : OptionSet
{
    /// <value>Instances remembered, in [1, 1,000,000]. The default is 2,000.</value>
    [Description("Instances remembered."), Range(1, 1_000_000)]
    public int Window { get; init; } = 2000;

    /// <value>Neighbours that vote, in [1, 16]. The default is 7.</value>
    [Description("Neighbours that vote."), Range(1, NeighbourRing.MostNeighbours)]
    public int Neighbours { get; init; } = 7;

    /// <value>Newest instances among which the neighbours of a further output are sought, in [0, 1,000,000], below
    /// <see cref="Window"/>; 0 = no such output. The default is 600.</value>
    [Description("Newest instances among which the neighbours of a further output are sought; 0 = no such output."), Range(0, 1_000_000)]
    public int InnerWindow { get; init; } = 600;

    /// <value>Neighbours that vote in that output, in [1, 16]. The default is 3.</value>
    [Description("Neighbours that vote in that output."), Range(1, NeighbourRing.MostNeighbours)]
    public int InnerNeighbours { get; init; } = 3;

    /// <value>True to weigh the attributes by what they are worth (see <see cref="NearestNeighbours"/>). The default is true.</value>
    [Description("Weigh the attributes by what they are worth to tell the classes apart.")]
    public bool Weighted { get; init; } = true;

    /// <value>True to give what no neighbour says to the classes by their shares rather than evenly. The default is false.</value>
    [Description("Give what no neighbour says to the classes by their shares.")]
    public bool Proportional { get; init; }

    /// <value>True to remember at most ten rows of a class for one of the rarest, chosen by chance, and count each for those left out. The default is false.</value>
    [Description("Remember at most ten rows of a class for one of the rarest.")]
    public bool Balanced { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<string> RelationFaults()
    {
        if (InnerWindow >= Window) yield return $"innerWindow was {InnerWindow} and window {Window}; innerWindow must be below window (0 = no inner window).";
    }
}
