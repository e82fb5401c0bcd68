using StreamMoe.Experts.State;
using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Checkpoints;

/// <summary>Writes, reads and compares what rows look like.</summary>
internal static class SchemaState
{
    /// <summary>Writes relation, attributes and class, nominal ones with their cap, how many values the learner knew in the beginning, and all values so far.</summary>
    public static void Save(LearnerSchema learned, StateWriter writer)
    {
        Schema schema = learned.Schema;
        writer.Write(schema.Relation);
        writer.Write(schema.AttributeCount);
        for (int i = 0; i < schema.AttributeCount; i++) Save(schema.Attributes[i], learned.KnownAtFirst(i), writer);
        Save(schema.Class, learned.KnownAtFirst(schema.AttributeCount), writer);
    }

    /// <summary>Reads what <see cref="Save(LearnerSchema, StateWriter)"/> wrote.</summary>
    /// <exception cref="StateFormatException">The bytes are no schema.</exception>
    public static LearnerSchema Load(StateReader reader)
    {
        try
        {
            string relation = reader.ReadString();
            int count = reader.ReadInt32(0, 1 << 24, "the number of attributes");
            List<SchemaAttribute> attributes = [];
            List<int> known = [];
            for (int i = 0; i <= count; i++) attributes.Add(LoadAttribute(reader, known));
            return new LearnerSchema(new Schema(relation, attributes[..^1], attributes[^1]), [.. known]);
        }
        catch (ArgumentException e)
        {
            throw new StateFormatException(e.Message, e);
        }
    }

    /// <summary>What makes rows of one schema unusable for a state of the other; values of a nominal attribute may go on in one of them.</summary>
    public static IEnumerable<string> Differences(Schema found, Schema wanted)
    {
        if (found.AttributeCount != wanted.AttributeCount)
        {
            yield return $"the schema has {found.AttributeCount} attributes in the checkpoint and {wanted.AttributeCount} in this run";
            yield break;
        }
        for (int i = 0; i < found.AttributeCount; i++)
            if (Difference($"attribute {i + 1}", found.Attributes[i], wanted.Attributes[i]) is { } line) yield return line;
        if (Difference("the class", found.Class, wanted.Class) is { } difference) yield return difference;
    }

    private static void Save(SchemaAttribute attribute, int known, StateWriter writer)
    {
        writer.Write(attribute.Name);
        writer.Write(attribute.IsNominal);
        if (attribute.Domain is not { } domain) return;
        writer.Write(domain.Cap);
        writer.Write(known);
        writer.Write(domain.Count);
        foreach (string value in domain.Values) writer.Write(value);
    }

    private static SchemaAttribute LoadAttribute(StateReader reader, List<int> known)
    {
        string name = reader.ReadString();
        if (!reader.ReadBoolean())
        {
            known.Add(0);
            return SchemaAttribute.Numeric(name);
        }
        int cap = reader.ReadInt32(1, int.MaxValue, $"the cap of '{name}'");
        known.Add(reader.ReadInt32(0, cap, $"the number of first values of '{name}'"));
        int count = reader.ReadInt32(known[^1], cap, $"the number of values of '{name}'");
        List<string> values = [];
        for (int i = 0; i < count; i++) values.Add(reader.ReadString());
        return SchemaAttribute.Nominal(name, values, cap);
    }

    private static string? Difference(string what, SchemaAttribute found, SchemaAttribute wanted)
    {
        if (found.Name != wanted.Name) return $"{what} is '{found.Name}' in the checkpoint and '{wanted.Name}' in this run";
        if (found.IsNominal != wanted.IsNominal) return $"{what}, '{found.Name}', is {Type(found)} in the checkpoint and {Type(wanted)} in this run";
        if (found.Domain is not { } values || wanted.Domain is not { } others) return null;
        if (values.Cap != others.Cap) return $"{what}, '{found.Name}', may have {values.Cap} values in the checkpoint and {others.Cap} in this run";
        for (int i = 0; i < Math.Min(values.Count, others.Count); i++)
            if (values[i] != others[i]) return $"value {i + 1} of {what}, '{found.Name}', is '{values[i]}' in the checkpoint and '{others[i]}' in this run";
        return null;
    }

    private static string Type(SchemaAttribute attribute) => attribute.IsNominal ? "nominal" : "numeric";
}
