using StreamMoe.Experts.State;
using StreamMoe.StreamHost.Configuration;
using StreamMoe.Streams;

namespace StreamMoe.StreamHost.Events;

/// <summary>One partition's schema, and how many values its domains had when the learner was made.</summary>
/// <remarks>A learner takes the domains' sizes into account when it is made, so it must be made again with the same ones before its state is
/// loaded; <see cref="Complete"/> then adds the values that came later.</remarks>
internal sealed class SchemaState
{
    private readonly int[] _initial;
    private readonly List<(NominalDomain Domain, string[] Values)> _later = [];

    private SchemaState(Schema schema, int[] initial) => (Schema, _initial) = (schema, initial);

    /// <value>The schema; nobody else's.</value>
    public Schema Schema { get; }

    /// <summary>A copy for one partition, whose domains grow on their own up to the caps of the options or of the schema, whichever are lower.</summary>
    public static SchemaState CopyOf(Schema schema, SchemaOptions caps)
    {
        Schema copy = new(schema.Relation,
            schema.Attributes.Select(a => a.Domain is null ? SchemaAttribute.Numeric(a.Name) : Copy(a, caps.MaxValues)),
            Copy(schema.Class, caps.MaxClasses));
        return new SchemaState(copy, [.. DomainsOf(copy).Select(d => d.Count)]);
    }

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

    /// <summary>Adds the values that came after the learner was made.</summary>
    public void Complete()
    {
        foreach ((NominalDomain domain, string[] values) in _later)
            foreach (string value in values)
                if (!domain.TryGetOrAdd(value, out _)) throw new StateFormatException($"A domain has more values than its cap of {domain.Cap}.");
        _later.Clear();
    }

    /// <summary>Writes the schema.</summary>
    public void Save(StateWriter writer)
    {
        writer.Mark("schema");
        writer.Write(Schema.Relation);
        writer.Write(Schema.AttributeCount);
        int next = 0;
        foreach (SchemaAttribute attribute in Schema.Attributes.Append(Schema.Class))
        {
            writer.Write(attribute.Name);
            writer.Write(attribute.IsNominal);
            if (attribute.Domain is not NominalDomain domain) continue;
            writer.Write(domain.Cap);
            writer.Write(_initial[next++]);
            writer.Write(domain.Count);
            foreach (string value in domain.Values) writer.Write(value);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote, with the domains as they were when the learner was made.</summary>
    /// <exception cref="StateFormatException">The bytes are not a schema.</exception>
    public static SchemaState Load(StateReader reader)
    {
        reader.Mark("schema");
        string relation = reader.ReadString();
        int count = reader.ReadInt32(0, 1 << 20, "the number of attributes");
        List<SchemaAttribute> attributes = [];
        List<int> initial = [];
        List<string[]> later = [];
        for (int a = 0; a <= count; a++)
        {
            string name = reader.ReadString();
            if (!reader.ReadBoolean())
            {
                attributes.Add(SchemaAttribute.Numeric(name));
                continue;
            }
            int cap = reader.ReadInt32(1, int.MaxValue, "the cap of a domain");
            int first = reader.ReadInt32(0, cap, "the first values of a domain"), all = reader.ReadInt32(first, cap, "the number of values of a domain");
            List<string> values = [];
            while (values.Count < all) values.Add(reader.ReadString());
            initial.Add(first);
            later.Add([.. values.Skip(first)]);
            attributes.Add(SchemaAttribute.Nominal(name, values.Take(first), cap));
        }
        try
        {
            SchemaState state = new(new Schema(relation, attributes.Take(count), attributes[count]), [.. initial]);
            state._later.AddRange(DomainsOf(state.Schema).Zip(later));
            return state;
        }
        catch (ArgumentException e)
        {
            throw new StateFormatException($"The state holds no schema: {e.Message}", e);
        }
    }

    private static SchemaAttribute Copy(SchemaAttribute attribute, int cap)
        => SchemaAttribute.Nominal(attribute.Name, attribute.Domain!.Values, Math.Min(cap, attribute.Domain.Cap));

    private static IEnumerable<NominalDomain> DomainsOf(Schema schema)
        => schema.Attributes.Append(schema.Class).Where(a => a.IsNominal).Select(a => a.Domain!);

    private static string Type(SchemaAttribute attribute) => attribute.IsNominal ? "nominal" : "numeric";
}
