using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging.Abstractions;
using StreamMoe.Worker.Kafka;

namespace StreamMoe.Worker.Tests.Kafka;

public sealed class KafkaChangelogTests
{
    [Fact]
    public async Task Construct_TopicThatIsNotCompacted_IsRefusedAndNamesThePolicy()
    {
        using KafkaBench bench = KafkaBench.OnReal();
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bench.Settings.Options.BootstrapServers }).Build();
        string topic = "changelog-" + Guid.NewGuid().ToString("N");
        KafkaSettings settings = bench.Settings with { Options = bench.Settings.Options with { ChangelogTopic = topic } };
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = 1, ReplicationFactor = 1 }]);

        IOException e = Assert.Throws<IOException>(() => new KafkaChangelog(settings, NullLogger.Instance));
        Assert.Contains("cleanup.policy=delete; must be compact", e.Message, StringComparison.Ordinal);

        Dictionary<ConfigResource, List<ConfigEntry>> compacted = new() { [new ConfigResource { Type = ResourceType.Topic, Name = topic }] = [new ConfigEntry { Name = "cleanup.policy", Value = "compact" }] };
        await admin.AlterConfigsAsync(compacted);
        new KafkaChangelog(settings, NullLogger.Instance).Dispose();
    }
}
