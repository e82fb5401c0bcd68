using StreamMoe.Streams;

namespace StreamMoe.StreamHost.Replay;

/// <summary>What a replay over partitions has to say besides.</summary>
/// <param name="Partitions">Partitions.</param>
/// <param name="Learners">Learners, as they were given.</param>
/// <param name="Split">Which instance went where.</param>
/// <param name="Disorder">Places by which instances came late.</param>
/// <param name="PartitionAsAttribute">Whether the partition was an attribute.</param>
/// <param name="Schema">What instances look like to a learner.</param>
/// <param name="Each">The learners.</param>
internal sealed record PartitionsReport(int Partitions, string Learners, string Split, int Disorder, bool PartitionAsAttribute, Schema Schema, IReadOnlyList<ReplayedLearner> Each);
