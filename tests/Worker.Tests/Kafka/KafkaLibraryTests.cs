using System.Text;
using Confluent.Kafka;
using StreamMoe.Tests.Common.Kafka;
using StreamMoe.Worker.Kafka;

namespace StreamMoe.Worker.Tests.Kafka;

/// <summary>The native library under Confluent.Kafka is the one of its package, whatever the system has.</summary>
public sealed class KafkaLibraryTests
{
    [Fact]
    public void Library_Loaded_IsThePackagesNewOne()
    {
        Assert.True(KafkaSettings.Build(() => Library.Version) >= 0x021000ff, $"librdkafka {Library.VersionString} is older than that of the package");

        string file = Assert.Single(MappedFiles.Of("self"), MappedFiles.IsLibrdkafka);

        Assert.StartsWith(AppContext.BaseDirectory, file);
    }

    [Fact]
    public void Consume_ThroughTheMock_ReadsWhatWasProduced()
    {
        using MockBroker broker = new();
        broker.CreateTopic("smoke", 1);
        using IProducer<byte[], byte[]> producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = broker.BootstrapServers }).Build();
        producer.Produce("smoke", new Message<byte[], byte[]> { Key = "k"u8.ToArray(), Value = "v"u8.ToArray() });
        producer.Flush(TimeSpan.FromSeconds(20));
        using IConsumer<byte[], byte[]> consumer = new ConsumerBuilder<byte[], byte[]>(
            new ConsumerConfig { BootstrapServers = broker.BootstrapServers, GroupId = "g", AutoOffsetReset = AutoOffsetReset.Earliest }).Build();
        consumer.Assign(new TopicPartitionOffset("smoke", 0, Offset.Beginning));

        ConsumeResult<byte[], byte[]> read = consumer.Consume(TimeSpan.FromSeconds(20));

        Assert.Equal("k=v", $"{Encoding.UTF8.GetString(read.Message.Key)}={Encoding.UTF8.GetString(read.Message.Value)}");
    }
}
