using StreamMoe.Streams;

namespace StreamMoe.Experts.Trees;

/// <summary>Which attributes are observed, and where each has its place among the numeric or the nominal observers.</summary>
/// <remarks>Immutable and shared: all leaves that observe the same attributes have the same plan.</remarks>
internal sealed class AttributePlan
{
    private AttributePlan(int[] attributes, bool[] isNominal, int[] declaredValues)
    {
        Attributes = attributes;
        IsNominal = isNominal;
        DeclaredValues = declaredValues;
        Numeric = [.. attributes.Where(a => !isNominal[a])];
        Nominal = [.. attributes.Where(a => isNominal[a])];
        Slots = new int[attributes.Length];
        for (int i = 0, numeric = 0, nominal = 0; i < attributes.Length; i++)
            Slots[i] = isNominal[attributes[i]] ? ~nominal++ : numeric++;
    }

    /// <summary>All attributes of a schema, with the numbers of nominal values known now.</summary>
    public static AttributePlan Of(Schema schema) => new(
        [.. Enumerable.Range(0, schema.AttributeCount)],
        [.. schema.Attributes.Select(a => a.IsNominal)],
        [.. schema.Attributes.Select(a => a.Domain?.Count ?? 0)]);

    /// <summary>The same attributes with other numbers of declared values (an entry an attribute of the schema).</summary>
    public AttributePlan WithDeclaredValues(int[] declaredValues) => new(Attributes, IsNominal, declaredValues);

    /// <summary>Only some attributes, given in ascending order.</summary>
    public AttributePlan Subset(int[] attributes) => new(attributes, IsNominal, DeclaredValues);

    /// <value>The observed attributes, ascending.</value>
    public int[] Attributes { get; }

    /// <value>An entry an observed attribute, in the same order: its place among the numeric ones, or the complement of its place among the nominal ones.</value>
    public int[] Slots { get; }

    /// <value>The numeric ones, ascending.</value>
    public int[] Numeric { get; }

    /// <value>The nominal ones, ascending.</value>
    public int[] Nominal { get; }

    /// <value>An entry an attribute of the schema.</value>
    public bool[] IsNominal { get; }

    /// <value>An entry an attribute of the schema: values declared when the expert was made; 0 for a numeric one.</value>
    public int[] DeclaredValues { get; }
}
