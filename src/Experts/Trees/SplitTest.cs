namespace StreamMoe.Experts.Trees;

/// <summary>What a split asks of an instance.</summary>
internal enum SplitTestKind
{
    /// <summary>Nothing: the node is a leaf, or the candidate is "do not split".</summary>
    None,

    /// <summary>Numeric value ≤ threshold: branch 0, else 1.</summary>
    Threshold,

    /// <summary>Nominal value = the given one: branch 0, else 1.</summary>
    OneVersusRest,

    /// <summary>Nominal value: its own branch.</summary>
    Multiway,
}

/// <summary>A test on one attribute.</summary>
/// <param name="Kind">What is asked.</param>
/// <param name="Attribute">The attribute asked about; −1 for none.</param>
/// <param name="Operand">The threshold, or the value of a one-versus-rest test; 0 otherwise.</param>
internal readonly record struct SplitTest(SplitTestKind Kind, int Attribute, double Operand)
{
    /// <summary>"Do not split."</summary>
    public static SplitTest None { get; } = new(SplitTestKind.None, -1, 0);
}

/// <summary>A test and what it is worth.</summary>
internal readonly record struct SplitCandidate(SplitTest Test, double Merit);
