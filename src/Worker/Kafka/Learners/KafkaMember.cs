using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Diagnostics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamMoe.Worker.Kafka.Learners;

/// <summary>A member of the consumer group: subscribes to the order topic, so that Kafka assigns learners, and reads nothing of it.</summary>
/// <remarks>The poll thread keeps the membership alive and tells a handler of changes. It commits offsets for others: those of event partitions,
/// for monitoring alone, and under at-least-once those of order partitions. Methods may be called from any thread unless they say otherwise.
/// At rest the poll thread wakes up 20 times a second.</remarks>
internal sealed class KafkaMember : IDisposable
{
    /// <summary>How long leaving the group may take: a client that has lost its coordinator does not come back from it by itself.</summary>
    internal static readonly TimeSpan LongestLeave = TimeSpan.FromSeconds(10);

    private const int RefusalsBeforeGivingUp = 5;

    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(50), s_betweenReports = TimeSpan.FromSeconds(1), s_longestReport = TimeSpan.FromSeconds(5);

    private readonly IConsumer<Ignore, Ignore> _consumer;
    private readonly IKafkaMemberHandler _handler;
    private readonly ILogger _log;
    private readonly string _topic, _addresses;
    private readonly TimeSpan _longestStandstill;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<int> _assigned = []; // poll thread
    private readonly ConcurrentDictionary<TopicPartition, long> _processed = [];
    private volatile StopMode _stop;
    private bool _rebalanced, _isLeft;
    private long _reportedAt;
    private Task _reporting = Task.CompletedTask;
    private ExceptionDispatchInfo? _fault;

    /// <summary>Makes the member; it joins the group at <see cref="Start"/>.</summary>
    /// <param name="settings">The section <c>kafka</c>.</param>
    /// <param name="handler">Told of learners.</param>
    /// <param name="log">For the client's reports.</param>
    /// <exception cref="StreamMoe.Streams.Options.OptionException">librdkafka refuses the configuration.</exception>
    public KafkaMember(KafkaSettings settings, IKafkaMemberHandler handler, ILogger log)
    {
        (_handler, _log, _topic, _addresses, _longestStandstill) = (handler, log, settings.OrderTopic, settings.Options.BootstrapServers, settings.MaxPollInterval);
        _consumer = KafkaSettings.Build(() => new ConsumerBuilder<Ignore, Ignore>(settings.GroupMember())
            .SetPartitionsAssignedHandler((_, partitions) => OnAssigned(partitions))
            .SetPartitionsRevokedHandler((_, partitions) => OnGone(partitions, _handler.Revoking))
            .SetPartitionsLostHandler((_, partitions) => OnGone(partitions, _handler.Lost))
            .SetErrorHandler((_, error) => KafkaLog.Write(_log, error))
            .SetLogHandler((_, message) => KafkaLog.Write(_log, message))
            .Build());
        _thread = new Thread(Run) { IsBackground = true, Name = "kafka member" };
    }

    private enum StopMode { No, Leave, Abandon }

    /// <value>Ends when the member has left; faults with what ended it: a fatal error of the client, or what the handler threw.</value>
    public Task Completion => _completion.Task;

    /// <value>True once the group's coordinator has accepted this member.</value>
    public bool IsMember => _stop == StopMode.No && !Completion.IsCompleted && !string.IsNullOrEmpty(_consumer.MemberId);

    /// <summary>Joins the group. Once.</summary>
    public void Start()
    {
        _consumer.Subscribe(_topic);
        _thread.Start();
    }

    /// <summary>Hands every learner over (<see cref="IKafkaMemberHandler.Revoking"/>), leaves the group and ends. Not to be awaited on the poll thread.</summary>
    public Task StopAsync()
    {
        _stop = StopMode.Leave;
        if (_thread.ThreadState.HasFlag(System.Threading.ThreadState.Unstarted)) _completion.TrySetResult();
        return Completion;
    }

    /// <summary>Ends without a word to handler or group; the group notices after <c>session.timeout.ms</c>. After <see cref="StopAsync"/> it only frees.</summary>
    public void Dispose()
    {
        if (_stop == StopMode.No) _stop = StopMode.Abandon;
        if (_thread.IsAlive && Thread.CurrentThread != _thread) _thread.Join();
        KafkaClients.Free(_consumer, _log);
    }

    /// <summary>Notes how far a partition has been processed. Such offsets are committed once a second, when learners are given up and at the end,
    /// for monitoring alone: a failure is only logged.</summary>
    public void Report(TopicPartitionOffset next) => _processed[next.TopicPartition] = next.Offset.Value;

    /// <summary>Commits an offset that counts; waits while the brokers are away. While the group is between two generations it is tried a few times
    /// and then left to the next commit.</summary>
    /// <returns>False when the group no longer counts this member as one.</returns>
    /// <exception cref="KafkaException">The brokers refuse for good, for example for want of rights.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled while waiting.</exception>
    public bool TryCommit(TopicPartitionOffset next, CancellationToken token)
    {
        Backoff backoff = new();
        for (int refusals = 0; ;)
        {
            try
            {
                // The call itself waits for the coordinator for as long as that is away.
                Task.Run(() => _consumer.Commit([next]), CancellationToken.None).WaitAsync(token).GetAwaiter().GetResult();
                return true;
            }
            catch (KafkaException e)
            {
                ErrorCode code = KafkaErrors.CodeOf(e);
                if (KafkaErrors.IsExpulsion(code)) return false;
                if (KafkaErrors.IsStaleGeneration(code))
                {
                    if (++refusals == RefusalsBeforeGivingUp) return true;
                }
                else if (!KafkaErrors.IsTransient(code)) throw;
            }
            backoff.Wait(token);
        }
    }

