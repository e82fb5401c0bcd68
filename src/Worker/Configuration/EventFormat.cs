namespace StreamMoe.Worker.Configuration;

/// <summary>What the values of records are.</summary>
internal enum EventFormat
{
    /// <summary>A JSON object, as docs/events.md describes it.</summary>
    Json,

    /// <summary>Avro in Confluent's wire format, with a schema registry.</summary>
    Avro,

    /// <summary>CloudEvents 1.0 around a JSON object.</summary>
    Cloudevents,

    /// <summary>Debezium's change events.</summary>
    Debezium,

    /// <summary>Told from the first records, once.</summary>
    Auto,
}
