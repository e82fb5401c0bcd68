using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Figures;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Order;

/// <summary>One random case: a learner of a few partitions whose owners come, go and die.</summary>
internal sealed class OrderCase
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Random _random;
    private readonly bool _exactlyOnce;
    private readonly LearningSetup _setup;
    private readonly MemoryTopics _topics;
    private readonly MemoryCheckpoints _store;
    private readonly List<(SourcePosition Source, SourceRecord[] Records)> _logs = [];
    private readonly List<Owner> _owners = [];
    private readonly bool _declared;
    private int _visible;
    private int _crashAt = -1;

    public OrderCase(int seed)
    {
        _random = new Random(seed);
        _exactlyOnce = seed % 2 == 0;
        _topics = new MemoryTopics(_exactlyOnce);
        _store = new MemoryCheckpoints(new Random(seed));
        _declared = _random.Next(4) > 0;
        _setup = Partition.Setup(_random.Next(3) == 0 ? "hoeffding-tree:gracePeriod=20" : "naive-bayes", new SchemaOptions { InferFrom = 5 }, new LabelOptions { MaxCount = 20 }) with
        {
            Events = new EventOptions { KeyAsAttribute = _random.Next(4) == 0, PartitionAsAttribute = _random.Next(4) == 0, PassHeaders = "h,traceparent" },
        };
        int events = _random.Next(1, 5), labels = _random.Next(2) == 0 ? 0 : _random.Next(1, events + 1);
        for (int p = 0; p < events; p++) AddLog(new PartitionId("events", p), SourceKind.Events, seed * 31 + p);
        for (int p = 0; p < labels; p++) AddLog(new PartitionId("labels", p), SourceKind.Labels, seed * 37 + p);
        _visible = _random.Next(3) == 0 ? _random.Next(1, _logs.Count + 1) : _logs.Count;
        _topics.At = point =>
        {
            if (Interlocked.CompareExchange(ref _crashAt, -1, point) == point) throw new OperationCanceledException("killed");
        };
    }

    public long RecordCount => _logs.Sum(l => l.Records.Length);

    public int OrderCount { get; private set; }

    public int Kills { get; private set; }

    public int Fenced { get; private set; }

    private sealed class Owner
    {
        public required LearnerTask Task { get; init; }

        public required Dictionary<PartitionId, SourceQueue> Queues { get; init; }

        public required Dictionary<PartitionId, long> At { get; init; }

        public required ConcurrentDictionary<PartitionId, bool> Paused { get; init; }
    }

    /// <summary>Owners come and die; the last one finishes everything.</summary>
    public void Play()
    {
        for (int step = _random.Next(5, 30); step > 0; step--)
        {
            if (_owners.Count == 0) TakeOver();
            switch (_random.Next(12))
            {
                case 0: Kill(_owners[_random.Next(_owners.Count)]); break;
                case 1: _owners[_random.Next(_owners.Count)].Task.RequestCheckpoint(); break;
                case 2 when _owners.Count < 2: TakeOver(); break;
                case 3: Interlocked.Exchange(ref _crashAt, _random.Next(3)); break;
                case 4: Stop(_owners[_random.Next(_owners.Count)]); break;
                case 5 when _visible < _logs.Count: Find(); break;
                default:
                    foreach (Owner owner in _owners.ToArray()) Feed(owner, _random.Next(1, 40));
                    if (_random.Next(2) == 0) Thread.Yield();
                    break;
            }
            foreach (Owner dead in _owners.Where(o => o.Task.Completion.IsCompleted).ToArray()) Bury(dead);
        }
        Interlocked.Exchange(ref _crashAt, -1);
        foreach (Owner owner in _owners.ToArray()) Kill(owner);
        while (_visible < _logs.Count) Find();
        Finish();
    }

    /// <summary>Compares with a replay by the order log.</summary>
    public void Check()
    {
        IReadOnlyList<OrderRecord> orders = _topics.Orders;
        OrderCount = orders.Count;
        using LearnerProcessor replay = new(Partition.Learner, _setup, _declared ? Partition.Declared() : null, 64, 1);
        Dictionary<OrderSource, Queue<SourceRecord>> logs = _logs.ToDictionary(l => l.Source.Order, l => new Queue<SourceRecord>(l.Records.Select(r => r with { TraceParent = null })));
        foreach (OrderRecord order in orders)
        {
            OutputBatch outputs = new();
            foreach (OrderEntry entry in order.Entries)
            {
                if (entry.Kind == OrderEntryKind.Joined) replay.Join(_logs.Single(l => l.Source.Order == entry.Source).Source.Partition, entry.Source.Kind, entry.Value);
                else replay.Process([.. Enumerable.Range(0, (int)entry.Value).Select(_ => logs[entry.Source].Dequeue())], outputs);
            }
            foreach (NextOffset next in order.Next) Assert.Equal(replay.Find(next.Source)!.Next, next.Offset);
            List<string> expected = Partition.Show(outputs);
            IReadOnlyList<List<string>> found = _topics.OutputsOf(order.Position.Sequence);
            Assert.NotEmpty(found);
            if (_exactlyOnce) Assert.Single(found);
            Assert.All(found, lines => Assert.Equal(expected, lines));
        }
        Assert.All(logs.Values, Assert.Empty);
        if (!replay.IsHolding) Assert.Equal(Partition.StateOf(replay), Partition.StateOf(_store.Newest()));
    }

    private void AddLog(PartitionId partition, SourceKind kind, int seed)
    {
        SourceRecord[] drawn = MixedRecords.Draw(seed, _random.Next(5, 80), ids: 15);
        SourceRecord[] records = [.. drawn.Where(r => kind == SourceKind.Events || IsLabel(r)).Select(r => r with { Source = partition, Headers = DrawHeaders(), TraceParent = _random.Next(2) == 0 ? "for telemetry alone"u8.ToArray() : null })];
        _logs.Add((new SourcePosition(partition, kind, 0, 0, null), records));
    }

    private List<RecordHeader>? DrawHeaders()
        => _random.Next(3) == 0 ? null : [.. Enumerable.Range(0, _random.Next(4)).Select(i => new RecordHeader(_random.Next(2) == 0 ? "h" : "other", _random.Next(5) == 0 ? null : [(byte)i, (byte)_random.Next(256)]))];

    // A few that are no labels stay, to be dead letters.
    private static bool IsLabel(in SourceRecord record) => record.Value is not { } value || record.Offset % 11 == 0 || !Encoding.UTF8.GetString(value).Contains("features", StringComparison.Ordinal);

    private void TakeOver()
    {
        SourcePosition[] sources = [.. _logs.Take(_visible).Select(l => l.Source)];
        PipelineOptions pipeline = new()
        {
            Capacity = _random.Next(1, 40), Linger = TimeSpan.FromMilliseconds(_random.Next(2)), Queue = 16,
            MergeWait = TimeSpan.FromMilliseconds(_random.Next(2)), MergeMaxWait = TimeSpan.FromMilliseconds(_random.Next(2, 20)),
        };
        LearnerFactory factory = new("events", _setup, pipeline, new CheckpointOptions { EveryEvents = _random.Next(1, 120) }, TimeSpan.FromMilliseconds(1), 900_000, _store,
            _declared ? Partition.Declared() : null, null, TimeProvider.System, NullLogger.Instance);
        ConcurrentDictionary<PartitionId, bool> paused = [];
        (LearnerTask task, IReadOnlyList<(SourceQueue Queue, long From)> queues) = factory.Restore(new LearnerAssignment(0, _topics.Log(), _ => sources), _topics.Open(0, CancellationToken.None),
            partition => paused.TryRemove(partition, out _), CancellationToken.None);
        task.Start();
        _owners.Add(new Owner { Task = task, Queues = queues.ToDictionary(q => q.Queue.Partition, q => q.Queue), At = queues.ToDictionary(q => q.Queue.Partition, q => q.From), Paused = paused });
    }

    private void Find()
    {
        SourcePosition source = _logs[_visible++].Source;
        foreach (Owner owner in _owners)
        {
            owner.Queues[source.Partition] = owner.Task.Found(source, source.Initial);
            owner.At[source.Partition] = source.Initial;
        }
    }

    private void Feed(Owner owner, int count)
    {
        (SourcePosition source, SourceRecord[] records) = _logs[_random.Next(_visible)];
        SourceQueue queue = owner.Queues[source.Partition];
        if (_random.Next(8) == 0) queue.EndReached(owner.At[source.Partition]); // too early, as a leader says that is new
        for (; count > 0 && !owner.Paused.ContainsKey(source.Partition); count--)
        {
            long at = owner.At[source.Partition];
            int index = Array.FindIndex(records, r => r.Offset >= at);
            if (index < 0)
            {
                queue.EndReached(at);
                return;
            }
            owner.At[source.Partition] = records[index].Offset + 1;
            if (queue.Offer(records[index])) continue;
            owner.Paused[source.Partition] = true;
            queue.Pause();
        }
    }

    private void Kill(Owner owner)
    {
        Kills++;
        owner.Task.AbandonAsync().GetAwaiter().GetResult();
        Bury(owner);
    }

    private void Stop(Owner owner)
    {
        owner.Task.StopAsync().ContinueWith(static _ => { }, TaskScheduler.Default).GetAwaiter().GetResult();
        Bury(owner);
    }

    private void Bury(Owner owner)
    {
        _owners.Remove(owner);
        if (owner.Task.Completion.Exception?.GetBaseException() is not { } fault || fault is OperationCanceledException) return;
        if (fault is not LearnerFencedException) throw fault;
        Fenced++;
    }

    private void Finish()
    {
        long began = Stopwatch.GetTimestamp();
        TakeOver();
        Owner last = _owners[0];
        // Learning again it may be as far as that, with records after it that are passed over: stopped there it would write no checkpoint.
        while (last.Task.IsRecovering || !IsDone(last.Task.Partitions))
        {
            if (last.Task.Completion.IsCompleted) throw new InvalidOperationException("The last owner ended.", last.Task.Completion.Exception);
            Assert.True(Stopwatch.GetElapsedTime(began) < s_patience, "The last owner did not come to the end.");
            for (int i = 0; i < _logs.Count; i++) Feed(last, 50);
            Thread.Yield();
        }
        Stop(last);
    }

    private bool IsDone(IReadOnlyList<(SourceFigures Figures, SourceQueue Queue)> partitions) => partitions.Count == _logs.Count && partitions.All(p => p.Figures.Committed >= EndOf(p.Figures.Partition));

    private long EndOf(PartitionId partition) => _logs.Single(l => l.Source.Partition == partition).Records.Select(r => r.Offset + 1).DefaultIfEmpty(0).Last();
}
