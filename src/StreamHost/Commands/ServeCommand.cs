using System.CommandLine;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using StreamMoe.StreamHost.Arguments;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Hosting;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Order;
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
        using LogLines lines = new(error);
        using ILoggerFactory logging = LoggerFactory.Create(builder => builder.AddProvider(new LineLoggerProvider(lines)));
        ILogger log = logging.CreateLogger("worker");
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, stop));
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, stop));

        try
        {
            await new WorkerSession(configuration, log).RunAsync(line => lines.Write($"streammoe: {line}"), stop.Token);
        }
        catch (Exception e) when (e is WorkerException or KafkaPositionException or OrderException or OutputException or Confluent.Kafka.KafkaException)
        {
            throw new InputException(e.Message);
        }
        return ExitCode.Done;
    }

    private static void Stop(PosixSignalContext signal, CancellationTokenSource stop)
    {
        signal.Cancel = true;
        stop.Cancel();
    }
}
