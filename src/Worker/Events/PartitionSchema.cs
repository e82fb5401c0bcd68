using StreamMoe.Worker.Configuration;
using StreamMoe.Streams;

namespace StreamMoe.Worker.Events;

/// <summary>One partition's own schema, and whether a restored one is the one that was declared.</summary>
internal static class PartitionSchema
{
    /// <summary>A copy for one partition, whose domains grow on their own up to the caps of the options or of the schema, whichever are lower.</summary>
    /// <param name="schema">The schema that was declared or inferred.</param>
    /// <param name="events">Which attributes come besides: see <see cref="SourceAttributes"/>.</param>
    /// <param name="caps">Caps of the domains.</param>
    /// <param name="partitions">The event partitions known now.</param>
    public static Schema CopyOf(Schema schema, EventOptions events, SchemaOptions caps, IEnumerable<int> partitions)
    {
        Schema whole = SourceAttributes.Append(schema, events, caps, partitions);
        return new Schema(whole.Relation, whole.Attributes.Select(a => a.Domain is null ? SchemaAttribute.Numeric(a.Name)
            : events.PartitionAsAttribute && a.Name == SourceAttributes.Partition ? SchemaAttribute.Nominal(a.Name, a.Domain.Values, a.Domain.Cap) : CopyOf(a, caps)),
            Copy(whole.Class, caps.MaxClasses));
    }

    /// <summary>A nominal attribute whose domain has room for the value of everything beyond its cap, or whose values are those of its hashes.</summary>
    private static SchemaAttribute CopyOf(SchemaAttribute attribute, SchemaOptions options)
        => options.Hashed.TryGetValue(attribute.Name, out int buckets) ? SchemaAttribute.Nominal(attribute.Name, EventRules.BucketNames(buckets), buckets)
            : SchemaAttribute.Nominal(attribute.Name, attribute.Domain!.Values, options.CapOf(Math.Min(options.MaxValues, attribute.Domain.Cap)));

    /// <summary>What keeps events of the one schema from being events of the other; null when nothing does. Domains may differ.</summary>
    public static string? Difference(Schema declared, Schema found)
    {
        if (declared.AttributeCount != found.AttributeCount) return $"it has {found.AttributeCount} attributes; declared are {declared.AttributeCount}";
        for (int a = 0; a < declared.AttributeCount; a++)
        {
            SchemaAttribute one = declared.Attributes[a], other = found.Attributes[a];
            if (one.Name != other.Name) return $"attribute {a + 1} is '{other.Name}'; declared is '{one.Name}'";
            if (one.IsNominal != other.IsNominal) return $"attribute '{one.Name}' is {Type(other)}; declared is {Type(one)}";
        }
        return null;
    }

    private static SchemaAttribute Copy(SchemaAttribute attribute, int cap)
        => SchemaAttribute.Nominal(attribute.Name, attribute.Domain!.Values, Math.Min(cap, attribute.Domain.Cap));

    private static string Type(SchemaAttribute attribute) => attribute.IsNominal ? "nominal" : "numeric";
}
