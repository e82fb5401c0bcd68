using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging.Abstractions;
using StreamMoe.Tests.Common.Kafka;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Kafka.Outputs;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Kafka;

/// <summary>A topic on a broker, and sources, sinks and readers for it.</summary>
internal sealed class KafkaBench : IDisposable
{
    private readonly List<IDisposable> _made = [];

    private KafkaBench(string brokers, string suffix, Guarantee guarantee)
        => Settings = new KafkaSettings(
            new KafkaOptions
            {
                BootstrapServers = brokers, Guarantee = guarantee, GroupId = "group" + suffix, EventTopic = "events" + suffix,
                PredictionTopic = "predictions" + suffix,
            },
            new Dictionary<string, string> { ["session.timeout.ms"] = "6000", ["heartbeat.interval.ms"] = "500", ["reconnect.backoff.max.ms"] = "200", ["topic.metadata.refresh.interval.ms"] = "2000" });

    public KafkaSettings Settings { get; }

    public MockBroker? Mock { get; private init; }

    public static KafkaBench OnMock(int partitions, Guarantee guarantee = Guarantee.AtLeastOnce)
    {
        MockBroker mock = new();
        KafkaBench bench = new(mock.BootstrapServers, "", guarantee) { Mock = mock };
        mock.CreateTopic(bench.Settings.Options.EventTopic, partitions);
        mock.CreateTopic(bench.Settings.Options.PredictionTopic, 1);
        return bench;
    }

    /// <summary>New topics on the brokers of STREAMMOE_TEST_BROKERS.</summary>
    public static KafkaBench OnReal(int partitions = 1, Guarantee guarantee = Guarantee.ExactlyOnce)
    {
        RealBrokers.Require();
        KafkaBench bench = new(RealBrokers.Addresses, "-" + Guid.NewGuid().ToString("N"), guarantee);
        bench.CreateTopic(bench.Settings.Options.EventTopic, partitions);
        bench.CreateTopic(bench.Settings.Options.PredictionTopic, 1);
        return bench;
    }

    /// <summary>Makes a topic.</summary>
    public void CreateTopic(string topic, int partitions)
    {
        if (Mock is not null) Mock.CreateTopic(topic, partitions);
        else RealBrokers.CreateTopic(topic, partitions);
    }

    /// <summary>Gives a topic more partitions.</summary>
    public void Enlarge(string topic, int partitions)
    {
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Settings.Options.BootstrapServers }).Build();
        admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = topic, IncreaseTo = partitions }]).GetAwaiter().GetResult();
    }

    /// <summary>Writes texts to a partition of the event topic in a transaction.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="values">The texts.</param>
    public void FeedInTransaction(int partition, params string[] values)
    {
        using IProducer<byte[], byte[]> producer = OpenTransaction(Settings.Options.EventTopic, partition, values);
        producer.CommitTransaction();
    }

    /// <summary>Writes texts to a partition in a transaction, which stays open.</summary>
    public IProducer<byte[], byte[]> OpenTransaction(string topic, int partition, params string[] values)
    {
        IProducer<byte[], byte[]> producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = Settings.Options.BootstrapServers, TransactionalId = Guid.NewGuid().ToString(),
        }).Build();
        producer.InitTransactions(TimeSpan.FromSeconds(30));
        producer.BeginTransaction();
        foreach (string value in values) producer.Produce(new TopicPartition(topic, partition), new Message<byte[], byte[]> { Value = Encoding.UTF8.GetBytes(value) });
        producer.Flush(TimeSpan.FromSeconds(30));
        return producer;
    }

    public KafkaReader Reader() => Keep(new KafkaReader(Settings, NullLogger.Instance));

    /// <summary>Writes texts to a partition of the event topic and returns when they are there.</summary>
    public void Feed(int partition, params string[] values)
    {
        using SharedProducer shared = new(() => new KafkaRecordProducer(Settings, NullLogger.Instance));
        new RecordSender(shared, Partition(partition), NullLogger.Instance).Send(values.Length,
            i => new OutputRecord(Settings.Options.EventTopic, "key"u8.ToArray(), Encoding.UTF8.GetBytes(values[i]), Partition: partition));
    }

    /// <summary>Writes a text with headers to a partition of the event topic and returns when it is there.</summary>
    public void Feed(int partition, string value, params RecordHeader[] headers)
    {
        using SharedProducer shared = new(() => new KafkaRecordProducer(Settings, NullLogger.Instance));
        new RecordSender(shared, Partition(partition), NullLogger.Instance).Send(1, _ => new OutputRecord(Settings.Options.EventTopic, null, Encoding.UTF8.GetBytes(value), headers, partition));
    }

    /// <summary>The committed values of a partition of a topic.</summary>
    public string[] Read(string topic, int partition = 0)
    {
        using KafkaReader reader = new(Settings, NullLogger.Instance);
        return [.. reader.ReadToEnd(topic, partition, KafkaReader.Beginning).Select(r => Encoding.UTF8.GetString(r.Value))];
    }

    /// <summary>A partition of the event topic.</summary>
    public PartitionId Partition(int partition) => new(Settings.Options.EventTopic, partition);

    /// <summary>What topics take, as far as the client knows; <paramref name="ask"/> answers for the brokers.</summary>
    public static OutputFit Fit(KafkaSettings? settings = null, Func<string[], IReadOnlyDictionary<string, int>>? ask = null)
        => new(new OutputLimits(settings ?? new KafkaSettings(new KafkaOptions()), ask), NullLogger.Instance);

    public void Dispose()
    {
        foreach (IDisposable made in Enumerable.Reverse(_made)) made.Dispose();
        Mock?.Dispose();
    }

    private T Keep<T>(T made) where T : IDisposable
    {
        _made.Add(made);
        return made;
    }
}
