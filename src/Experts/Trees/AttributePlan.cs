using StreamMoe.Experts.State;
using StreamMoe.Streams;

namespace StreamMoe.Experts.Trees;

/// <summary>Which attributes are observed, and where each has its place among the numeric or the nominal observers.</summary>
/// <remarks>Immutable and shared: all leaves that observe the same attributes have the same plan.</remarks>
internal sealed class AttributePlan
{
    /// <summary>Largest class index and largest nominal value index that can be learned.</summary>
    public const int LargestIndex = NominalDomain.LargestCap - 1;

    private AttributePlan(int[] attributes, bool[] isNominal, int[] declaredValues)
    {
        Attributes = attributes;
        IsNominal = isNominal;
        DeclaredValues = declaredValues;
        Numeric = [.. attributes.Where(a => !isNominal[a])];
        Nominal = [.. attributes.Where(a => isNominal[a])];
        IsPlain = Numeric.Length == attributes.Length && attributes.Length == isNominal.Length;
        Slots = new int[attributes.Length];
        for (int i = 0, numeric = 0, nominal = 0; i < attributes.Length; i++)
            Slots[i] = isNominal[attributes[i]] ? ~nominal++ : numeric++;
    }

    /// <summary>All attributes of a schema, with the numbers of nominal values known now.</summary>
    public static AttributePlan Of(Schema schema) => new(
        [.. Enumerable.Range(0, schema.AttributeCount)],
        [.. schema.Attributes.Select(a => a.IsNominal)],
        [.. schema.Attributes.Select(a => a.Domain?.Count ?? 0)]);

    /// <summary>Only some attributes, given in ascending order.</summary>
    public AttributePlan Subset(int[] attributes) => new(attributes, IsNominal, DeclaredValues);

    /// <value>The observed attributes, ascending.</value>
    public int[] Attributes { get; }

    /// <value>An entry an observed attribute, in the same order: its place among the numeric ones, or the complement of its place among the nominal ones.</value>
    public int[] Slots { get; }

    /// <value>The numeric ones, ascending.</value>
    public int[] Numeric { get; }

    /// <value>True when all attributes of the schema are observed and all are numeric: an instance then is in plan order already.</value>
    public bool IsPlain { get; }

    /// <value>The nominal ones, ascending.</value>
    public int[] Nominal { get; }

    /// <value>An entry an attribute of the schema.</value>
    public bool[] IsNominal { get; }

    /// <value>An entry an attribute of the schema: values declared when the expert was made; 0 for a numeric one.</value>
    public int[] DeclaredValues { get; }

    /// <summary>Writes kinds and declared values of all attributes.</summary>
    public void Save(StateWriter writer)
    {
        writer.Write<bool>(IsNominal);
        writer.Write(DeclaredValues);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">The source.</param>
    /// <param name="expected">The plan of all attributes of the expert that reads; given back when the state has the same.</param>
    /// <exception cref="StateFormatException">The state is of other attributes.</exception>
    public static AttributePlan Load(StateReader reader, AttributePlan expected)
    {
        bool[] nominal = new bool[expected.IsNominal.Length];
        reader.ReadInto<bool>(nominal, "kinds of attributes");
        if (!nominal.AsSpan().SequenceEqual(expected.IsNominal))
            throw new StateFormatException("The state's attributes are numeric and nominal in another order than this expert's.");
        int[] declared = new int[nominal.Length];
        reader.ReadInto<int>(declared, "declared values");
        foreach (int count in declared)
            if (count < 0) throw new StateFormatException($"A nominal attribute has {count} declared values; must be at least 0.");
        return declared.AsSpan().SequenceEqual(expected.DeclaredValues) ? expected : new(expected.Attributes, expected.IsNominal, declared);
    }

    /// <summary>Reads the observed attributes of a leaf; gives back the plan of all when it is all of them.</summary>
    public static AttributePlan LoadObserved(StateReader reader, AttributePlan all)
    {
        int[] attributes = reader.ReadArray<int>();
        if (attributes.AsSpan().SequenceEqual(all.Attributes)) return all;
        for (int i = 0; i < attributes.Length; i++)
            if (attributes[i] < 0 || attributes[i] >= all.IsNominal.Length || (i > 0 && attributes[i] <= attributes[i - 1]))
                throw new StateFormatException($"A leaf observes attribute {attributes[i]}; must be in [0, {all.IsNominal.Length}) and ascending.");
        return all.Subset(attributes);
    }
}
