using System.Globalization;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Worker.Checkpoints;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.StreamHost.Tests.Service;

/// <summary>A consumer group of worker processes with topics of its own for what it puts out, and a folder for its checkpoints.</summary>
internal sealed class WorkerGroup : IDisposable
{
    private readonly ServiceBench _bench;
    private readonly string[] _settings;
    private readonly List<WorkerProcess> _workers = [];

    /// <param name="bench">Brokers and topics.</param>
    /// <param name="name">Its name.</param>
    /// <param name="settings">Settings of its workers. With several partitions <see cref="ALearnerEach"/> makes a run that was never disturbed a yardstick, since then a
    /// learner has one source.</param>
    /// <param name="outputPartitions">Partitions of the topic of predictions; with one, their order is seen.</param>
    public WorkerGroup(ServiceBench bench, string name, string[] settings, int outputPartitions = 8)
    {
        _bench = bench;
        Id = bench.Brokers.Name(name);
        Directory = bench.Folder.File(name + "-state");
        (PredictionTopic, AuditTopic, DeadLetterTopic) = (bench.Brokers.Name(name + "-predictions"), bench.Brokers.Name(name + "-audit"), bench.Brokers.Name(name + "-dead-letters"));
        OrderTopic = $"{Id}-{bench.EventTopic}-order";
        bench.Brokers.CreateTopic(PredictionTopic, outputPartitions);
        bench.Brokers.CreateTopic(AuditTopic, Math.Min(outputPartitions, 2));
        bench.Brokers.CreateTopic(DeadLetterTopic, 1);
        LabelTopic = settings.FirstOrDefault(s => s.StartsWith(LabelTopicKey, StringComparison.Ordinal))?[LabelTopicKey.Length..];
        string learners = settings.LastOrDefault(s => s.StartsWith(LearnersKey, StringComparison.Ordinal))?[LearnersKey.Length..] ?? "1";
        if (bench.Brokers.Mock is not null) // which answers no admin call: the workers cannot make it
            bench.Brokers.CreateTopic(OrderTopic, learners == "partition" ? bench.Partitions : int.Parse(learners, CultureInfo.InvariantCulture));
        _settings =
        [
            $"kafka:bootstrapServers={bench.Brokers.Addresses}", $"kafka:groupId={Id}", $"kafka:eventTopic={bench.EventTopic}",
            $"kafka:predictionTopic={PredictionTopic}", $"kafka:auditTopic={AuditTopic}", $"kafka:deadLetterTopic={DeadLetterTopic}",
            $"kafka:guarantee={bench.Brokers.Guarantee}", "kafka:client:session.timeout.ms=6000", "kafka:client:heartbeat.interval.ms=500",
            "kafka:client:reconnect.backoff.max.ms=200", "kafka:client:compression.type=lz4", $"checkpoints:directory={Directory}", .. settings,
        ];
    }

    /// <summary>The setting that gives each partition a learner of its own.</summary>
    public const string ALearnerEach = "model:learners=partition";

    private const string LearnersKey = "model:learners=", LabelTopicKey = "kafka:labelTopic=";

    public string Id { get; }

    public string OrderTopic { get; }

    /// <value>The topic of late labels; null when there is none.</value>
    public string? LabelTopic { get; }

    public string Directory { get; }

    public string PredictionTopic { get; }

    public string AuditTopic { get; }

    public string DeadLetterTopic { get; }

    /// <summary>All settings, as other commands take them.</summary>
    public string[] Arguments => [.. _settings.SelectMany(s => new[] { "--set", s })];

    /// <summary>What its workers are told.</summary>
    public WorkerConfiguration Configuration() => WorkerConfiguration.Load(null, new Dictionary<string, string>(), _settings.Select(s => KeyValuePair.Create(s[..s.IndexOf('=', StringComparison.Ordinal)], s[(s.IndexOf('=', StringComparison.Ordinal) + 1)..])));

    /// <summary>Starts a worker through a command that replaces itself by the command it is given.</summary>
    public WorkerProcess StartThrough(params string[] wrapper)
    {
        WorkerProcess worker = new(_settings, wrapper);
        _workers.Add(worker);
        return worker;
    }

    /// <summary>Starts a worker. One with an instance name takes the partitions over from its predecessor of that name at once.</summary>
    public WorkerProcess Start(string? instance = null, params string[] settings)
    {
        string[] all = instance is null ? [.. _settings, .. settings] : [.. _settings, $"kafka:client:group.instance.id={instance}", .. settings];
        WorkerProcess worker = new(all);
        _workers.Add(worker);
        return worker;
    }

    /// <value>The next offset that each partition has committed; −1 for none.</value>
    public long[] Committed => _bench.Brokers.Committed(Id, _bench.EventTopic, _bench.Partitions);

    /// <summary>Waits until everything that is in the event topic now is committed.</summary>
    public void AwaitAll(WorkerProcess worker)
    {
        long[] ends = _bench.Brokers.Ends(_bench.EventTopic, _bench.Partitions);
        worker.Await(() => Committed.AsSpan().SequenceEqual(ends), $"commits up to {string.Join(", ", ends)}");
    }

    /// <summary>Waits until everything is committed, and the states reflect it: a state may be behind the commit while records are learned again.</summary>
    public void AwaitState(WorkerProcess worker)
    {
        AwaitAll(worker);
        long records = _bench.Brokers.Ends(_bench.EventTopic, _bench.Partitions).Sum();
        worker.Await(() => worker.Sum("records") == records, $"states that reflect {records} records");
    }

    public OutputLog Outputs() => OutputLog.Read(_bench.Brokers, this);

    /// <summary>The file of a partition's newest checkpoint.</summary>
    public string NewestCheckpoint(int partition)
        => new DirectoryCheckpointStore(Directory, Id, 3).List(new LearnerId(_bench.EventTopic, partition)).First(e => e.Fault is null).Name;

    /// <summary>The state of a partition's learner in its newest checkpoint, and the offset after it; without the place in the order log, which is random.</summary>
    public (long NextOffset, byte[] State) NewestState(int partition)
    {
        string file = NewestCheckpoint(partition);
        return (CheckpointFile.Inspect(file).Header!.NextPosition, StateIn(file));
    }

    /// <summary>The state in a checkpoint, without the place in the order log, which is random.</summary>
    public static byte[] StateIn(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        return [.. CheckpointFile.Inspect(file).Parts.Where(p => p.Name != OrderState.SectionName).SelectMany(p => bytes.AsSpan((int)p.From, (int)p.Length).ToArray())];
    }

    public void Dispose()
    {
        foreach (WorkerProcess worker in _workers) worker.Dispose();
    }
}
