namespace StreamMoe.Worker.Order;

/// <summary>What an entry of an order record tells. The numbers are part of the format.</summary>
internal enum OrderEntryKind : byte
{
    /// <summary>So many records of a source were processed one after another: <see cref="OrderEntry.Value"/> = how many, ≥ 1.</summary>
    Run = 1,

    /// <summary>A source belongs to the learner from here on: <see cref="OrderEntry.Value"/> = the offset of its first record.</summary>
    Joined = 2,

    /// <summary>A clock decided that labels expire: <see cref="OrderEntry.Value"/> = event time in ticks; what came before it expires.</summary>
    Expiry = 3,

    /// <summary>A clock decided that the inference of the schema ends with the records held.</summary>
    InferenceEnded = 4,

    /// <summary>A registry told a schema: <see cref="OrderEntry.Value"/> = its id, <see cref="OrderEntry.Text"/> = the schema; null = there is none of this id.</summary>
    SchemaResolved = 5,

    /// <summary>Somebody gave an order: <see cref="OrderEntry.Name"/> = what kind, <see cref="OrderEntry.Text"/> = the rest as JSON.</summary>
    Command = 6,
}