    private IEnumerable<TopicPartitionOffset> OnAssigned(List<TopicPartition> partitions)
    {
        int[] learners = [.. partitions.Select(p => p.Partition.Value).Order()];
        foreach (int learner in learners) _assigned.Add(learner);
        _rebalanced = true;
        Tell(() => _handler.Assigned(learners));
        return partitions.Select(p => new TopicPartitionOffset(p, Offset.End)); // nothing is read, and soon it is paused
    }

    private void OnGone(List<TopicPartitionOffset> partitions, Action<IReadOnlyList<int>> tell)
    {
        _rebalanced = true;
        // Those that were handed over before leaving are not told again.
        int[] learners = [.. partitions.Select(p => p.Partition.Value).Where(_assigned.Remove).Order()];
        if (learners.Length == 0) return;
        Tell(() => tell(learners));
        CommitLastReports();
    }

    /// <summary>Tells the handler of a rebalance. What it throws ends the member, but only after the rebalance: a client with an unanswered one cannot be freed.</summary>
    private void Tell(Action what)
    {
        try
        {
            what();
        }
        catch (Exception e)
        {
            if (_fault is null) _fault = ExceptionDispatchInfo.Capture(e);
            else KafkaLog.HandoverFailed(_log, e, _topic);
        }
    }

    private void Run()
    {
        try
        {
            while (_stop == StopMode.No)
            {
                // A member that is stuck is not polled, so that the group gives its learners to others; it comes back when something moves.
                if (_handler.StuckFor >= _longestStandstill) Thread.CurrentThread.Join(s_poll);
                else Poll();
                _fault?.Throw();
                if (_rebalanced) HoldAll();
                if (Stopwatch.GetElapsedTime(_reportedAt) >= s_betweenReports) CommitReports();
            }
            if (_stop == StopMode.Leave) Leave();
            _fault?.Throw();
            _completion.TrySetResult();
        }
        catch (Exception e)
        {
            bool hasLeft = _isLeft;
            _stop = StopMode.Abandon;
            if (!hasLeft) Leave();
            _completion.TrySetException(e);
        }
    }

    private void Poll()
    {
        try
        {
            _ = _consumer.Consume(s_poll);
        }
        catch (ConsumeException e) when (!e.Error.IsFatal)
        {
            if (e.Error.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic) KafkaLog.TopicMissing(_log, _topic, _addresses);
            else KafkaLog.ConsumingFailed(_log, _topic, e.Error);
        }
    }

    /// <summary>Pauses what is assigned: an assignment starts unpaused.</summary>
    private void HoldAll()
    {
        _rebalanced = false;
        try
        {
            _consumer.Pause(_assigned.Select(learner => new TopicPartition(_topic, learner)));
        }
        catch (KafkaException e) // taken away meanwhile: the rebalance callback is on its way
        {
            KafkaLog.HoldRefused(_log, _topic, -1, e.Error);
        }
    }

    /// <summary>Commits what was reported, without waiting for brokers that are away: the next time brings it.</summary>
    private void CommitReports()
    {
        _reportedAt = Stopwatch.GetTimestamp();
        if (!_processed.IsEmpty && _reporting.IsCompleted) _reporting = Task.Run(CommitReported);
    }

    private void CommitReported()
    {
        KeyValuePair<TopicPartition, long>[] reports = [.. _processed];
        try
        {
            _consumer.Commit(reports.Select(r => new TopicPartitionOffset(r.Key, r.Value)));
            foreach (KeyValuePair<TopicPartition, long> report in reports) _processed.TryRemove(report);
        }
        catch (KafkaException e)
        {
            KafkaLog.ReportFailed(_log, _topic, e.Error);
        }
    }

    /// <summary>The last reports before learners go: waited for, but not for ever.</summary>
    private void CommitLastReports()
    {
        long began = Stopwatch.GetTimestamp();
        if (!_reporting.Wait(s_longestReport)) return;
        CommitReports();
        TimeSpan left = s_longestReport - Stopwatch.GetElapsedTime(began);
        if (left > TimeSpan.Zero) _reporting.Wait(left);
    }

    /// <summary>Leaves the group, for a bounded time; the handler gives up every learner first, so that those that are well are committed even
    /// when another has failed.</summary>
    private void Leave()
    {
        _isLeft = true;
        try
        {
            HandOver();
            // What is left for Close to do may never end after brokers were away.
            if (!Task.Run(_consumer.Close).Wait(LongestLeave)) KafkaLog.LeavingTooLong(_log, _topic, LongestLeave.TotalSeconds);
        }
        catch (Exception e) when (e is KafkaException || e.InnerException is KafkaException)
        {
            KafkaLog.LeavingFailed(_log, _topic, ((e as KafkaException) ?? (KafkaException)e.InnerException!).Error);
        }
    }

    private void HandOver()
    {
        int[] learners = [.. _assigned.Order()];
        if (learners.Length == 0) return;
        _assigned.Clear();
        Tell(() => _handler.Revoking(learners));
        CommitLastReports();
    }
}
