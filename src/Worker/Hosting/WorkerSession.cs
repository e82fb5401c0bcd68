using Microsoft.Extensions.Logging;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;
using StreamMoe.Streams.Files;
using StreamMoe.Streams.Options;
using StreamMoe.Worker.Checkpoints;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Embedded;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Http;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Kafka.Learners;
using StreamMoe.Worker.Live;
using StreamMoe.Worker.Metrics;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;
using StreamMoe.Worker.Telemetry;

namespace StreamMoe.Worker.Hosting;

/// <summary>A worker from its configuration to its end: what it reads, learns and writes, and its HTTP side. Both <c>serve</c> and a host run it.</summary>
/// <param name="configuration">What the worker is told.</param>
/// <param name="log">Told what happens.</param>
internal sealed class WorkerSession(WorkerConfiguration configuration, ILogger log)
{
    private const string EmbeddedTopic = "embedded";

    private readonly ILogger _log = QuietLogger.Of(log);

    private bool IsEmbedded => configuration.Kafka.BootstrapServers.Length == 0;

    /// <summary>Works until told to stop; all learners are committed and checkpointed then.</summary>
    /// <param name="announce">Told in a sentence where the worker listens and what it learns, once it does.</param>
    /// <param name="stop">Ends the work.</param>
    /// <exception cref="OptionException">The configuration names something that is not there.</exception>
    /// <exception cref="CheckpointException">A checkpoint cannot be used.</exception>
    /// <exception cref="HttpStartException">The worker cannot listen.</exception>
    /// <exception cref="WorkerException">Going on became impossible; the learners that were well are committed.</exception>
    public async Task RunAsync(Action<string> announce, CancellationToken stop)
    {
        using StreamWorker worker = Build(out Func<bool> isMember);
        StatusPage status = new(worker, configuration, isMember, TimeProvider.System);
        WorkerFacts facts = WorkerFacts.Of(configuration, () => status.IsReady);
        StreamMoeMetrics table = new(() => worker.Learners, worker.LagOf, facts);
        MetricsPage metrics = new(table.Instruments);
        using UnusedRecords unused = new(() => worker.Learners, TimeProvider.System, _log);
        using LivePage live = new(worker, facts, TimeProvider.System, _log);
        await using HttpServer http = await HttpServer.StartAsync(configuration.Http, application =>
        {
            status.Map(application);
            metrics.Map(application);
            live.Map(application);
        });
        using OtlpExport? export = OtlpExport.Start(configuration.Telemetry, table.Instruments, $"{Environment.MachineName}:{new Uri(http.Address).Port}", TimeProvider.System, _log);
        announce($"{(IsEmbedded ? "built-in stream" : configuration.Kafka.EventTopic + " at " + configuration.Kafka.BootstrapServers)}, model {configuration.Preset.Name}; live page {http.Address}/, status {http.Address}/api/status");
        if (!configuration.Preset.IsBitExact)
            announce("nets are computed by torch (device): bit-exact resume is off; batches are cut by count alone (pipeline:capacity), pipeline:linger is not heeded.");
        await Task.Factory.StartNew(() => Run(worker, stop), TaskCreationOptions.LongRunning);
    }

    private void Run(StreamWorker worker, CancellationToken stop)
    {
        // Before the worker joins its group, so that the first events need not wait for the runtime to compile the learner. The shape matters little.
        using WorkRunner work = new(1);
        WarmUp.Run(configuration.Preset, new Schema("warm-up", [SchemaAttribute.Numeric("a"), SchemaAttribute.Nominal("b", ["x", "y"])], SchemaAttribute.Nominal("class", ["no", "yes"])), work);
        worker.Run(stop);
    }

    private StreamWorker Build(out Func<bool> isMember)
    {
        LearningSetup setup = LearningSetup.Of(configuration);
        ICheckpointStore? store = IsEmbedded ? null : CheckpointStores.Create(configuration, () => new KafkaChangelog(new KafkaSettings(configuration.Kafka, configuration.KafkaClient), _log));
        Schema? schema = configuration.Schema.File.Length == 0 ? null : SchemaFile.Load(configuration.Schema.File, configuration.Schema.MaxValues);
        if (schema is not null) SourceAttributes.Append(schema, configuration.Events, configuration.Schema, []); // so that what cannot be is told before any learner is asked for
        InitialState? initial = configuration.Model.InitialFiles is { Count: > 0 } files ? InitialState.Read(files, configuration.Kafka.EventTopic) : null;
        initial?.SetupOf(setup, new LearnerId(configuration.Kafka.EventTopic, 0), out _); // the same
        LearnerFactory factory = new(IsEmbedded ? EmbeddedTopic : configuration.Kafka.EventTopic, setup, configuration.Pipeline, configuration.Checkpoints, configuration.Kafka.CommitInterval,
            configuration.Kafka.MaxDeadLetterBytes, store, schema, initial, TimeProvider.System, _log) { Adopt = configuration.Model.Adopt };
        if (IsEmbedded)
        {
            isMember = static () => true;
            return new StreamWorker(OpenEmbedded(), new CountingOutputs(), factory, _log);
        }
        KafkaLearners connection = new(new KafkaSettings(configuration.Kafka, configuration.KafkaClient), configuration.Model.FixedLearners, _log, configuration.Telemetry.SendsSpans)
        {
            FaultOfBeginning = initial is { IsOfGroup: true } ? initial.FaultOf : null,
        };
        isMember = () => connection.IsMember;
        return new StreamWorker(connection, connection, factory, _log);
    }

    private EmbeddedSource OpenEmbedded()
    {
        EmbeddedOptions options = configuration.Embedded;
        InstanceStream stream = options.Stream.Length == 0 ? new LoanStream(options.DriftEvery, (int)configuration.Model.Seed) : OpenNamed(options.Stream, configuration.Model.Seed);
        return new EmbeddedSource(stream, EmbeddedTopic, options.Partitions, configuration.Model.LearnersOf(options.Partitions), options.Rate, TimeProvider.System);
    }

    private static InstanceStream OpenNamed(string text, long seed)
    {
        if (StreamFile.HasKnownEnding(text))
            throw new OptionException([$"embedded:stream was '{text}'; must be a built-in stream ('streammoe streams' lists them). A file is learned by 'streammoe replay', or sent to Kafka by 'streammoe generate FILE --kafka'."]);
        try
        {
            return StreamCatalogue.Open(text, seed);
        }
        catch (Exception e) when (e is OptionException or StreamFormatException)
        {
            throw new OptionException([$"embedded:stream: {e.Message}"]);
        }
    }
}
