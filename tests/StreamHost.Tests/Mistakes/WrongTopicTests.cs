using StreamMoe.StreamHost.Tests.Commands;
using StreamMoe.StreamHost.Tests.Service;
using StreamMoe.Tests.Common;
using StreamMoe.Tests.Common.Kafka;

namespace StreamMoe.StreamHost.Tests.Mistakes;

/// <summary>The brokers are right and the topic's name is not: what the commands say to it.</summary>
public sealed class WrongTopicTests : IDisposable
{
    private const string Topic = "evnets";

    private readonly MockBroker _broker = new();

    public WrongTopicTests() => _broker.Hide(Topic);

    public void Dispose() => _broker.Dispose();

    [Fact]
    public void Serve_SaysSoAndBeginsWhenItIsThere()
    {
        // The double answers no admin call, so the worker cannot make its order topic there.
        _broker.CreateTopic($"streammoe-{Topic}-order", 1);
        using TemporaryFolder folder = new();
        using WorkerProcess worker = new([$"kafka:bootstrapServers={_broker.BootstrapServers}", $"kafka:eventTopic={Topic}", "kafka:guarantee=at-least-once", "checkpoints:directory=" + folder.File("checkpoints"), "kafka:client:topic.metadata.refresh.interval.ms=500"]);

        worker.AwaitLine(line => line.Contains($"[317] warning: Topic {Topic} was not found at {_broker.BootstrapServers}; kafka:eventTopic must name one that is there. Create it, and", StringComparison.Ordinal), "a word about the topic");
        _broker.Show(Topic);
        worker.Await(() => worker.Partitions().Count > 0, "partitions");
        Assert.Equal(0, worker.Stop());
    }

    [Fact]
    public void Generate_ExitsWithOneAndSaysSo()
    {
        Cli run = Cli.Run("generate", "sea-abrupt", "--instances", "5", "--kafka", _broker.BootstrapServers, "--topic", Topic);

        Assert.Equal($"streammoe: topic '{Topic}' was not found at {_broker.BootstrapServers}, and the brokers did not create it within 10 s. Create it, or give another name.", run.Error.TrimEnd());
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
    }

    [Fact]
    public void DeadLetters_AreNone_AndTheTopicIsDoubted()
    {
        Cli run = Cli.Run("dead-letters", "list", "--set", $"kafka:bootstrapServers={_broker.BootstrapServers}", "--set", $"kafka:deadLetterTopic={Topic}");

        Assert.Equal($"streammoe: topic '{Topic}' was not found at {_broker.BootstrapServers}. All is well if the worker has had no dead letter yet; otherwise give its own configuration, or set kafka:deadLetterTopic to its topic.", run.Error.TrimEnd());
        Assert.Equal((0, $"0 dead letters in {Topic}"), (run.ExitCode, run.Output.TrimEnd()));
    }
}
