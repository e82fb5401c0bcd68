namespace StreamMoe.Streams.Files;

/// <summary>What becomes of one column of a file.</summary>
internal enum ColumnRole
{
    /// <summary>It is left out.</summary>
    Dropped,

    /// <summary>It is a numeric feature.</summary>
    Numeric,

    /// <summary>It is a nominal feature.</summary>
    Nominal,

    /// <summary>It is the class.</summary>
    Class,
}

/// <summary>One column of a file and its place in the schema.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Role">What becomes of it.</param>
/// <param name="Feature">Its feature, when it is one; else −1.</param>
/// <param name="Domain">Its values, when it is nominal or the class.</param>
internal sealed record Column(string Name, ColumnRole Role, int Feature, NominalDomain? Domain)
{
    /// <value>Finds the indices of its values.</value>
    public NominalIndex? Index { get; } = Domain is null ? null : new NominalIndex(Domain);
}
