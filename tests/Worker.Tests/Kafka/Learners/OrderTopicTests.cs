using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging.Abstractions;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Kafka.Learners;
using StreamMoe.Worker.Order;

namespace StreamMoe.Worker.Tests.Kafka.Learners;

/// <summary>The mock answers no admin call, so there the order topic is made by the test.</summary>
public sealed class OrderTopicTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(null, 4)]
    public async Task Prepare_TopicIsThere_TellsTheNumberOfLearners(int? learners, int expected)
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 4);
        bench.CreateTopic(bench.Settings.OrderTopic, expected);

        Assert.Equal(expected, await PrepareAsync(bench, learners));
    }

    [Theory]
    [InlineData(2, "has 3 partitions, and model:learners=2 needs 2")]
    [InlineData(null, "has 3 partitions, and model:learners=partition needs 4")]
    public async Task Prepare_AnotherNumberOfPartitions_IsRefusedWithBoth(int? learners, string text)
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 4);
        bench.CreateTopic(bench.Settings.OrderTopic, 3);

        Assert.Contains(text, (await Assert.ThrowsAsync<OrderException>(() => PrepareAsync(bench, learners))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public async Task Prepare_LabelTopicOfAnotherSize_IsRefusedWithSeveralLearners(int learners, bool refused)
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 4);
        bench.CreateTopic(bench.Settings.OrderTopic, learners);
        bench.CreateTopic("labels", 2);
        KafkaSettings settings = bench.Settings with { Options = bench.Settings.Options with { LabelTopic = "labels" } };

        Exception? e = await Record.ExceptionAsync(() => PrepareAsync(bench, learners, settings));

        Assert.Equal(refused, e is OrderException);
        if (refused) Assert.Contains("'labels' has 2 partitions and the event topic 'events' 4", e!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prepare_NoTopicYet_MakesItAsItMustBe()
    {
        using KafkaBench bench = KafkaBench.OnReal(partitions: 2);
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bench.Settings.Options.BootstrapServers }).Build();

        Assert.Equal(3, await PrepareAsync(bench, 3));

        Dictionary<string, ConfigEntryResult> found = (await admin.DescribeConfigsAsync([new ConfigResource { Type = ResourceType.Topic, Name = bench.Settings.OrderTopic }]))[0].Entries;
        Assert.Equal(("delete", "-1", "-1"), (found["cleanup.policy"].Value, found["retention.ms"].Value, found["retention.bytes"].Value));
    }

    [Fact]
    public async Task Prepare_ByPartition_EnlargesTheTopic()
    {
        using KafkaBench bench = KafkaBench.OnReal(partitions: 4);
        bench.CreateTopic(bench.Settings.OrderTopic, 2);

        Assert.Equal(4, await PrepareAsync(bench, null));
    }

    [Fact]
    public async Task Prepare_CompactedOrderTopic_IsRefused()
    {
        using KafkaBench bench = KafkaBench.OnReal();
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bench.Settings.Options.BootstrapServers }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = bench.Settings.OrderTopic, NumPartitions = 1, ReplicationFactor = 1, Configs = new() { ["cleanup.policy"] = "compact" } }]);

        Assert.Contains("cleanup.policy=compact", (await Assert.ThrowsAsync<OrderException>(() => PrepareAsync(bench, 1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RefuseFormerMembers_SomebodyReadsTheEventTopic_NamesHim()
    {
        using KafkaBench bench = KafkaBench.OnReal();
        using KafkaQueries queries = new(bench.Settings, NullLogger.Instance);
        OrderTopic topic = new(bench.Settings, 1, queries, NullLogger.Instance);
        await topic.RefuseFormerMembersAsync();
        using IConsumer<byte[], byte[]> former = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = bench.Settings.Options.BootstrapServers, GroupId = bench.Settings.Options.GroupId, PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky }).Build();
        former.Subscribe(bench.Settings.Options.EventTopic);
        for (int polls = 0; polls < 300 && former.Assignment.Count == 0; polls++) former.Consume(TimeSpan.FromMilliseconds(100));

        Assert.Contains("is assigned partitions of", (await Assert.ThrowsAsync<OrderException>(topic.RefuseFormerMembersAsync)).Message, StringComparison.Ordinal);
    }

    private static async Task<int> PrepareAsync(KafkaBench bench, int? learners, KafkaSettings? settings = null)
    {
        using KafkaQueries queries = new(settings ?? bench.Settings, NullLogger.Instance);
        return await new OrderTopic(settings ?? bench.Settings, learners, queries, NullLogger.Instance).PrepareAsync(CancellationToken.None);
    }
}
