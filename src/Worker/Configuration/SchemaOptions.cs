using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.Streams;
using StreamMoe.Streams.Options;

namespace StreamMoe.Worker.Configuration;

/// <summary>What events look like: a file that says so, or how it is inferred. Learning options, except the file's path.</summary>
internal sealed record SchemaOptions : OptionSet
{
    /// <value>A schema file (see docs/files.md); empty (the default) = each partition infers from its own first labelled events.</value>
    [Description("A schema file; empty = inferred from the first labelled events.")]
    public string File { get; init; } = "";

    /// <value>Labelled events from which the schema is inferred, in [1, 100000]. The default is 1,000.</value>
    [Description("Labelled events from which the schema is inferred."), Range(1, 100_000)]
    public int InferFrom { get; init; } = 1000;

    /// <value>Record time after the first event at which inference ends though fewer labelled events came (one at least), in [PT1S, P30D]. The default is PT10M.</value>
    [Description("Record time after the first event at which inference ends with fewer labelled events."), Range(typeof(TimeSpan), "PT1S", "P30D")]
    public TimeSpan InferWait { get; init; } = TimeSpan.FromMinutes(10);

    /// <value>Values of a nominal attribute at most, in [1, 65536]; events with further ones are dead letters. The default is 1,024.</value>
    [Description("Values of a nominal attribute at most."), Range(1, NominalDomain.LargestCap)]
    public int MaxValues { get; init; } = NominalDomain.DefaultCap;

    /// <value>Classes at most, in [2, 65536]; events with further ones are dead letters. The default is 1,024.</value>
    [Description("Classes at most."), Range(2, NominalDomain.LargestCap)]
    public int MaxClasses { get; init; } = NominalDomain.DefaultCap;
}
