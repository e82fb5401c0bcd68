using System.Globalization;
using StreamMoe.Tests.Common.Kafka;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Kafka.Outputs;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.StreamHost.Tests.Service;

/// <summary>Kills owners of learners again and again, stops others for long, and shows that what came out is what the partitions' logs and the order
/// logs give: outputs in order, byte for byte, and the state; every record once in the order, nothing put out twice.</summary>
/// <param name="bench">The topics.</param>
/// <param name="learners">How many, or <c>partition</c>.</param>
/// <param name="seed">Seeds where faults come.</param>
/// <param name="labelTopic">The topic of late labels; null where there is none.</param>
internal sealed class OrderProof(ServiceBench bench, string learners, int seed, string? labelTopic = null) : IDisposable
{
    private const int Workers = 3, Ahead = 500;

    private readonly Random _random = new(seed);
    private readonly List<WorkerProcess> _workers = [];
    private readonly WorkerGroup _group = bench.Group($"proof-{learners}",
        [$"model:learners={learners}", "checkpoints:keep=100", .. labelTopic is null ? Array.Empty<string>() : [$"kafka:labelTopic={labelTopic}"], .. bench.Brokers.IsReal ? new[] { "kafka:client:transaction.timeout.ms=8000" } : ["kafka:client:session.timeout.ms=3000"]], outputPartitions: 1);

    private int Learners => learners == "partition" ? bench.Partitions : int.Parse(learners, CultureInfo.InvariantCulture);

    /// <summary>Starts three workers.</summary>
    public void Start()
    {
        for (int i = 0; i < Workers; i++) _workers.Add(_group.Start());
    }

    /// <summary>Feeds and kills; each kill hits a worker that owns a learner and has committed since the last one.</summary>
    public void Kill(GatedFeed feed, int kills, long instances, int recordsOfAnEvent)
    {
        for (int kill = 0; kill < kills; kill++)
        {
            long target = instances * (kill + 1) / (kills + 1);
            feed.AllowTo(target + Ahead);
            WorkerProcess owner = AwaitOwner(recordsOfAnEvent * target);
            owner.Run(TimeSpan.FromMilliseconds(_random.Next(100)));
            int at = _workers.IndexOf(owner), owned = owner.Learners().Count;
            owner.Kill();
            bench.Say(string.Create(CultureInfo.InvariantCulture, $"kill {kill + 1}: worker {at}, which owned {owned} learners, past {target} events"));
            _workers[at] = _group.Start();
        }
    }

    /// <summary>Stops an owner for longer than its session and its transactions last, and lets it go on: it has lost its learners, and nobody sees what it wrote.</summary>
    public void StopForLong(GatedFeed feed, long allowed, TimeSpan time)
    {
        feed.AllowTo(Ahead); // the first time nothing is there yet
        WorkerProcess owner = AwaitOwner(0);
        feed.AllowTo(allowed);
        owner.Suspend();
        bench.Say($"worker {_workers.IndexOf(owner)} is stopped for {time.TotalSeconds} s");
        _workers.First(w => w != owner).Run(time);
        owner.Continue();
        bench.Say("and goes on");
    }

    /// <summary>Takes brokers away one after the other, each of which leads some partitions, and gives them back. Real brokers alone, where there are several.</summary>
    public void MoveLeaders(GatedFeed feed, long allowed)
    {
        int brokers = bench.Brokers.IsReal && RealBrokers.CanTell ? RealBrokers.Count : 1;
        for (int broker = 1; broker <= brokers && brokers > 1; broker++)
        {
            RealBrokers.Tell(broker, "kill");
            feed.AllowTo(allowed * broker / brokers);
            bench.Say($"broker {broker} is away");
            _workers[0].Run(TimeSpan.FromSeconds(12));
            RealBrokers.Tell(broker, "start");
        }
    }

    /// <summary>Gives the event topic two partitions more while events come. Real brokers alone.</summary>
    public void AddPartitions()
    {
        if (!bench.Brokers.IsReal || labelTopic is not null) return;
        RealBrokers.Enlarge(bench.EventTopic, bench.Partitions += 2);
        bench.Say($"the event topic has {bench.Partitions} partitions now");
        bench.Feed("agrawal:function=2", 1000);
    }

