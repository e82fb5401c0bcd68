using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace StreamMoe.Streams.Generators;

/// <summary>Options of <see cref="WaveformDriftGenerator"/>.</summary>
internal sealed record WaveformDriftOptions : WaveformOptions
{
    /// <value>Number of exchanges of attributes, in [0, 40]. The default is 0.</value>
    [Description("Number of exchanges of attributes."), Range(0, 40)]
    public int NumberAttributesDrift { get; init; }
}
