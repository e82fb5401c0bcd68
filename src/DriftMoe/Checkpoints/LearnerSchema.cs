using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Checkpoints;

/// <summary>A schema, and how much of it was known when the learner was made: a learner lays out what it sees by the values and classes
/// of that moment, so it must be made again from the same ones.</summary>
public sealed class LearnerSchema
{
    private readonly int[] _known;

    /// <summary>Remembers what is known now; make it together with the learner.</summary>
    /// <param name="schema">The schema that the learner is made for. Its domains may grow afterwards.</param>
    public LearnerSchema(Schema schema)
        : this(schema, [.. schema.Attributes.Append(schema.Class).Select(a => a.Domain?.Count ?? 0)]) { }

    internal LearnerSchema(Schema schema, int[] known) => (Schema, _known) = (schema, known);

    /// <value>The schema with everything that is known by now.</value>
    public Schema Schema { get; }

    /// <summary>Makes a learner again: for a schema as it was in the beginning, which then grows to what is known by now.</summary>
    /// <param name="make">Makes the learner for the young schema.</param>
    /// <returns>The schema of the new learner; it grows on its own from then on.</returns>
    public LearnerSchema Remake(Action<Schema> make)
    {
        Schema young = new(Schema.Relation, Schema.Attributes.Select((a, i) => Young(a, _known[i])), Young(Schema.Class, _known[^1]));
        make(young);
        for (int i = 0; i < Schema.AttributeCount; i++) Grow(young.Attributes[i], Schema.Attributes[i]);
        Grow(young.Class, Schema.Class);
        return new LearnerSchema(young, _known);
    }

    /// <summary>Values of an attribute that were known in the beginning; 0 for a numeric one. The class stands behind the attributes.</summary>
    internal int KnownAtFirst(int attribute) => _known[attribute];

    private static SchemaAttribute Young(SchemaAttribute grown, int known)
        => grown.Domain is { } domain ? SchemaAttribute.Nominal(grown.Name, domain.Values.Take(known), domain.Cap) : SchemaAttribute.Numeric(grown.Name);

    private static void Grow(SchemaAttribute young, SchemaAttribute grown)
    {
        foreach (string value in grown.Domain?.Values ?? []) young.Domain!.TryGetOrAdd(value, out _);
    }
}
