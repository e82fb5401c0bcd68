using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamMoe.Tests.Common.Kafka;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Kafka.Outputs;
using StreamMoe.Worker.Records;

namespace StreamMoe.StreamHost.Tests.Service;

/// <summary>Brokers for a test: librdkafka's mock in this process with at-least-once, or those of STREAMMOE_TEST_BROKERS with exactly-once.</summary>
internal sealed class TestBrokers : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, KafkaReader> _readers = [];
    private readonly string _suffix;

    public TestBrokers()
    {
        IsReal = RealBrokers.AreThere;
        Mock = IsReal ? null : new MockBroker();
        Addresses = IsReal ? RealBrokers.Addresses : Mock!.BootstrapServers;
        _suffix = IsReal ? "-" + Guid.NewGuid().ToString("N")[..12] : "";
    }

    /// <value>True for brokers with transactions.</value>
    public bool IsReal { get; }

    public MockBroker? Mock { get; }

    public string Addresses { get; }

    public string Guarantee => IsReal ? "exactly-once" : "at-least-once";

    /// <summary>A name of a topic or a group that nobody used before.</summary>
    public string Name(string role) => role + _suffix;

    public void CreateTopic(string topic, int partitions)
    {
        if (Mock is not null) Mock.CreateTopic(topic, partitions);
        else RealBrokers.CreateTopic(topic, partitions);
    }

    /// <summary>The committed records of a topic, partition by partition in order.</summary>
    public IReadOnlyList<KafkaRecord> Read(string topic)
    {
        KafkaReader reader = Reader("reader");
        int partitions = reader.PartitionCount(topic, s_patience);
        return [.. Enumerable.Range(0, partitions).SelectMany(p => reader.ReadToEnd(topic, p, KafkaReader.Beginning))];
    }

    /// <summary>The next offsets that a group has committed for a topic; −1 for none.</summary>
    public long[] Committed(string group, string topic, int partitions)
    {
        KafkaReader reader = Reader(group);
        try
        {
            return [.. Enumerable.Range(0, partitions).Select(p => reader.Committed(topic, p, s_patience) ?? -1)];
        }
        catch (KafkaException e) when (e.Error.Code == ErrorCode.GroupIdNotFound) // nobody has joined it yet
        {
            return [.. Enumerable.Repeat(-1L, partitions)];
        }
    }

    /// <summary>The offsets behind the last records of a topic.</summary>
    public long[] Ends(string topic, int partitions)
    {
        KafkaReader reader = Reader("reader");
        return [.. Enumerable.Range(0, partitions).Select(p => reader.End(topic, p, s_patience))];
    }

    /// <summary>Sends records to one partition and returns when they are there.</summary>
    public void Send(string topic, int partition, IEnumerable<(byte[]? Key, byte[]? Value)> records)
        => Send(topic, partition, records.Select(r => (r.Key, r.Value, (IReadOnlyList<RecordHeader>?)null)));

    /// <inheritdoc cref="Send(string, int, IEnumerable{ValueTuple{byte[], byte[]}})"/>
    public void Send(string topic, int partition, IEnumerable<(byte[]? Key, byte[]? Value, IReadOnlyList<RecordHeader>? Headers)> records)
    {
        KafkaSettings settings = SettingsOf("feeder");
        using SharedProducer producer = new(() => new KafkaRecordProducer(settings, NullLogger.Instance));
        (byte[]? Key, byte[]? Value, IReadOnlyList<RecordHeader>? Headers)[] all = [.. records];
        new RecordSender(producer, new PartitionId(topic, partition), NullLogger.Instance).Send(all.Length, i => new OutputRecord(topic, all[i].Key, all[i].Value, all[i].Headers, Partition: partition));
    }

    public void Dispose()
    {
        foreach (KafkaReader reader in _readers.Values) reader.Dispose();
        Mock?.Dispose();
    }

    private KafkaReader Reader(string group)
    {
        if (!_readers.TryGetValue(group, out KafkaReader? reader)) _readers[group] = reader = new KafkaReader(SettingsOf(group), NullLogger.Instance);
        return reader;
    }

    private KafkaSettings SettingsOf(string group) => new(new KafkaOptions { BootstrapServers = Addresses, GroupId = group });
}
