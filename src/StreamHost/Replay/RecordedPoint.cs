namespace StreamMoe.StreamHost.Replay;

/// <summary>A replay at one moment.</summary>
/// <param name="Position">Instances predicted by then.</param>
/// <param name="Elapsed">Time spent in predicting, scoring and learning by then, since this run began.</param>
/// <param name="Shares">Part of the recent routing mass of each expert, by id.</param>
internal sealed record RecordedPoint(long Position, TimeSpan Elapsed, IReadOnlyDictionary<int, double> Shares);
