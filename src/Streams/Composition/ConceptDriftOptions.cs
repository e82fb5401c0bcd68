using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.Streams.Options;

namespace StreamMoe.Streams.Composition;

/// <summary>Options of <see cref="ConceptDriftStream"/>.</summary>
internal record ConceptDriftOptions : OptionSet
{
    /// <value>Number of the instance, counted from 1, at which both streams are equally likely: any 32-bit integer. The default is 0.</value>
    [Description("Number of the instance, counted from 1, at which both streams are equally likely.")]
    public int Position { get; init; }

    /// <value>Length of the change in instances: any 32-bit integer; 0 = a step. The default is 1,000.</value>
    [Description("Length of the change in instances; 0 = a step.")]
    public int Width { get; init; } = 1000;

    /// <value>Angle of the change in degrees, in [0, 90]; unless 0 it replaces the width by trunc(1/tan(alpha)). The default is 0.</value>
    [Description("Angle of the change in degrees; unless 0 it replaces the width by 1/tan(alpha)."), Range(0.0, 90.0)]
    public double Alpha { get; init; }

    /// <value>Seed of the choice between the streams: any 64-bit integer. The default is 1.</value>
    [Description("Seed of the choice between the streams.")]
    public long RandomSeed { get; init; } = 1;
}
