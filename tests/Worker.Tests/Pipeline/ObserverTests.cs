using System.Net;
using System.Reflection;
using StreamMoe.DriftMoe;
using StreamMoe.Experts.State;
using StreamMoe.Streams;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Figures;
using StreamMoe.Worker.History;
using StreamMoe.Worker.Http;
using StreamMoe.Worker.Live;
using StreamMoe.Worker.Metrics;
using StreamMoe.Worker.Pipeline;

namespace StreamMoe.Worker.Tests.Pipeline;

/// <summary>Whatever only tells of the work may be broken: the learner goes on, commits everything, and says so once.</summary>
public sealed class ObserverTests
{
    private static readonly PipelineOptions s_small = new() { Capacity = 4, Linger = TimeSpan.FromMilliseconds(5), Queue = 32 };
    private static readonly HttpClient s_http = new() { Timeout = TimeSpan.FromSeconds(30) };

    [Theory]
    [InlineData("dead letters of the live page", 1)]
    [InlineData("picture of the pool", 1)]
    [InlineData("samples of the live page", 0)]
    public async Task ObserverIsBroken_LearnerGoesOnAndSaysSoOnce(string which, int told)
    {
        NumberedLog log = new();
        using WorkerBench bench = new(pipeline: s_small, log: log);
        bench.Append(12);
        for (int i = 0; i < 4; i++) bench.Source.Append(Partition.Source, null, "no event"u8.ToArray(), Partition.Start + 12 + i);
        bench.Append(4);
        bench.Source.Assign(Partition.Source);
        bench.Source.DeliverTo(Partition.Source, 4);
        bench.Source.Do(_ =>
        {
            bench.AwaitRecords(4);
            Break(bench, which);
        });
        bench.Source.DeliverTo(Partition.Source, 20);
        bench.Source.Do(_ => WorkerBench.Await(() => bench.Learner.Queued == 0, "all records to be taken"));
        bench.Start();
        await bench.EndAsync();

        Assert.Equal(20, bench.Outputs.CommittedOf(Partition.Source));
        Assert.Equal(20, bench.Outputs.LinesOf(Partition.Source).Count);
        Assert.True(bench.Worker.IsAlive);
        Assert.Equal(told, log.Numbers.Count(n => n == 131));
    }

