using StreamMoe.Streams;
using StreamMoe.Streams.Options;
using StreamMoe.Worker.Configuration;

namespace StreamMoe.Worker.Events;

/// <summary>The attributes that come from where a record stands instead of its value: its key, and its partition. They come after all others.</summary>
/// <remarks>For one learner over partitions, or keys, each of which has a concept of its own.</remarks>
internal static class SourceAttributes
{
    /// <summary>Name of the record's key as an attribute.</summary>
    public const string Key = "(key)";

    /// <summary>Name of the record's partition as an attribute.</summary>
    public const string Partition = "(partition)";

    /// <summary>Partitions of the event topic at most, where the partition is an attribute: 64.</summary>
    public const int MostPartitions = 64;

    /// <summary>The names of those that are wanted, in order.</summary>
    public static IReadOnlyList<string> NamesOf(EventOptions events) => [.. events.KeyAsAttribute ? [Key] : (string[])[], .. events.PartitionAsAttribute ? [Partition] : (string[])[]];

    /// <summary>A schema with those that are wanted at its end. One that it has already keeps its values.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="events">Which are wanted.</param>
    /// <param name="options">Caps of their domains, and hashes.</param>
    /// <param name="partitions">The event partitions known now, which are values from the start.</param>
    /// <exception cref="OptionException">It has one that is numeric.</exception>
    public static Schema Append(Schema schema, EventOptions events, SchemaOptions options, IEnumerable<int> partitions)
    {
        IReadOnlyList<string> names = NamesOf(events);
        if (names.Count == 0) return schema;
        return new Schema(schema.Relation, [.. schema.Attributes.Where(a => !names.Contains(a.Name)), .. names.Select(Own)], schema.Class);

        SchemaAttribute Own(string name)
        {
            SchemaAttribute? there = schema.Attributes.FirstOrDefault(a => a.Name == name);
            if (there is { IsNominal: false })
                throw new OptionException([$"schema:file declares the attribute '{name}' as numeric, and events:{(name == Key ? "keyAsAttribute" : "partitionAsAttribute")} makes it; it must be nominal. Declare its values, or leave it out."]);
            if (options.Hashed.TryGetValue(name, out int buckets)) return SchemaAttribute.Nominal(name, EventRules.BucketNames(buckets), buckets);
            if (name == Key) return there ?? SchemaAttribute.Nominal(name, [], options.CapOf(options.MaxValues));
            return SchemaAttribute.Nominal(name, there?.Domain!.Values ?? partitions.Select(p => p.ToString(System.Globalization.CultureInfo.InvariantCulture)), MostPartitions);
        }
    }

    /// <summary>What keeps a schema from being read with those that are wanted; null when nothing does.</summary>
    public static string? FaultOf(Schema schema, EventOptions events)
    {
        IReadOnlyList<string> names = NamesOf(events);
        return schema.Attributes.TakeLast(names.Count).Select(a => a.Name).SequenceEqual(names) ? null
            : $"its last attributes are not {string.Join(" and ", names)}, which events:keyAsAttribute and events:partitionAsAttribute ask for";
    }
}
