using System.Text;
using Confluent.Kafka;
using StreamMoe.Worker.Kafka;

namespace StreamMoe.StreamHost.Tests.Kafka;

public sealed class KafkaLibraryTests
{
    [Fact]
    public void Open_NoLibraryThere_SaysWhichPackageToInstall()
    {
        KafkaLibraryException e = Assert.Throws<KafkaLibraryException>(() => KafkaLibrary.Open(["librdkafka-that-is-nowhere.so"]));

        Assert.Contains("apt-get install librdkafka1", e.Message);
        Assert.Contains("librdkafka-that-is-nowhere.so", e.Message);
        Assert.Contains("UseLibrdkafkaRedist", e.Message);
    }

    [KafkaFact]
    public void Consume_AnyLibraryFrom2_0_ReadsWhatWasProduced()
    {
        using MockBroker broker = new();
        broker.CreateTopic("smoke", 1);
        KafkaLibrary.EnsureLoaded();
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
