namespace StreamMoe.StreamHost.Replay;

/// <summary>One point of the curve: window values after so many instances.</summary>
/// <param name="Position">Number of instances so far.</param>
/// <param name="Accuracy">Window accuracy, a ratio; null when nothing was scored.</param>
/// <param name="KappaM">Window kappa-M, a ratio; null when undefined.</param>
/// <param name="KappaT">Window kappa-T, a ratio; null when undefined.</param>
internal readonly record struct CurvePoint(long Position, double? Accuracy, double? KappaM, double? KappaT);
