namespace StreamMoe.DriftMoe;

/// <summary>One decision or signal with its evidence.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Row">The row of the block after which it happened.</param>
/// <param name="Learned">Instances learned by then.</param>
/// <param name="Expert">Id of the expert; −1 for the mixture as a whole, its inputs and its confidence.</param>
/// <param name="Source">What it is about: <c>mixture</c>, <c>confidence</c>, <c>input:</c> and an attribute's name, or the expert's description.</param>
/// <param name="Evidence">The figures that decided, by name.</param>
public sealed record PoolEvent(
    PoolEventKind Kind, int Row, long Learned, int Expert, string Source, IReadOnlyList<KeyValuePair<string, double>> Evidence)
{
    /// <value>True for what a detector saw; false for a decision.</value>
    public bool IsSignal => Kind.SignalName() is not null;

    /// <value>The detector that raised a signal, for example <c>adwin</c>; empty for a decision. The default is empty.</value>
    public string Detector { get; init; } = "";
}
