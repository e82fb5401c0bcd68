using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Pipeline;

/// <summary>Gives every assigned learner a task, feeds the tasks from the source, and hands learners over when they go elsewhere.</summary>
internal sealed partial class StreamWorker : ILearnerHandler, IDisposable
{
    // Each may bring an output's limit nearer that brokers do not tell.
    private const int MostLostOutputs = 50;

    private readonly ILearnerSource _source;
    private readonly ILearnerOutputs _outputs;
    private readonly LearnerFactory _factory;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<int, LearnerTask> _learners = [];
    private readonly ConcurrentDictionary<PartitionId, SourceQueue> _queues = [];
    private readonly ConcurrentDictionary<LearnerTask, Task> _endings = [];
    private readonly ConcurrentDictionary<int, (long After, int Times)> _lost = [];
    private readonly CancellationTokenSource _failed = new();
    private Exception? _failure;
    private int _restoring;

    /// <param name="source">Where learners and records come from; from now on this object's.</param>
    /// <param name="outputs">Where outputs go; from now on this object's.</param>
    /// <param name="factory">Makes and restores learners.</param>
    /// <param name="log">Told what happens to learners.</param>
    public StreamWorker(ILearnerSource source, ILearnerOutputs outputs, LearnerFactory factory, ILogger log)
        => (_source, _outputs, _factory, _log) = (source, outputs, factory, QuietLogger.Of(log));

    /// <value>How long a learner that is given up has for its last commit; after that it ends without one, and whoever has it next goes on from the commit before.
    /// The default is 15 s: a worker that is told to stop while its brokers are away ends within the 30 s that most give it.</value>
    internal TimeSpan LongestHandover { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The learners at work now.</summary>
    public ICollection<LearnerTask> Learners => _learners.Values;

    /// <summary>True when no assigned learner is being restored or learns again.</summary>
    public bool IsReady => Volatile.Read(ref _restoring) == 0 && _failure is null && !_learners.Values.Any(static l => l.IsRecovering);

    /// <summary>False once a learner could not go on: the worker is stopping, or should be.</summary>
    public bool IsAlive => Volatile.Read(ref _failure) is null && !_learners.Values.Any(static l => l.Completion.Exception?.GetBaseException() is { } fault and not (LearnerFencedException or OutputLostException));

    /// <inheritdoc/>
    public TimeSpan StuckFor => _learners.Values.Select(static l => l.StuckFor).DefaultIfEmpty(TimeSpan.Zero).Max();

    /// <inheritdoc/>
    public bool NeedsHeaders => _learners.Values.Any(static l => l.NeedsHeaders);

    /// <summary>Records of a partition that its learner has not taken in; null when the source does not know.</summary>
    public long? LagOf(SourceQueue queue, long nextOffset)
    {
        if (_source.EndOf(queue.Partition) is not { } end) return null;
        // Read to the end: what is left there are control records, and no lag.
        return queue.IsAtEnd && queue.End >= end ? 0 : Math.Max(0, end - nextOffset);
    }

    /// <summary>Works until told to stop; all learners are committed and checkpointed then.</summary>
    /// <exception cref="WorkerException">What made going on impossible; the learners that were well are committed.</exception>
    public void Run(CancellationToken stop)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stop, _failed.Token);
        _source.Run(this, either.Token);
        if (_failure is not null) throw new WorkerException(_failure.Message, _failure);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SourceStart>> AssignedAsync(LearnerAssignment assignment, CancellationToken stop)
    {
        Interlocked.Increment(ref _restoring);
        try
        {
            return await Task.Run(() => Restore(assignment, stop), stop);
        }
        finally
        {
            Interlocked.Decrement(ref _restoring);
        }
    }

    /// <inheritdoc/>
    public bool Found(int learner, SourcePosition source)
    {
        if (!_learners.TryGetValue(learner, out LearnerTask? task) || _queues.ContainsKey(source.Partition)) return false;
        _queues[source.Partition] = task.Found(source, source.Initial);
        LogFound(source.Partition, source.Initial, task.Id);
        return true;
    }

    /// <inheritdoc/>
    public Task RevokingAsync(IReadOnlyList<int> learners) => Task.WhenAll(learners.Select(async learner =>
    {
        if (!Remove(learner, out LearnerTask? task)) return;
        _ = task.StopAsync();
        Task ending = AwaitEndingAsync(task);
        if (await Task.WhenAny(ending, Task.Delay(LongestHandover)) != ending)
        {
            LogHandoverTooLong(task.Id, LongestHandover.TotalSeconds, task.CommittedSequence);
            await task.AbandonAsync();
        }
        await ending;
        LogRevoked(task.Id, task.CommittedSequence);
    }));

    /// <inheritdoc/>
    public Task LostAsync(IReadOnlyList<int> learners) => Task.WhenAll(learners.Select(async learner =>
    {
        if (!Remove(learner, out LearnerTask? task)) return;
        await task.AbandonAsync();
        await AwaitEndingAsync(task);
        LogLost(task.Id, task.CommittedSequence);
    }));

