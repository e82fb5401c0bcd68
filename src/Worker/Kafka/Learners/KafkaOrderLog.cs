using System.Diagnostics;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Order;

namespace StreamMoe.Worker.Kafka.Learners;

/// <summary>A learner's partition of the order topic.</summary>
internal sealed class KafkaOrderLog : IOrderLog
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);

    private readonly KafkaSettings _settings;
    private readonly KafkaQueries _queries;
    private readonly TopicPartition _partition;
    private readonly ILogger _log;
    private readonly TimeSpan _longestStandstill;
    private int _trimming;
    private bool _trimmingFailed;

    /// <param name="settings">The section <c>kafka</c>.</param>
    /// <param name="learner">The learner, whose number its partition has.</param>
    /// <param name="queries">Asks the brokers.</param>
    /// <param name="log">For the clients' reports.</param>
    /// <param name="longestStandstill">How long the reading may stand still below its end: longer than any transaction lives; for tests.</param>
    public KafkaOrderLog(KafkaSettings settings, int learner, KafkaQueries queries, ILogger log, TimeSpan? longestStandstill = null)
    {
        (_settings, _queries, _log) = (settings, queries, log);
        _partition = new TopicPartition(settings.OrderTopic, learner);
        _longestStandstill = longestStandstill ?? settings.TransactionTimeout + TimeSpan.FromSeconds(30);
    }

    /// <inheritdoc/>
    public bool MayPassOver => _settings.Options.Guarantee == Guarantee.AtLeastOnce;

    /// <inheritdoc/>
    public OrderLogRange Range(CancellationToken stop)
    {
        try
        {
            (long first, long end) = _queries.Range(_partition, stop);
            return new OrderLogRange(first, end, MayPassOver ? Math.Clamp(_queries.Committed(_partition, stop) ?? first, first, end) : end);
        }
        catch (Exception e) when (e is KafkaException or KafkaPositionException)
        {
            throw new OrderException($"The order log {Name} cannot be read: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public IEnumerable<LoggedOrder> Read(long from, long to, CancellationToken stop)
    {
        if (from >= to) yield break;
        using OrderTail tail = new(_settings, _partition, from, _log);
        long moved = Stopwatch.GetTimestamp();
        for (long reached = from; reached < to;)
        {
            stop.ThrowIfCancellationRequested();
            if (tail.Read(s_poll) is { } logged)
            {
                moved = Stopwatch.GetTimestamp();
                if (logged.Offset >= to) yield break;
                yield return logged;
            }
            if (tail.Next > reached) (reached, moved) = (tail.Next, Stopwatch.GetTimestamp());
            else if (Stopwatch.GetElapsedTime(moved) > _longestStandstill)
                throw new OrderException($"The order log {Name} cannot be read on from offset {reached}, though it goes up to {to}: for {_longestStandstill.TotalSeconds:0} s, longer than a transaction may stay open, "
                    + "nothing that is committed has come. A transaction of somebody else is open there, or it hangs. See who writes to the topic (kafka-transactions.sh find-hanging, describe-producers), end it (abort), and start the worker again.");
        }
    }

    /// <inheritdoc/>
    public void Trim(long below)
    {
        if (below <= 0 || Interlocked.Exchange(ref _trimming, 1) != 0) return;
        _ = TrimAsync(below);
    }

    private string Name => $"{_partition.Topic}-{_partition.Partition.Value}";

    private async Task TrimAsync(long below)
    {
        Error? error = await KafkaAdmin.DoAsync(() => _queries.Admin.DeleteRecordsAsync([new TopicPartitionOffset(_partition, below)],
            new DeleteRecordsOptions { RequestTimeout = KafkaAdmin.Patience, OperationTimeout = KafkaAdmin.Patience }));
        if (error is not null && !_trimmingFailed)
        {
            _trimmingFailed = true;
            KafkaLog.NotTrimmed(_log, Name, below, error.Reason);
        }
        Volatile.Write(ref _trimming, 0);
    }
}
