namespace StreamMoe.StreamHost.Replay;

/// <summary>What could be had without learning anything, on the same results.</summary>
/// <param name="Majority">Accuracy of the running majority class, a ratio; null before the first result.</param>
/// <param name="NoChange">Accuracy of predicting the previous label, a ratio; null before the first result.</param>
internal readonly record struct Floors(double? Majority, double? NoChange);