    [Fact]
    public async Task PagesOfABrokenHistory_FailAloneAndTheOthersAnswer()
    {
        using WorkerBench bench = new(pipeline: s_small);
        WorkerConfiguration configuration = WorkerConfiguration.Load(null, new Dictionary<string, string>(), []);
        WorkerFacts facts = WorkerFacts.Of(configuration, () => true);
        using LivePage live = new(bench.Worker, facts, bench.Time, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        StatusPage status = new(bench.Worker, configuration, () => true, TimeProvider.System);
        MetricsPage metrics = new(new StreamMoeMetrics(() => bench.Worker.Learners, bench.Worker.LagOf, facts).Instruments);
        await using HttpServer server = await HttpServer.StartAsync(new HttpOptions { Port = 0 }, application =>
        {
            live.Map(application);
            status.Map(application);
            metrics.Map(application);
        });
        bench.Deliver(4, of: 8);
        bench.Source.Do(_ =>
        {
            bench.AwaitRecords(4);
            Break(bench, "samples of the live page");
        });
        TaskCompletionSource looked = new();
        bench.Source.Do(_ => looked.Task.Wait());
        bench.Source.DeliverTo(Partition.Source, 8);
        bench.Source.Do(_ => WorkerBench.Await(() => bench.Learner.Queued == 0, "all records to be taken"));
        bench.Start();
        try
        {
            WorkerBench.Await(() => bench.HasLearners && Get(server, "/api/live") == HttpStatusCode.InternalServerError, "a page that fails");
            for (int i = 0; i < 4; i++) bench.Time.Advance(LiveSampler.Period);
            foreach (string page in (string[])["/health/live", "/health/ready", "/api/status", "/metrics", "/"]) Assert.Equal(HttpStatusCode.OK, Get(server, page));
        }
        finally
        {
            looked.SetResult();
        }
        await bench.EndAsync();

        Assert.Equal(8, bench.Outputs.CommittedOf(Partition.Source));
    }

    [Fact]
    public void Confidences_OfAnyBits_AreTaken()
    {
        ConfidenceWindow window = new(10);
        foreach (float confidence in (float[])[float.NegativeInfinity, float.MinValue, -0f, 0.5f, 1.0000001f, float.MaxValue, float.PositiveInfinity, float.Epsilon])
        {
            window.AddPrediction(confidence);
            window.AddResult(confidence, right: true);
        }
        window.AddResult(float.NaN, right: false);
        Assert.InRange(window.Confidence, 0, 1);
        Assert.InRange(window.CalibrationError, 0, 1);
    }

    [Fact]
    public async Task GivenUpWhileItsLastCommitHangs_EndsWithoutItInTime()
    {
        using WorkerBench bench = new(pipeline: s_small, longestHandover: TimeSpan.FromMilliseconds(100));
        TaskCompletionSource never = new();
        bench.Outputs.BeforeCommit = (_, next) => next == 8 ? never.Task : Task.CompletedTask;
        bench.Deliver(4, of: 8);
        bench.Source.Do(_ => WorkerBench.Await(() =>
        {
            bench.Time.Advance(WorkerBench.CommitInterval);
            return bench.Committed == 4;
        }, "the first commit"));
        bench.Source.DeliverTo(Partition.Source, 8);
        bench.Source.Do(_ => bench.AwaitRecords(8));
        bench.Start();
        await bench.EndAsync();

        Assert.Equal(4, bench.Outputs.CommittedOf(Partition.Source));
        Assert.True(bench.Worker.IsAlive);
    }

    private static HttpStatusCode Get(HttpServer server, string path)
    {
        using HttpResponseMessage answer = s_http.Send(new HttpRequestMessage(HttpMethod.Get, server.Address + path));
        return answer.StatusCode;
    }

    /// <summary>Takes something away that an observer needs.</summary>
    private static void Break(WorkerBench bench, string which)
    {
        LearnerTask task = bench.Learner;
        switch (which)
        {
            case "dead letters of the live page":
                FieldOf(task.History, "_deadLetters").SetValue(task.History, null);
                break;
            case "samples of the live page":
                FieldOf(task.History, "_recent").SetValue(task.History, null);
                break;
            default:
                object processor = FieldOf(task, "_processor").GetValue(task)!, parts = FieldOf(processor, "_parts").GetValue(processor)!;
                FieldOf(parts, "<Learner>k__BackingField").SetValue(parts, new ShyLearner(((LearnerParts)parts).Learner, which));
                task.Figures.ModelBytes = 0; // so that the size is asked for
                break;
        }
    }

    private static FieldInfo FieldOf(object of, string name) => of.GetType().GetField(name, BindingFlags.NonPublic | BindingFlags.Instance)!;

    /// <summary>Learns as ever, and throws when it is asked about itself.</summary>
    private sealed class ShyLearner(ILearner learner, string which) : ILearner
    {
        public Schema Schema => learner.Schema;

        public long Learned => learner.Learned;

        public int ExpertCount => learner.ExpertCount;

        public long ByteSize => learner.ByteSize;

        public int ContextLength => learner.ContextLength;

        public void Process(InstanceBlock block, Predictions predictions) => learner.Process(block, predictions);

        public Prediction Predict(ReadOnlySpan<double> features, Span<float> probabilities) => learner.Predict(features, probabilities);

        public PoolSnapshot Describe() => which == "picture of the pool" ? throw new InvalidOperationException(which) : learner.Describe();

        public void Save(StateWriter writer) => learner.Save(writer);

        public void Load(StateReader reader) => learner.Load(reader);
    }

    /// <summary>Keeps the number of each message.</summary>
    private sealed class NumberedLog : Microsoft.Extensions.Logging.ILogger
    {
        public System.Collections.Concurrent.ConcurrentQueue<int> Numbers { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(Microsoft.Extensions.Logging.LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => Numbers.Enqueue(eventId.Id);
    }
}
