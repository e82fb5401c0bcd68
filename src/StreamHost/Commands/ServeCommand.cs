using System.CommandLine;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.DriftMoe.Work;
using StreamMoe.StreamHost.Arguments;
using StreamMoe.StreamHost.Replay;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;
using StreamMoe.Streams.Files;
using StreamMoe.Streams.Options;
using StreamMoe.Worker.Checkpoints;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Embedded;
using StreamMoe.Worker.Http;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Live;
using StreamMoe.Worker.Metrics;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.StreamHost.Commands;

/// <summary><c>streammoe serve</c>: the worker. Without a Kafka address it serves a built-in drifting stream through the same pipeline.</summary>
internal static class ServeCommand
{
    public static Command Create(TextWriter error, IReadOnlyDictionary<string, string> variables)
    {
        ConfigurationSource source = new(variables);
        Command command = new("serve", "Run the worker: learn from Kafka's events, or from a built-in drifting stream when no brokers are given.");
        source.AddTo(command);
        command.SetAction(parsed => RunAsync(source.Read(parsed), error).GetAwaiter().GetResult());
        return command;
    }

    private static async Task<int> RunAsync(WorkerConfiguration configuration, TextWriter error)
    {
        using ILoggerFactory logging = LoggerFactory.Create(builder => builder.AddProvider(new LineLoggerProvider(error)));
        ILogger log = logging.CreateLogger("worker");
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, stop));
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, stop));

        using StreamWorker worker = Build(configuration, log, out Func<bool> isMember);
        StatusPage status = new(worker, configuration, isMember, TimeProvider.System);
        WorkerFacts facts = WorkerFacts.Of(configuration, () => status.IsReady);
        StreamMoeMetrics table = new(() => worker.Lanes, worker.LagOf, facts);
        MetricsPage metrics = new(table.Instruments);
        using LivePage live = new(worker, facts, TimeProvider.System, log);
        await using HttpServer http = await HttpServer.StartAsync(configuration.Http, application =>
        {
            status.Map(application);
            metrics.Map(application);
            live.Map(application);
        });
        error.WriteLine($"streammoe: {(configuration.Kafka.BootstrapServers.Length == 0 ? "built-in stream" : configuration.Kafka.EventTopic + " at " + configuration.Kafka.BootstrapServers)}, model {configuration.Preset.Name}; live page {http.Address}/, status {http.Address}/api/status");
        if (!configuration.Preset.IsBitExact)
            error.WriteLine("streammoe: nets are computed by torch (device): bit-exact resume is off; batches are cut by count alone (pipeline:capacity), pipeline:linger is not heeded.");
        try
        {
            await Task.Factory.StartNew(() => Run(worker, configuration, stop.Token), TaskCreationOptions.LongRunning);
        }
        catch (Exception e) when (e is WorkerException or KafkaPositionException or PartitionOutputException or Confluent.Kafka.KafkaException)
        {
            throw new InputException(e.Message);
        }
        return ExitCode.Done;
    }

    private static void Run(StreamWorker worker, WorkerConfiguration configuration, CancellationToken stop)
    {
        // Before the worker joins its group, so that the first events need not wait for the runtime to compile the learner. The shape matters little.
        using WorkRunner work = new(1);
        WarmUp.Run(configuration.Preset, new Schema("warm-up", [SchemaAttribute.Numeric("a"), SchemaAttribute.Nominal("b", ["x", "y"])], SchemaAttribute.Nominal("class", ["no", "yes"])), work);
        worker.Run(stop);
    }

    private static void Stop(PosixSignalContext signal, CancellationTokenSource stop)
    {
        signal.Cancel = true;
        stop.Cancel();
    }

    private static StreamWorker Build(WorkerConfiguration configuration, ILogger log, out Func<bool> isMember)
    {
        LearningSetup setup = new(configuration.Preset, configuration.Model.Seed, configuration.Schema, configuration.Labels);
        bool embedded = configuration.Kafka.BootstrapServers.Length == 0;
        ICheckpointStore? store = embedded ? null : CheckpointStores.Create(configuration, () => new KafkaChangelog(new KafkaSettings(configuration.Kafka, configuration.KafkaClient), log));
        Schema? schema = configuration.Schema.File.Length == 0 ? null : SchemaFile.Load(configuration.Schema.File, configuration.Schema.MaxValues);
        Checkpoint? initial = configuration.Model.Initial.Length == 0 ? null
            : CheckpointHeaders.ReadInitial(configuration.Model.Initial, CheckpointHeaders.Of(setup, new PartitionId(configuration.Kafka.EventTopic, 0)));
        LaneFactory factory = new(setup, configuration.Pipeline, configuration.Checkpoints, configuration.Kafka.CommitInterval,
            configuration.Kafka.MaxDeadLetterBytes, store, schema, initial, TimeProvider.System, log);
        if (embedded)
        {
            isMember = static () => true;
            return new StreamWorker(OpenEmbedded(configuration), new CountingOutputs(), factory, log);
        }
        KafkaConnection connection = new(new KafkaSettings(configuration.Kafka, configuration.KafkaClient), log);
        isMember = () => connection.IsMember;
        return new StreamWorker(connection, connection, factory, log);
    }

    private static EmbeddedSource OpenEmbedded(WorkerConfiguration configuration)
    {
        EmbeddedOptions options = configuration.Embedded;
        InstanceStream stream = options.Stream.Length == 0 ? new LoanStream(options.DriftEvery, (int)configuration.Model.Seed) : OpenNamed(options.Stream, configuration.Model.Seed);
        return new EmbeddedSource(stream, "embedded", options.Rate, TimeProvider.System);
    }

    private static InstanceStream OpenNamed(string text, long seed)
    {
        if (StreamOpener.IsFile(text))
            throw new UsageException($"embedded:stream was '{text}'; must be a built-in stream ('streammoe streams' lists them). A file is learned by 'streammoe replay', or sent to Kafka by 'streammoe generate FILE --kafka'.");
        try
        {
            return StreamCatalogue.Open(text, seed);
        }
        catch (Exception e) when (e is OptionException or StreamFormatException)
        {
            throw new UsageException($"embedded:stream: {e.Message}");
        }
    }
}
