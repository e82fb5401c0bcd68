using System.Collections.Concurrent;
using System.Text;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Pipeline;

/// <summary>Outputs that a test looks at: what was committed, in order, and the position behind each commit.</summary>
internal sealed class CollectedOutputs(string topic = "events") : ILearnerOutputs
{
    private readonly ConcurrentDictionary<PartitionId, Collected> _partitions = new();

    /// <summary>One record as committed.</summary>
    public sealed record Line(OutputKind Kind, string? Key, string? Value, string Headers);

    /// <summary>Called before a commit is accepted; may throw, or hold the commit back.</summary>
    public Func<PartitionId, long, Task>? BeforeCommit { get; set; }

    public ILearnerOutput Open(int learner, CancellationToken stop = default)
    {
        PartitionId partition = new(topic, learner);
        Collected collected = _partitions.GetOrAdd(partition, static _ => new Collected());
        collected.Owner = new Output(this, partition, collected);
        return collected.Owner;
    }

    public long? CommittedOf(PartitionId partition) => _partitions.TryGetValue(partition, out Collected? c) ? c.Committed : null;

    public IReadOnlyList<Line> LinesOf(PartitionId partition)
    {
        if (!_partitions.TryGetValue(partition, out Collected? collected)) return [];
        lock (collected.Lines) return [.. collected.Lines];
    }

    public void Dispose() { }

    private sealed class Collected
    {
        public readonly List<Line> Lines = [];

        public long? Committed { get; set; }

        public Output? Owner { get; set; }
    }

    private sealed class Output(CollectedOutputs all, PartitionId partition, Collected collected) : ILearnerOutput
    {
        public void Begin(OrderPosition last, long next) { }

        public Task AcknowledgeAsync(OutputBatch outputs, long next, CancellationToken stop) => throw new InvalidOperationException("There is no order log.");

        public async Task<long> CommitAsync(OutputBatch outputs, OrderCommit order, CancellationToken stop)
        {
            long nextOffset = order.Next.Single().Offset;
            if (all.BeforeCommit is { } before) await before(partition, nextOffset).WaitAsync(stop);
            stop.ThrowIfCancellationRequested();
            if (!ReferenceEquals(collected.Owner, this)) throw new LearnerFencedException(partition.Partition, $"{partition} has a newer owner.");
            lock (collected.Lines)
            {
                for (int i = 0; i < outputs.Count; i++)
                    collected.Lines.Add(new Line(outputs.KindOf(i), outputs.KeyOf(i) is { } key ? Encoding.UTF8.GetString(key) : null,
                        outputs.IsNull(i) ? null : Encoding.UTF8.GetString(outputs.ValueOf(i)),
                        string.Concat(outputs.HeadersOf(i)?.Select(h => $" | {h.Name}={Encoding.Latin1.GetString(h.Value ?? [])}") ?? [])));
                collected.Committed = nextOffset;
            }
            return nextOffset;
        }

        public void Dispose() { }
    }
}