    /// <inheritdoc/>
    public void Received(in SourceRecord record)
    {
        if (!_queues.TryGetValue(record.Source, out SourceQueue? queue) || queue.Offer(record)) return;
        _source.Pause(record.Source);
        queue.Pause();
    }

    /// <inheritdoc/>
    public void EndReached(PartitionId partition, long offset)
    {
        if (_queues.TryGetValue(partition, out SourceQueue? queue)) queue.EndReached(offset);
    }

    /// <summary>False when no checkpoints are written.</summary>
    public bool HasCheckpoints => _factory.HasStore;

    /// <summary>Asks every learner for a checkpoint.</summary>
    public void RequestCheckpoints()
    {
        foreach (LearnerTask task in _learners.Values) task.RequestCheckpoint();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _source.Dispose();
        _outputs.Dispose();
        _failed.Dispose();
    }

    private SourceStart[] Restore(LearnerAssignment assignment, CancellationToken stop)
    {
        ILearnerOutput output = _outputs.Open(assignment.Learner, stop);
        (LearnerTask task, IReadOnlyList<(SourceQueue Queue, long From)> sources) = _factory.Restore(assignment, output, _source.Resume, stop);
        foreach ((SourceQueue queue, _) in sources) _queues[queue.Partition] = queue;
        _learners[assignment.Learner] = task;
        task.Start();
        _endings[task] = task.Completion.ContinueWith(ended => Ended(task, ended), TaskScheduler.Default);
        LogAssigned(task.Id, sources.Count, task.CommittedSequence);
        return [.. sources.Select(static s => new SourceStart(s.Queue.Partition, s.From))];
    }

    private bool Remove(int learner, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out LearnerTask? task)
    {
        if (!_learners.TryRemove(learner, out task)) return false;
        Forget(task);
        return true;
    }

    private void Forget(LearnerTask task)
    {
        foreach ((PartitionId partition, SourceQueue queue) in _queues)
            if (task.Owns(queue)) _queues.TryRemove(partition, out _);
    }

    /// <summary>Waits until a task has ended and it is known how: a fault at its last commit must not be missed when the worker ends with it.</summary>
    private Task AwaitEndingAsync(LearnerTask task) => _endings.TryRemove(task, out Task? ending) ? ending : Task.CompletedTask;

    private void Ended(LearnerTask task, Task ended)
    {
        if (ended.Exception?.GetBaseException() is not { } fault || fault is OperationCanceledException) return;
        if (fault is LearnerFencedException || (fault is OutputLostException && MayBeTakenAnew(task)))
        {
            if (_learners.TryRemove(KeyValuePair.Create(task.Id.Learner, task))) Forget(task);
            _source.Rejoin();
            if (fault is LearnerFencedException) LogFenced(task.Id, task.CommittedSequence, fault.Message);
            else LogOutputLost(task.Id, task.CommittedSequence, fault.Message);
            return;
        }
        Interlocked.CompareExchange(ref _failure, fault, null);
        _failed.Cancel(); // before anything that only tells of it
        LogFailed(fault, task.Id, task.CommittedSequence);
    }

    /// <summary>Counts outputs that were lost after the same commit: where nothing is gained by another one, the worker ends.</summary>
    private bool MayBeTakenAnew(LearnerTask task)
    {
        (long after, int times) = _lost.GetValueOrDefault(task.Id.Learner);
        _lost[task.Id.Learner] = (task.CommittedSequence, times = after == task.CommittedSequence ? times + 1 : 1);
        return times <= MostLostOutputs;
    }

    [LoggerMessage(101, LogLevel.Information, "{Learner} assigned, with {Sources} partitions; committed up to number {Committed} of its order log.")]
    private partial void LogAssigned(LearnerId learner, int sources, long committed);

    [LoggerMessage(102, LogLevel.Information, "{Learner} given up: committed up to number {Committed} of its order log.")]
    private partial void LogRevoked(LearnerId learner, long committed);

    [LoggerMessage(103, LogLevel.Warning, "{Learner} was taken away: its state is dropped, nothing is written after number {Committed} of its order log.")]
    private partial void LogLost(LearnerId learner, long committed);

    [LoggerMessage(104, LogLevel.Warning, "{Learner} is another worker's by now, after number {Committed} of its order log: {Reason} Joining the group anew.")]
    private partial void LogFenced(LearnerId learner, long committed, string reason);

    [LoggerMessage(105, LogLevel.Error, "{Learner} cannot go on after number {Committed} of its order log; the worker stops.")]
    private partial void LogFailed(Exception fault, LearnerId learner, long committed);

    [LoggerMessage(107, LogLevel.Warning, "{Learner}: the last commit did not succeed within {Seconds} s, so it is left out: whoever has the learner next goes on after number {Committed} of its order log.")]
    private partial void LogHandoverTooLong(LearnerId learner, double seconds, long committed);

    [LoggerMessage(108, LogLevel.Warning, "{Learner}: its output has ended, so it is taken over anew after number {Committed} of its order log: {Reason}")]
    private partial void LogOutputLost(LearnerId learner, long committed, string reason);

    [LoggerMessage(106, LogLevel.Information, "{Partition}@{From} was found: it belongs to {Learner} from here on.")]
    private partial void LogFound(PartitionId partition, long from, LearnerId learner);
}
