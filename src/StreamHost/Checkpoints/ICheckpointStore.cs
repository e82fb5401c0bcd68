using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.StreamHost.Pipeline;
namespace StreamMoe.StreamHost.Checkpoints;
internal interface ICheckpointStore : IDisposable
{
    string Description { get; }
    long Write(PartitionId partition, CheckpointHeader header, IReadOnlyList<CheckpointSection> sections);
    (Checkpoint? Found, IReadOnlyList<string> Damaged) Restore(PartitionId partition, long atOrBelow, CheckpointHeader wanted);
}
