namespace StreamMoe.StreamHost.Replay;

/// <summary>What a replay over partitions has to say besides.</summary>
/// <param name="Partitions">Partitions.</param>
/// <param name="Learners">Learners, as they were given.</param>
/// <param name="Split">Which instance went where.</param>
/// <param name="Disorder">Places by which instances came late.</param>
/// <param name="Each">The learners.</param>
internal sealed record PartitionsReport(int Partitions, string Learners, string Split, int Disorder, IReadOnlyList<ReplayedLearner> Each);
