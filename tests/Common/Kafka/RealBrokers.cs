using System.Diagnostics;
using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace StreamMoe.Tests.Common.Kafka;

/// <summary>Real Kafka brokers for tests, for their transactions: addresses in the environment variable STREAMMOE_TEST_BROKERS.</summary>
internal static class RealBrokers
{
    /// <value>True where there are some.</value>
    public static bool AreThere => Addresses.Length > 0;

    /// <value>Their addresses, or nothing.</value>
    public static string Addresses { get; } = Environment.GetEnvironmentVariable("STREAMMOE_TEST_BROKERS") ?? "";

    /// <summary>Makes a topic with as many replicas as there are brokers, three at most.</summary>
    public static void CreateTopic(string topic, int partitions)
    {
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Addresses }).Build();
        int brokers = admin.GetMetadata(TimeSpan.FromSeconds(30)).Brokers.Count;
        admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = (short)Math.Min(3, brokers) }]).GetAwaiter().GetResult();
    }

    /// <value>How many there are.</value>
    public static int Count
    {
        get
        {
            using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Addresses }).Build();
            return admin.GetMetadata(TimeSpan.FromSeconds(30)).Brokers.Count;
        }
    }

    /// <value>True where <see cref="Tell"/> can do something.</value>
    public static bool CanTell => Command.Length > 0;

    private static string Command => Environment.GetEnvironmentVariable("STREAMMOE_TEST_BROKER_COMMAND") ?? "";

    /// <summary>Gives a topic more partitions.</summary>
    public static void Enlarge(string topic, int partitions)
    {
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Addresses }).Build();
        admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = topic, IncreaseTo = partitions }]).GetAwaiter().GetResult();
    }

    /// <summary>Sets how large a batch a topic takes: its <c>max.message.bytes</c>.</summary>
    public static void Limit(string topic, int bytes)
    {
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Addresses }).Build();
        ConfigResource resource = new() { Type = ResourceType.Topic, Name = topic };
        List<ConfigEntry> entries = [new() { Name = "max.message.bytes", Value = bytes.ToString(CultureInfo.InvariantCulture), IncrementalOperation = AlterConfigOpType.Set }];
        admin.IncrementalAlterConfigsAsync(new Dictionary<ConfigResource, List<ConfigEntry>> { [resource] = entries }).GetAwaiter().GetResult();
    }

    /// <summary>Does something to a broker: <c>stop</c>, <c>kill</c> or <c>start</c>, by the command that STREAMMOE_TEST_BROKER_COMMAND names, which
    /// takes its number and the word. Skips the test where there is none.</summary>
    public static void Tell(int broker, string what)
    {
        Assert.SkipUnless(CanTell, "Needs a command that stops and starts brokers; give it in STREAMMOE_TEST_BROKER_COMMAND: it is called with a broker's number and 'kill' or 'start'.");
        using Process process = Process.Start(Command, [broker.ToString(CultureInfo.InvariantCulture), what]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>Skips the test, and says so, where there are none.</summary>
    public static void Require()
        => Assert.SkipUnless(AreThere, "Needs a Kafka broker with transactions; give its address in STREAMMOE_TEST_BROKERS, for example localhost:9092.");
}
