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

    /// <summary>Does something to a broker: <c>stop</c>, <c>kill</c> or <c>start</c>, by the command that STREAMMOE_TEST_BROKER_COMMAND names, which
    /// takes its number and the word. Skips the test where there is none.</summary>
    public static void Tell(int broker, string what)
    {
        string command = Environment.GetEnvironmentVariable("STREAMMOE_TEST_BROKER_COMMAND") ?? "";
        Assert.SkipUnless(command.Length > 0, "Needs a command that stops and starts brokers; give it in STREAMMOE_TEST_BROKER_COMMAND: it is called with a broker's number and 'kill' or 'start'.");
        using Process process = Process.Start(command, [broker.ToString(CultureInfo.InvariantCulture), what]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>Skips the test, and says so, where there are none.</summary>
    public static void Require()
        => Assert.SkipUnless(AreThere, "Needs a Kafka broker with transactions; give its address in STREAMMOE_TEST_BROKERS, for example localhost:9092.");
}
