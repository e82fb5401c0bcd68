using System.Collections.Concurrent;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Order;

/// <summary>The topics of one learner in memory: logs of its sources, its order log, and what was put out with each order record.</summary>
/// <param name="exactlyOnce">True: a new owner fences the one before, and an order record and its outputs are one. False: anybody may write order records.</param>
internal sealed class MemoryTopics(bool exactlyOnce) : ILearnerOutputs
{
    private readonly Lock _lock = new();
    private readonly List<(byte[] Record, long Offset)> _orders = [];
    private readonly ConcurrentDictionary<long, List<List<string>>> _outputs = [];
    private MemoryOutput? _owner;
    private long _acknowledged;

    /// <value>Called in a commit: 0 = before anything is written, 1 = after the order record, 2 = after everything. May throw, as a crash would.</value>
    public Action<int> At { get; set; } = static _ => { };

    /// <value>The order records that count.</value>
    public IReadOnlyList<OrderRecord> Orders
    {
        get
        {
            OrderChain? chain = null;
            List<OrderRecord> valid = [];
            foreach (LoggedOrder logged in new MemoryOrderLog(this).Read(0, long.MaxValue, CancellationToken.None))
            {
                chain ??= new OrderChain(OrderPosition.BeginningOf(logged.Record.Position.Lineage), !exactlyOnce);
                if (chain.Follows(logged.Record, logged.Place)) valid.Add(logged.Record);
            }
            return valid;
        }
    }

    /// <summary>What was put out with an order record: once, or under at-least-once perhaps several times.</summary>
    public IReadOnlyList<List<string>> OutputsOf(long sequence) => _outputs.TryGetValue(sequence, out List<List<string>>? found) ? found : [];

    public ILearnerOutput Open(int learner, CancellationToken stop)
    {
        lock (_lock) return _owner = new MemoryOutput(this);
    }

    public IOrderLog Log() => new MemoryOrderLog(this);

    public void Dispose() { }

    private sealed class MemoryOrderLog(MemoryTopics topics) : IOrderLog
    {
        public bool MayPassOver => !topics.IsExactlyOnce;

        public OrderLogRange Range(CancellationToken stop)
        {
            lock (topics._lock)
            {
                long end = topics._orders.Count == 0 ? 0 : topics._orders[^1].Offset + 2;
                return new OrderLogRange(0, end, topics.IsExactlyOnce ? end : topics._acknowledged);
            }
        }

        public IEnumerable<LoggedOrder> Read(long from, long to, CancellationToken stop)
        {
            (byte[] Record, long Offset)[] all;
            lock (topics._lock) all = [.. topics._orders];
            foreach ((byte[] record, long offset) in all)
                if (offset >= from && offset < to) yield return new LoggedOrder(OrderRecordCodec.Read(record, $"order-0@{offset}"), offset, $"order-0@{offset}");
        }

        public void Trim(long below) { }
    }

    private bool IsExactlyOnce => exactlyOnce;

    private sealed class MemoryOutput(MemoryTopics topics) : ILearnerOutput
    {
        private OrderChain? _chain;
        private long _read;

        public void Begin(OrderPosition last, long next) => (_chain, _read) = (new OrderChain(last, !topics.IsExactlyOnce), next);

        public Task<long> CommitAsync(OutputBatch outputs, OrderCommit order, CancellationToken stop)
        {
            topics.At(0);
            stop.ThrowIfCancellationRequested();
            List<string> lines = Partition.Show(outputs);
            lock (topics._lock)
            {
                if (topics.IsExactlyOnce && topics._owner != this) throw new LearnerFencedException(0, "There is a newer owner.");
                // Markers take offsets too.
                long offset = topics._orders.Count == 0 ? 0 : topics._orders[^1].Offset + 2;
                topics._orders.Add((order.Record, offset));
                if (topics.IsExactlyOnce)
                {
                    topics._outputs.GetOrAdd(order.Position.Sequence, static _ => []).Add(lines);
                    topics.At(2);
                    return Task.FromResult(offset + 1);
                }
            }
            topics.At(1);
            long next = ReadBack(order.Position);
            lock (topics._lock)
            {
                topics._outputs.GetOrAdd(order.Position.Sequence, static _ => []).Add(lines);
                topics._acknowledged = Math.Max(topics._acknowledged, next);
            }
            topics.At(2);
            return Task.FromResult(next);
        }

        public Task AcknowledgeAsync(OutputBatch outputs, long next, CancellationToken stop)
        {
            Assert.False(topics.IsExactlyOnce);
            List<string> lines = Partition.Show(outputs);
            lock (topics._lock)
            {
                OrderRecord record = OrderRecordCodec.Read(topics._orders.Single(o => o.Offset == next - 1).Record, "order");
                topics._outputs.GetOrAdd(record.Position.Sequence, static _ => []).Add(lines);
                topics._acknowledged = Math.Max(topics._acknowledged, next);
            }
            return Task.CompletedTask;
        }

        public void Dispose() { }

        private long ReadBack(OrderPosition own)
        {
            foreach (LoggedOrder logged in topics.Log().Read(_read, long.MaxValue, CancellationToken.None))
            {
                _read = logged.Offset + 1;
                bool follows = _chain!.Follows(logged.Record, logged.Place);
                if (logged.Record.Position != own) continue;
                return follows ? _read : throw new LearnerFencedException(0, "The order record was passed over.");
            }
            throw new InvalidOperationException("The order record is not there.");
        }
    }
}
