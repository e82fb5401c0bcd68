using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Checkpoints;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Pipeline;

namespace StreamMoe.Worker.Tests.Pipeline;

/// <summary>A whole worker over a scripted source, with a clock that a test moves.</summary>
internal sealed class WorkerBench : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly StreamWorker _worker;
    private readonly CancellationTokenSource _stop = new();
    private Task? _run;

    /// <param name="store">Where checkpoints go; null for nowhere.</param>
    /// <param name="pipeline">Batches and queues.</param>
    /// <param name="checkpoints">When checkpoints are written.</param>
    /// <param name="setup">What learns.</param>
    /// <param name="outputs">Outputs that outlive this worker.</param>
    /// <param name="liveCommitInterval">Null: the clock stands still unless the test moves it; else the system's clock runs, and commits are this far apart.</param>
    public WorkerBench(ICheckpointStore? store = null, PipelineOptions? pipeline = null, CheckpointOptions? checkpoints = null, LearningSetup? setup = null, CollectedOutputs? outputs = null, TimeSpan? liveCommitInterval = null, Microsoft.Extensions.Logging.ILogger? log = null,
        TimeSpan? longestHandover = null)
    {
        Outputs = outputs ?? new CollectedOutputs();
        Source = new ScriptedSource(Outputs);
        Pipeline = pipeline ?? new PipelineOptions();
        LearnerFactory factory = new("events", setup ?? Partition.Setup(), Pipeline, checkpoints ?? new CheckpointOptions(), liveCommitInterval ?? CommitInterval, 900_000, store,
            Partition.Declared(), null, liveCommitInterval is null ? Time : TimeProvider.System, log ?? NullLogger.Instance);
        _worker = new StreamWorker(Source, Outputs, factory, log ?? NullLogger.Instance) { LongestHandover = longestHandover ?? TimeSpan.FromMinutes(1) };
    }

    public static TimeSpan CommitInterval { get; } = TimeSpan.FromMilliseconds(100);

    public ManualTime Time { get; } = new();

    public CollectedOutputs Outputs { get; }

    public ScriptedSource Source { get; }

    public PipelineOptions Pipeline { get; }

    /// <value>The only learner.</value>
    public LearnerTask Learner => Assert.Single(_worker.Learners);

    /// <value>Committed next offset of the only partition; 0 before the first commit.</value>
    public long Committed => Learner.Partitions.Single().Figures.Committed;

    public StreamWorker Worker => _worker;

    public bool HasLearners => _worker.Learners.Count > 0;

    /// <value>Ends with the script; faulted when the worker could not go on.</value>
    public Task Running => _run!;

    public void RequestCheckpoints() => _worker.RequestCheckpoints();

    /// <summary>Adds so many labelled events to the log.</summary>
    public void Append(int count)
    {
        for (int i = 0; i < count; i++)
            Source.Append(Partition.Source, null, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"features":[{{i % 7}},{{i % 3}},"v{{i % 2}}"],"label":"{{(i % 7 > 3 ? "UP" : "DOWN")}}"}""")), Partition.Start + i);
    }

    /// <summary>Adds labelled events to the log; the script assigns the partition and delivers the first of them.</summary>
    /// <param name="count">How many are delivered.</param>
    /// <param name="of">How many the log has; null: as many.</param>
    public void Deliver(int count, int? of = null)
    {
        Append(of ?? count);
        Source.Assign(Partition.Source);
        Source.DeliverTo(Partition.Source, count);
    }

    /// <summary>Begins to play the script.</summary>
    public void Start() => _run = Task.Factory.StartNew(() => _worker.Run(_stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Waits until something is the case.</summary>
    public static void Await(Func<bool> condition, string what)
    {
        long began = Stopwatch.GetTimestamp();
        SpinWait spin = new();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < s_patience, $"Waited in vain for {what}.");
            spin.SpinOnce();
        }
    }

    /// <summary>Waits until the learner has processed exactly so many records.</summary>
    public void AwaitRecords(long count) => Await(() => HasLearners && Learner.Figures.Records == count, $"{count} records");

    /// <summary>Waits until so many learners have processed exactly so many records each.</summary>
    public void AwaitRecords(int learners, long count)
        => Await(() => _worker.Learners is { } all && all.Count == learners && all.All(l => l.Figures.Records == count), $"{count} records of {learners} learners");

    /// <summary>Waits until the learner waits for exactly this time.</summary>
    public void AwaitTimer(TimeSpan time) => Await(() => Time.HasTimerIn(time), $"a wait of {time}");

    /// <summary>Ends the script and waits until the worker has given everything up.</summary>
    public async Task EndAsync()
    {
        Source.End();
        await _run!.WaitAsync(s_patience);
    }

    public void Dispose()
    {
        _stop.Cancel();
        try
        {
            _run?.Wait(s_patience);
        }
        catch (AggregateException)
        {
            // what failed was the test's to look at
        }
        _worker.Dispose();
        _stop.Dispose();
    }
}
