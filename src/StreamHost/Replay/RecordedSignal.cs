namespace StreamMoe.StreamHost.Replay;

/// <summary>A drift that a detector saw, with what it saw.</summary>
/// <param name="Position">Zero-based position of the instance.</param>
/// <param name="Expert">Id of the expert; −1 for the mixture as a whole, its inputs and its confidence.</param>
/// <param name="Source">What drifted, for example <c>mixture</c>.</param>
/// <param name="Detector">The detector.</param>
/// <param name="Evidence">The figures that decided, by name.</param>
internal sealed record RecordedSignal(long Position, int Expert, string Source, string Detector, IReadOnlyList<KeyValuePair<string, double>> Evidence);
