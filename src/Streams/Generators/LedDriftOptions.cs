using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace StreamMoe.Streams.Generators;

/// <summary>Options of <see cref="LedDriftGenerator"/>.</summary>
internal sealed record LedDriftOptions : LedOptions
{
    /// <value>Number of segments that change places with irrelevant attributes, in [0, 7]. The default is 1.</value>
    [Description("Number of segments that change places with irrelevant attributes."), Range(0, 7)]
    public int NumberAttributesDrift { get; init; } = 1;
}
