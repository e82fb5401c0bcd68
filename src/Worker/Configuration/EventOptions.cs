using System.ComponentModel;
using StreamMoe.Streams.Options;

namespace StreamMoe.Worker.Configuration;

/// <summary>How records are read as events. Learning options: they change what is learned.</summary>
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

    /// <inheritdoc/>
    protected override IEnumerable<string> RelationFaults()
    {
        foreach (string fault in EventMap.Read(Map).Faults) yield return fault;
        if (Format == EventFormat.Avro) yield return "format was avro; this build reads Avro, but cannot ask a schema registry for schemas yet. Let the producer write JSON.";
    }
}