    /// <summary>Waits until everything is committed, and ends the workers.</summary>
    public void Finish()
    {
        long records = bench.Brokers.Read(bench.EventTopic).Count + (_group.LabelTopic is { } labels ? bench.Brokers.Read(labels).Count : 0);
        _workers[0].Await(() => Processed() == records, $"{records} records in all");
        foreach (WorkerProcess worker in _workers)
        {
            int code = worker.Stop();
            Assert.True(code == 0, string.Join(Environment.NewLine, worker.Log.TakeLast(30)));
        }
    }

    /// <summary>Compares with the logs.</summary>
    public void Compare()
    {
        WorkerConfiguration configuration = _group.Configuration();
        IReadOnlyList<KafkaRecord> events = bench.Brokers.Read(bench.EventTopic), labels = _group.LabelTopic is { } topic ? bench.Brokers.Read(topic) : [];
        ILookup<int, KafkaRecord> orders = bench.Brokers.Read(_group.OrderTopic).ToLookup(r => r.Partition);
        ILookup<int, OutputLog.Line> found = OutputLog.ReadInOrder(bench.Brokers, _group).ToLookup(l => LearnerOf(l.Partition));
        Dictionary<OrderSource, long> delivered = [];
        int repeats = 0;
        for (int learner = 0; learner < Learners; learner++)
        {
            OrderReplay replay = OrderReplay.Run(events, labels, orders[learner], learner, configuration, bench.Folder.File($"replay-{learners}-{learner}"));
            foreach ((OrderSource source, long count) in replay.Delivered) delivered[source] = count;
            foreach ((OutputKind kind, string name) in s_kinds)
            {
                string[] expected = [.. replay.Outputs.Where(o => o.Kind == kind).Select(o => o.Bytes)], all = [.. found[learner].Where(l => l.Kind == name).Select(l => l.Bytes)];
                string[] once = bench.Brokers.IsReal ? all : [.. all.Distinct()]; // at-least-once: what comes again is equal in every byte
                repeats += all.Length - once.Length;
                AssertEqual(expected, once, $"learner {learner}, {name}");
            }
            Assert.True(replay.State.AsSpan().SequenceEqual(_group.NewestState(learner).State), $"the state of learner {learner} is not that of the replay");
            bench.Say($"learner {learner}: {replay.Orders.Counted} order records, {replay.Orders.PassedOver} passed over, {replay.Delivered.Values.Sum()} records, {replay.Outputs.Count} outputs and the state are those of the replay");
        }
        foreach (IGrouping<OrderSource, KafkaRecord> log in events.Select(r => (new OrderSource(r.Partition), r)).Concat(labels.Select(r => (new OrderSource(r.Partition, SourceKind.Labels), r))).GroupBy(p => p.Item1, p => p.r))
            Assert.Equal(log.Count(), delivered.GetValueOrDefault(log.Key));
        bench.Say($"model:learners={learners}: {delivered.Values.Sum()} records, each once in the order; {repeats} outputs came again");
    }

    private static readonly (OutputKind, string)[] s_kinds = [(OutputKind.Prediction, "prediction"), (OutputKind.Audit, "audit"), (OutputKind.DeadLetter, "dead letter")];

    public void Dispose()
    {
        foreach (WorkerProcess worker in _workers) worker.Dispose();
    }

    private static void AssertEqual(string[] expected, string[] found, string what)
    {
        for (int i = 0; i < Math.Min(expected.Length, found.Length); i++)
            if (expected[i] != found[i]) Assert.Fail($"{what} {i} of {expected.Length}:\nexpected {expected[i]}\nfound    {found[i]}");
        if (expected.Length != found.Length) Assert.Fail($"{what}: expected {expected.Length}, found {found.Length}; the first beyond: {(found.Length > expected.Length ? found[expected.Length] : expected[found.Length])}");
    }

    private int LearnerOf(int partition) => partition % Learners;

    private long Processed() => _workers.Where(w => !w.HasExited).Sum(w => w.Sum("committed"));

    /// <summary>A worker that owns a learner, once so much is committed in all.</summary>
    private WorkerProcess AwaitOwner(long committed)
    {
        WorkerProcess? owner = null;
        _workers[0].Await(() => Processed() >= committed && (owner = _workers.OrderBy(_ => _random.Next()).FirstOrDefault(w => w.Learners().Count > 0 && w.Sum("committed") > 0)) is not null, $"{committed} committed and an owner");
        return owner!;
    }
}
