using System.Text;
using StreamMoe.Worker.Configuration;

namespace StreamMoe.Worker.Events;

/// <summary>How records are read, ready for the decoder: names as bytes, lists read once.</summary>
internal sealed class EventRules
{
    /// <summary>Name of the one value that all values beyond a cap have.</summary>
    public const string Other = "(other)";

    /// <summary>Deepest object or array inside the features whose members are attributes: 4.</summary>
    public const int MaxNesting = 4;

    /// <summary>Numbers of an array inside the features that are attributes, at most: 1,024.</summary>
    public const int MaxArray = 1024;

    /// <param name="events">Where things stand in a record.</param>
    /// <param name="schema">What becomes of values.</param>
    public EventRules(EventOptions events, SchemaOptions schema)
    {
        EventMap map = EventMap.Read(events.Map);
        (Id, Label, Time) = (Encoding.UTF8.GetBytes(map.Id), Encoding.UTF8.GetBytes(map.Label), Encoding.UTF8.GetBytes(map.Time));
        Mapped = [.. map.Mapped.Select(Encoding.UTF8.GetBytes)];
        (Schema, Format, Hashed, Events) = (schema, events.Format, schema.Hashed, events);
        Ignored = schema.Ignored.Concat(SourceAttributes.NamesOf(events)).ToHashSet(StringComparer.Ordinal);
        Passed = new PassedHeaders(events);
        // What other formats hold is written anew, with its features in their place.
        Shape = events.Format is EventFormat.Json or EventFormat.Auto ? events.Shape : EventShape.Nested;
    }

    /// <value>The rules of a worker that is told nothing.</value>
    public static EventRules Default { get; } = new(new EventOptions(), new SchemaOptions());

    /// <value>The name of the id, of the label and of the time.</value>
    public byte[] Id { get; }

    /// <inheritdoc cref="Id"/>
    public byte[] Label { get; }

    /// <inheritdoc cref="Id"/>
    public byte[] Time { get; }

    /// <value>The names that the user gave to these: never features.</value>
    public byte[][] Mapped { get; }

    /// <value>What of a record becomes attributes, as configured.</value>
    public EventOptions Events { get; }

    /// <value>What becomes of values that do not fit.</value>
    public SchemaOptions Schema { get; }

    /// <value>What the values of records are, as configured.</value>
    public EventFormat Format { get; }

    /// <value>Where features stand, as configured; nested for formats that have no such choice.</value>
    public EventShape Shape { get; }

    /// <value>The headers that go to predictions.</value>
    public PassedHeaders Passed { get; }

    /// <value>Attributes whose values are hashed, with their numbers of values.</value>
    public IReadOnlyDictionary<string, int> Hashed { get; }

    /// <value>Names that inference leaves out: those that are not wanted, and those of <see cref="SourceAttributes"/>.</value>
    public IReadOnlySet<string> Ignored { get; }

    /// <summary>True for a name that holds id, label or time because the user said so.</summary>
    public bool IsMapped(ReadOnlySpan<byte> name)
    {
        foreach (byte[] mapped in Mapped)
            if (name.SequenceEqual(mapped)) return true;
        return false;
    }

    /// <summary>The values of a hashed attribute.</summary>
    public static IEnumerable<string> BucketNames(int buckets) => Enumerable.Range(0, buckets).Select(b => $"#{b}");

    /// <summary>The value of a hashed attribute for some text: FNV-1a with 64 bits, its halves put together, modulo the number of values.</summary>
    public static int BucketOf(ReadOnlySpan<byte> text, int buckets)
    {
        ulong hash = 14695981039346656037;
        foreach (byte b in text) hash = (hash ^ b) * 1099511628211;
        return (int)((uint)(hash ^ (hash >> 32)) % (uint)buckets);
    }
}
