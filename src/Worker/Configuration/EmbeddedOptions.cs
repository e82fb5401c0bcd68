using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.Streams.Options;

namespace StreamMoe.Worker.Configuration;

/// <summary>What a worker without Kafka serves.</summary>
internal sealed record EmbeddedOptions : OptionSet
{
    /// <value>A stream as <c>replay</c> takes it (without files); empty (the default) = loan applications whose rule changes (Agrawal's functions).</value>
    [Description("The stream that is served without Kafka, as replay takes it; empty = loan applications whose rule keeps changing.")]
    public string Stream { get; init; } = "";

    /// <value>Events a second, in [0.1, 1000000]. The default is 1,000.</value>
    [Description("Events a second of that stream."), Range(0.1, 1_000_000.0)]
    public double Rate { get; init; } = 1000;

    /// <value>Partitions to which the events go in turn, in [1, 64]. The default is 4.</value>
    [Description("Partitions to which the events of that stream go in turn."), Range(1, 64)]
    public int Partitions { get; init; } = 4;

    /// <value>Events after which the rule of the built-in stream changes, in [1000, 1000000000]. The default is 20,000.</value>
    [Description("Events after which the rule of the built-in stream changes."), Range(1000, 1_000_000_000)]
    public int DriftEvery { get; init; } = 20_000;
}
