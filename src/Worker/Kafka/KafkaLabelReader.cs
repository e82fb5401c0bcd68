using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamMoe.Worker.Kafka;

/// <summary>Reads, on a thread of its own, the partitions of the label topic that belong to the event partitions of this worker.</summary>
/// <remarks>At-least-once only: the order in which labels and events come together is not written down, so after a restart it may be another
/// one. Which labels have been taken in is part of each partition's checkpoint; nothing is committed for the label topic.</remarks>
internal sealed class KafkaLabelReader : IDisposable
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(50);

    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly Action<int, ConsumeResult<byte[], byte[]>> _received;
    private readonly ILogger _log;
    private readonly string _topic;
    private readonly ConcurrentQueue<Action> _orders = new();
    private readonly Thread _thread;
    private volatile bool _stopping;

    /// <param name="settings">The section <c>kafka</c>.</param>
    /// <param name="received">Told each record with its partition, in offset order; may wait.</param>
    /// <param name="log">For the client's reports.</param>
    public KafkaLabelReader(KafkaSettings settings, Action<int, ConsumeResult<byte[], byte[]>> received, ILogger log)
    {
        (_topic, _received, _log) = (settings.Options.LabelTopic, received, log);
        _consumer = KafkaSettings.Build(() => new ConsumerBuilder<byte[], byte[]>(settings.Reader())
            .SetErrorHandler((_, error) => KafkaLog.Write(log, error))
            .SetLogHandler((_, message) => KafkaLog.Write(log, message))
            .Build());
        _thread = new Thread(Run) { IsBackground = true, Name = "kafka labels" };
        _thread.Start();
    }

    /// <summary>Reads a partition from an offset on; 0 = from the log's beginning.</summary>
    public void Begin(int partition, long offset) => _orders.Enqueue(() =>
        _consumer.IncrementalAssign([new TopicPartitionOffset(_topic, partition, offset == 0 ? Offset.Beginning : offset)]));

    /// <summary>Reads a partition no more. Records on their way may still come.</summary>
    public void End(int partition) => _orders.Enqueue(() => _consumer.IncrementalUnassign([new TopicPartition(_topic, partition)]));

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping = true;
        _thread.Join();
        _consumer.Dispose();
    }

    private void Run()
    {
        while (!_stopping)
        {
            while (_orders.TryDequeue(out Action? order)) order();
            try
            {
                if (_consumer.Consume(s_poll) is { IsPartitionEOF: false } read) _received(read.Partition, read);
            }
            catch (ConsumeException e)
            {
                KafkaLog.ReadingLabelsFailed(_log, _topic, e.Error);
            }
        }
    }
}
