namespace StreamMoe.Streams.Composition;

/// <summary>Compares the schemas of streams that are to be put together.</summary>
internal static class SchemaAgreement
{
    /// <summary>Where two schemas first differ, in words; null when attributes, their values and the classes are the same by name and order.</summary>
    public static string? FirstDifference(Schema first, Schema second)
    {
        if (first.AttributeCount != second.AttributeCount)
            return $"{first.Relation} has {first.AttributeCount} attributes, {second.Relation} has {second.AttributeCount}.";
        for (int i = 0; i < first.AttributeCount; i++)
            if (!Same(first.Attributes[i], second.Attributes[i]))
                return $"attribute {i} is {InWords(first.Attributes[i])} in {first.Relation}, {InWords(second.Attributes[i])} in {second.Relation}.";
        return Same(first.Class, second.Class)
            ? null
            : $"the class is {InWords(first.Class)} in {first.Relation}, {InWords(second.Class)} in {second.Relation}.";
    }

    private static bool Same(SchemaAttribute a, SchemaAttribute b)
        => a.Name == b.Name && a.IsNominal == b.IsNominal && (!a.IsNominal || a.Domain!.Values.SequenceEqual(b.Domain!.Values));

    private static string InWords(SchemaAttribute a) => !a.IsNominal
        ? $"'{a.Name}' (numeric)"
        : a.Domain!.Count <= 8
            ? $"'{a.Name}' {{{string.Join(',', a.Domain.Values)}}}"
            : $"'{a.Name}' ({a.Domain.Count} values from {a.Domain[0]} to {a.Domain[a.Domain.Count - 1]})";
}
