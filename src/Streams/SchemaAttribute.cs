namespace StreamMoe.Streams;

/// <summary>One attribute of a stream: its name, and its values when it is nominal.</summary>
public sealed class SchemaAttribute
{
    private SchemaAttribute(string name, NominalDomain? domain)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        Domain = domain;
    }

    /// <value>The attribute's name, not empty, unique within its schema.</value>
    public string Name { get; }

    /// <value>The values of a nominal attribute; null for a numeric one.</value>
    public NominalDomain? Domain { get; }

    /// <value>True when values are indices into <see cref="Domain"/>, false when they are real numbers.</value>
    public bool IsNominal => Domain is not null;

    /// <summary>Makes a numeric attribute.</summary>
    public static SchemaAttribute Numeric(string name) => new(name, null);

    /// <summary>Makes a nominal attribute with the given values in index order.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <param name="values">Distinct values.</param>
    /// <param name="cap">Largest number of values the domain may grow to.</param>
    public static SchemaAttribute Nominal(string name, IEnumerable<string> values, int cap = NominalDomain.DefaultCap)
        => new(name, new NominalDomain(values, cap));

    /// <summary>A copy with the values known now, which does not grow along.</summary>
    internal SchemaAttribute Snapshot() => Domain is null ? this : new(Name, new NominalDomain(Domain.Values, Domain.Cap));
}
