namespace StreamMoe.Worker.Order;

/// <summary>One thing that happened to a learner, in its order. What the fields mean depends on the kind; made by the methods below.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Source">The source, where it is about one.</param>
/// <param name="Value">A count, an offset, a time or an id.</param>
/// <param name="Name">A name; null for none.</param>
/// <param name="Text">A text; null for none.</param>
internal readonly record struct OrderEntry(OrderEntryKind Kind, OrderSource Source = default, long Value = 0, string? Name = null, string? Text = null)
{
    /// <summary>Records of a source, one after another.</summary>
    public static OrderEntry Run(OrderSource source, long count) => new(OrderEntryKind.Run, source, count);

    /// <summary>A source that belongs to the learner from here on, read from an offset.</summary>
    public static OrderEntry Joined(OrderSource source, long offset) => new(OrderEntryKind.Joined, source, offset);

    /// <summary>What came before this event time (ticks) expires.</summary>
    public static OrderEntry Expiry(long eventTime) => new(OrderEntryKind.Expiry, Value: eventTime);

    /// <summary>The inference of the schema ends with what is held.</summary>
    public static OrderEntry InferenceEnded() => new(OrderEntryKind.InferenceEnded);

    /// <summary>What a registry told of an id; null = there is no such schema.</summary>
    public static OrderEntry SchemaResolved(long id, string? schema) => new(OrderEntryKind.SchemaResolved, Value: id, Text: schema);

    /// <summary>An order from outside.</summary>
    public static OrderEntry Command(string name, string json) => new(OrderEntryKind.Command, Name: name, Text: json);
}
