using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace StreamMoe.Streams.Generators;

/// <summary>Options of <see cref="RandomRbfDriftGenerator"/>.</summary>
internal sealed record RandomRbfDriftOptions : RandomRbfOptions
{
    /// <value>Length of the way that a moving centroid goes an instance, in [0, 3.4028235e38]. The default is 0.</value>
    [Description("Length of the way that a moving centroid goes an instance."), Range(0.0, 3.4028235e38)]
    public double SpeedChange { get; init; }

    /// <value>Number of moving centroids, at least 0; all of them when above the number of centroids. The default is 50.</value>
    [Description("Number of moving centroids."), Range(0, int.MaxValue)]
    public int NumDriftCentroids { get; init; } = 50;
}
