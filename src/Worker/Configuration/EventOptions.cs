using System.ComponentModel;
using System.Text;
using StreamMoe.Streams.Options;

namespace StreamMoe.Worker.Configuration;

/// <summary>How records are read as events, and what of them goes to predictions. Learning options, since they change what is learned, except <see cref="PassHeaders"/>.</summary>
internal sealed record EventOptions : OptionSet
{
    /// <value>What the values of records are. The default is JSON.</value>
    [Description("What the values of records are; auto decides once, from the first records.")]
    public EventFormat Format { get; init; } = EventFormat.Json;

    /// <value>Where the features stand. The default, auto, decides once: from the records held for the inference; nested with a declared schema.</value>
    [Description("Where the features stand: in the object 'features', or beside id, time and label; auto decides once, from the records held.")]
    public EventShape Shape { get; init; } = EventShape.Auto;

    /// <value>Names of the keys that hold id, label and time, as <c>id=order_no,label=is_fraud,time=ts</c>; the default is their own names. Keys named here are never features.</value>
    [Description("Keys that hold id, label and time, as id=order_no,label=is_fraud,time=ts.")]
    public string Map { get; init; } = "";

    /// <value>True makes the record's key a nominal attribute, <c>(key)</c>: for one learner over keys each of which has a concept of its own. Up to <c>schema:maxValues</c>
    /// keys; further ones are what <c>schema:onNewValue</c> says. The default is false.</value>
    [Description("The record's key becomes a nominal attribute, (key): for keys that have concepts of their own.")]
    public bool KeyAsAttribute { get; init; }

    /// <value>True makes the record's partition a nominal attribute, <c>(partition)</c>: for one learner over partitions, 64 at most, each of which has a concept of its
    /// own. The default is false.</value>
    [Description("The record's partition becomes a nominal attribute, (partition): for partitions, 64 at most, that have concepts of their own.")]
    public bool PartitionAsAttribute { get; init; }

    /// <value>Names of headers, separated by commas, that go from an event to its prediction as they are; the default is none. No learning option.</value>
    [Description("Headers of events, by name and separated by commas, that go to their predictions as they are.")]
    public string PassHeaders { get; init; } = "";

    /// <summary>Names in <see cref="PassHeaders"/> at most: 64.</summary>
    public const int MostPassedNames = 64;

    /// <summary>Longest of these names in bytes of UTF-8: 255.</summary>
    public const int LongestPassedName = 255;

    /// <value>The names of the headers that are passed.</value>
    public IReadOnlyList<string> PassedHeaderNames => PassHeaders.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <value>True when headers of records are needed: they are passed on, or may hold a part of a CloudEvent.</value>
    public bool NeedHeaders => PassedHeaderNames.Count > 0 || Format is EventFormat.Cloudevents or EventFormat.Auto;

    /// <inheritdoc/>
    protected override IEnumerable<string> RelationFaults()
    {
        foreach (string fault in EventMap.Read(Map).Faults) yield return fault;
        foreach (string fault in PassedHeaderFaults()) yield return fault;
        if (Format == EventFormat.Avro) yield return "format was avro; this build reads Avro, but cannot ask a schema registry for schemas yet. Let the producer write JSON.";
    }

    private IEnumerable<string> PassedHeaderFaults()
    {
        IReadOnlyList<string> names = PassedHeaderNames;
        if (names.Count > MostPassedNames) yield return $"passHeaders names {names.Count} headers; at most {MostPassedNames} are passed.";
        foreach (string name in names.Where(n => Encoding.UTF8.GetByteCount(n) > LongestPassedName))
            yield return $"passHeaders has a name of {Encoding.UTF8.GetByteCount(name)} bytes, '{name[..40]}…'; a name has at most {LongestPassedName}.";
        foreach (string name in names.GroupBy(n => n, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key))
            yield return $"passHeaders has '{name}' twice; name each header once.";
    }
}
