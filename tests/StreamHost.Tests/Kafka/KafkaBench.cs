using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Records;

namespace StreamMoe.StreamHost.Tests.Kafka;

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
            new Dictionary<string, string> { ["session.timeout.ms"] = "6000", ["heartbeat.interval.ms"] = "500", ["reconnect.backoff.max.ms"] = "200" });

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

    /// <summary>New topics on the broker of STREAMMOE_TEST_BROKERS, which must create them by itself.</summary>
    public static KafkaBench OnReal()
    {
        RealBrokers.Require();
        return new(RealBrokers.Addresses, "-" + Guid.NewGuid().ToString("N"), Guarantee.ExactlyOnce);
    }

    public KafkaSource Source(RecordingHandler handler, bool start = true, KafkaSettings? settings = null)
    {
        KafkaSource source = Keep(new KafkaSource(settings ?? Settings, handler, NullLogger.Instance));
        handler.Source = source;
        if (start) source.Start();
        return source;
    }

    public KafkaSink Sink(KafkaSource source) => Keep(new KafkaSink(Settings, source, NullLogger.Instance));

    public KafkaReader Reader() => Keep(new KafkaReader(Settings, NullLogger.Instance));

    /// <summary>Writes texts to a partition of the event topic and returns when they are there.</summary>
    public void Feed(int partition, params string[] values)
    {
        using SharedProducer shared = new(() => new KafkaRecordProducer(Settings, NullLogger.Instance));
        new RecordSender(shared, Partition(partition), NullLogger.Instance).Send(values.Length,
            i => new OutputRecord(Settings.Options.EventTopic, "key"u8.ToArray(), Encoding.UTF8.GetBytes(values[i]), Partition: partition));
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
        => new(new OutputLimits(settings ?? new KafkaSettings(new KafkaOptions()), ask), new PartitionId("events", 3), NullLogger.Instance);

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
