using System.Diagnostics;
using System.Text;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Kafka.Learners;

/// <summary>A worker without learners: takes them over, reads what the order log tells, notes what comes, and commits what it is told to.</summary>
internal sealed class ScriptedLearners(ILearnerOutputs outputs) : ILearnerHandler
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    private readonly object _lock = new();
    private readonly Guid _writer = Guid.NewGuid();
    private readonly Dictionary<int, ILearnerOutput> _outputs = [];
    private readonly Dictionary<int, OrderPosition> _last = [];
    private readonly List<string> _told = [];
    private readonly List<(PartitionId Partition, long Offset, string Value)> _records = [];

    /// <value>Everything in order: <c>assigned 0: events-0@0 events-2@0</c>, <c>found 0: events-3@0</c>, <c>revoking 0,1</c>, <c>lost 0</c>.</value>
    public string[] Told
    {
        get
        {
            lock (_lock) return [.. _told];
        }
    }

    /// <value>The committed order records of each learner when it was taken over.</value>
    public Dictionary<int, long[]> OrdersOf { get; } = [];

    public TimeSpan StuckFor => TimeSpan.Zero;

    public async Task<IReadOnlyList<SourceStart>> AssignedAsync(LearnerAssignment assignment, CancellationToken stop)
    {
        await Task.Yield();
        ILearnerOutput output = outputs.Open(assignment.Learner, stop);
        IReadOnlyList<SourcePosition> sources = assignment.Sources(stop);
        OrderLogRange range = assignment.Order!.Range(stop);
        LoggedOrder[] orders = [.. assignment.Order.Read(range.First, range.End, stop)];
        OrderPosition last = orders.Length > 0 ? orders[^1].Record.Position : OrderPosition.BeginningOf(Guid.NewGuid());
        output.Begin(last, range.End);
        Dictionary<int, long> next = orders.SelectMany(o => o.Record.Next).GroupBy(n => n.Source.Partition).ToDictionary(g => g.Key, g => g.Last().Offset);
        SourceStart[] starts = [.. sources.Select(s => new SourceStart(s.Partition, next.GetValueOrDefault(s.Partition.Partition, s.Initial)))];
        Note(() =>
        {
            (_outputs[assignment.Learner], _last[assignment.Learner]) = (output, last);
            OrdersOf[assignment.Learner] = [.. orders.Select(o => o.Record.Position.Sequence)];
            _told.Add($"assigned {assignment.Learner}: {string.Join(" ", starts.Select(s => $"{s.Partition}@{s.Offset}"))}");
        });
        return starts;
    }

    public bool Found(int learner, SourcePosition source)
    {
        Note(() => _told.Add($"found {learner}: {source.Partition}@{source.Initial}"));
        return true;
    }

    public Task RevokingAsync(IReadOnlyList<int> learners) => Drop("revoking", learners);

    public Task LostAsync(IReadOnlyList<int> learners) => Drop("lost", learners);

    public void Received(in SourceRecord record)
    {
        (PartitionId, long, string) noted = (record.Source, record.Offset, Encoding.UTF8.GetString(record.Value!));
        Note(() => _records.Add(noted));
    }

    public void EndReached(PartitionId partition, long offset)
    {
    }

    /// <summary>Commits predictions, and that events of a partition below an offset were processed for them.</summary>
    public async Task<long> CommitAsync(int learner, int partition, long next, params string[] predictions)
    {
        OrderPosition last = _last[learner], position = new(last.Lineage, last.Sequence + 1, _writer);
        OrderRecord record = new(position, (last.Sequence, last.Writer), [OrderEntry.Run(new OrderSource(partition), 1)], [new NextOffset(new OrderSource(partition), next)]);
        long after = await _outputs[learner].CommitAsync(OutputCommits.Predictions(predictions), new OrderCommit(OrderRecordCodec.Write(record), position, record.Next), CancellationToken.None);
        _last[learner] = position;
        return after;
    }

    /// <summary>Whether a learner is here.</summary>
    public bool Has(int learner)
    {
        lock (_lock) return _outputs.ContainsKey(learner);
    }

    /// <summary>Values of an event partition in order of arrival.</summary>
    public string[] ValuesOf(int partition)
    {
        lock (_lock) return [.. _records.Where(r => r.Partition.Partition == partition).Select(r => r.Value)];
    }

    public void Await(Func<ScriptedLearners, bool> condition, string what)
    {
        long began = Stopwatch.GetTimestamp();
        lock (_lock)
        {
            while (!condition(this))
            {
                Assert.True(Stopwatch.GetElapsedTime(began) < s_patience, $"Waited in vain for {what}; told: {string.Join("; ", _told)}; {_records.Count} records.");
                Monitor.Wait(_lock, 100);
            }
        }
    }

    private Task Drop(string what, IReadOnlyList<int> learners)
    {
        Note(() =>
        {
            _told.Add($"{what} {string.Join(",", learners)}");
            foreach (int learner in learners)
                if (_outputs.Remove(learner, out ILearnerOutput? output)) output.Dispose();
        });
        return Task.CompletedTask;
    }

    private void Note(Action note)
    {
        lock (_lock)
        {
            note();
            Monitor.PulseAll(_lock);
        }
    }
}
