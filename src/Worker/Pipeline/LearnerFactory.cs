using Microsoft.Extensions.Logging;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Streams;
using StreamMoe.Worker.Checkpoints;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Pipeline;

/// <summary>Makes learners: a fresh state, or the newest intact checkpoint at or below what is committed, from which the learner goes on by its order log.</summary>
internal sealed partial class LearnerFactory
{
    private readonly string _topic;
    private readonly LearningSetup _setup;
    private readonly PipelineOptions _pipeline;
    private readonly CheckpointOptions _checkpoints;
    private readonly TimeSpan _commitInterval;
    private readonly int _maxDeadLetterBytes;
    private readonly ICheckpointStore? _store;
    private readonly Schema? _schema;
    private readonly InitialState? _initial;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    /// <param name="topic">The event topic.</param>
    /// <param name="setup">What learns, and how.</param>
    /// <param name="pipeline">Batches, queues and the merge.</param>
    /// <param name="checkpoints">When checkpoints are written, and what is done without one.</param>
    /// <param name="commitInterval">Longest time between an output and its commit.</param>
    /// <param name="maxDeadLetterBytes">Longest value of a dead letter.</param>
    /// <param name="store">Where checkpoints are; null for none.</param>
    /// <param name="schema">The declared schema; null when each learner infers its own.</param>
    /// <param name="initial">What every new learner starts from; null for nothing.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Told what was restored, and what was damaged.</param>
    public LearnerFactory(string topic, LearningSetup setup, PipelineOptions pipeline, CheckpointOptions checkpoints, TimeSpan commitInterval, int maxDeadLetterBytes,
        ICheckpointStore? store, Schema? schema, InitialState? initial, TimeProvider time, ILogger log)
    {
        (_topic, _setup, _pipeline, _checkpoints, _commitInterval, _store) = (topic, setup, pipeline, checkpoints, commitInterval, store);
        _maxDeadLetterBytes = maxDeadLetterBytes;
        (_schema, _initial, _time, _log) = (schema, initial, time, QuietLogger.Of(log));
    }

    /// <value>True when a learner may begin at the offsets that a group has committed without an order log. The default is false.</value>
    public bool Adopt { get; init; }

    /// <summary>True when there is somewhere for checkpoints to go.</summary>
    public bool HasStore => _store is not null;

    /// <summary>Makes a learner.</summary>
    /// <param name="assignment">The learner, its order log and its sources.</param>
    /// <param name="output">Where its outputs go; from now on the task's.</param>
    /// <param name="roomAgain">Called when a paused partition has room again.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <returns>The task, not started; and each source with its queue and the offset to read from.</returns>
    /// <exception cref="CheckpointException">There is no state for what is committed, or it was made under other learning options.</exception>
    /// <exception cref="OrderException">The order log cannot be followed.</exception>
    public (LearnerTask Task, IReadOnlyList<(SourceQueue Queue, long From)> Sources) Restore(LearnerAssignment assignment, ILearnerOutput output, Action<PartitionId> roomAgain, CancellationToken stop)
    {
        LearnerId id = new(_topic, assignment.Learner);
        IReadOnlyList<SourcePosition> sources = assignment.Sources(stop);
        LearnerCheckpoints? checkpoints = _store is null ? null : new LearnerCheckpoints(_store, id, _setup, _checkpoints, _time);
        (LearnerProcessor processor, OrderState state, LearnerRecovery recovery) = assignment.Order is { } log
            ? ByOrder(id, checkpoints, log, sources, stop)
            : ByOffset(id, checkpoints, sources);
        foreach (SourcePosition source in sources)
            if (processor.Find(source.Order) is { } known) processor.Meet(known, source.Partition);
        LearnerTask task = new(id, processor, state, recovery, output, checkpoints, _pipeline, _commitInterval, _time, _log, roomAgain);
        List<(SourceQueue, long)> queues = [.. task.Queues.Select(q => (q, processor.Find(q.Source)!.Next))];
        foreach (SourcePosition source in sources)
            if (processor.Find(source.Order) is null) queues.Add((task.Found(source, source.Initial), source.Initial));
        return (task, queues);
    }

    /// <summary>Without an order log, so with one event partition: its committed offset says how far outputs go.</summary>
    private (LearnerProcessor, OrderState, LearnerRecovery) ByOffset(LearnerId id, LearnerCheckpoints? checkpoints, IReadOnlyList<SourcePosition> sources)
    {
        SourcePosition at = sources.First(s => s.Order.Kind == SourceKind.Events);
        Checkpoint? found = at.Committed is { } committed ? checkpoints?.Restore(committed, _log) : null;
        if (found is not null && (found.Header.NextPosition >= at.LogStart || found.Header.NextPosition == at.Committed))
        {
            LearnerProcessor restored = GoOn(id, found, checkpoints!);
            LogRestored(id, found.Header.NextPosition, at.Committed!.Value - found.Header.NextPosition);
            return (restored, OrderState.Of(found), new LearnerRecovery(null, default, at.Committed.Value));
        }
        // A worker that died before its first commit has left a checkpoint of where it began; one beyond that was written after a commit.
        if (at.Committed is null && checkpoints?.Farthest() is { } beyond && beyond > at.Initial)
        {
            AllowFresh(id, at.Initial, $"no offset is committed, but the store has a checkpoint of offset {beyond}: it is that of another Kafka cluster, or the group's committed offsets are gone",
                "the group's offsets back, give another checkpoints:directory or kafka:groupId", $"offset {at.Initial}");
        }
        if (at.Committed is not null && checkpoints is not null)
        {
            AllowFresh(id, at.Committed.Value, found is not null
                ? $"its newest usable checkpoint stands at offset {found.Header.NextPosition}, but the log begins at {at.LogStart} by now: the records between are gone"
                : $"offset {at.Committed} is committed, but no intact checkpoint at or below it is in the store (checkpoints:directory, checkpoints:store)");
        }
        LearnerProcessor processor = Begin(id, checkpoints, sources, source => source.Committed ?? source.Initial);
        OrderState state = OrderState.Begin(OrderPosition.BeginningOf(Guid.Empty), 0);
        // Written before the first commit, so that a commit never stands without a checkpoint at or below it.
        checkpoints?.Write(processor, state, LearnerRecovery.None.PositionOf(processor), at.Committed, 0, _log);
        return (processor, state, LearnerRecovery.None);
    }

    private (LearnerProcessor, OrderState, LearnerRecovery) ByOrder(LearnerId id, LearnerCheckpoints? checkpoints, IOrderLog log, IReadOnlyList<SourcePosition> sources, CancellationToken stop)
    {
        OrderLogRange range = log.Range(stop);
        // A checkpoint beyond the end of a log that never held a record is of another order log, and so may be what lies below it.
        bool isOther = range.IsNew && checkpoints?.Farthest() > 0;
        Checkpoint? found = isOther ? null : checkpoints?.Restore(range.Acknowledged, _log);
        string? fault = found is null ? null : Fault(found, log, range, stop);
        if (found is not null && fault is null)
        {
            OrderState at = OrderState.Of(found);
            LearnerProcessor restored = GoOn(id, found, checkpoints!);
            LogRestoredByOrder(id, at.Last, range.End - at.Next);
            return (restored, at, new LearnerRecovery(log, range, 0));
        }
        OrderPosition last = OrderPosition.BeginningOf(Guid.Empty);
        Dictionary<OrderSource, long> next = [];
        bool goesOn = range.IsNew && _initial is { IsOfGroup: true };
        if (!range.IsNew)
        {
            AllowFresh(id, range.End, fault ?? $"its order log goes to offset {range.End}, but no intact checkpoint at or below {range.Acknowledged} is in the store (checkpoints:directory, checkpoints:store)");
            last = Ends(log, range, next, stop);
        }
        else if (goesOn)
        {
            if (_initial!.FaultOf(sources) is { } cannot) throw new OrderException($"{id}: {cannot}");
            LogGoesOn(id, _initial.Model.Name, string.Join(", ", sources.Select(s => $"{s.Partition}@{_initial.NextOf(s.Order)}")), _initial.Waiting);
        }
        else if (isOther)
        {
            AllowFresh(id, 0, $"there is a checkpoint at offset {checkpoints!.Farthest()} of its order log, but the order log is empty: it was deleted, or made anew, or kafka:orderTopic is another one");
        }
        else if (!Adopt && sources.FirstOrDefault(s => s.Committed is not null) is { } committed)
        {
            throw new OrderException($"{id}: the group has committed offset {committed.Committed} of {committed.Partition}, but there is no order log, so nobody knows in which order its outputs came about. "
                + "Give the worker a new kafka:groupId to begin at the start of the log, or set model:adopt=true to begin at the committed offsets with model:initial or a new model.");
        }
        LearnerProcessor processor = Begin(id, checkpoints, sources, source => goesOn ? _initial!.NextOf(source.Order)
            : next.TryGetValue(source.Order, out long offset) ? offset : source.Committed ?? source.Initial);
        OrderState state = OrderState.Begin(last, range.End);
        checkpoints?.Write(processor, state, state.Next, null, 0, _log);
        return (processor, state, new LearnerRecovery(log, range, 0));
    }

    /// <summary>Why a checkpoint cannot be gone on from. That its order log cannot be followed is found here only where a new lineage may begin instead.</summary>
    private string? Fault(Checkpoint found, IOrderLog log, OrderLogRange range, CancellationToken stop)
    {
        OrderState at = OrderState.Of(found);
        if (at.Next < range.First) return $"its newest usable checkpoint is {at.Last}, to go on at offset {at.Next} of its order log, but this begins at {range.First} by now: the records between are gone";
        if (!StandsIn(at, log, range, stop))
            return $"its newest usable checkpoint is {at.Last}, and its order log has another record before offset {at.Next}: the checkpoint is that of another Kafka cluster, or of an order log that was made anew";
        if (!_checkpoints.AllowFreshModel) return null;
        try
        {
            OrderChain chain = at.ToChain(log.MayPassOver);
            foreach (LoggedOrder logged in log.Read(at.Next, range.End, stop)) chain.Follows(logged.Record, logged.Place);
            return null;
        }
        catch (OrderException e)
        {
            return e.Message;
        }
    }

    /// <summary>Whether the last record that a state reflects is where it says; true where it is not there to be looked at.</summary>
    private static bool StandsIn(OrderState at, IOrderLog log, OrderLogRange range, CancellationToken stop)
    {
        if (at.Last.Sequence < 0 || at.Next - 1 < range.First) return true; // of before the first record, or trimmed
        foreach (LoggedOrder before in log.Read(at.Next - 1, at.Next, stop)) return before.Record.Position == at.Last;
        return true;
    }

    /// <summary>How far an order log without a checkpoint goes.</summary>
    private static OrderPosition Ends(IOrderLog log, OrderLogRange range, Dictionary<OrderSource, long> next, CancellationToken stop)
    {
        OrderChain? chain = null;
        foreach (LoggedOrder logged in log.Read(range.First, range.End, stop))
        {
            OrderRecord record = logged.Record;
            chain ??= new OrderChain(new OrderPosition(record.Position.Lineage, record.Predecessor.Sequence, record.Predecessor.Writer), mayPassOver: true);
            try
            {
                if (!chain.Follows(record, logged.Place)) continue;
            }
            catch (OrderException) // a gap: what comes after it is what counts now
            {
                chain = new OrderChain(record.Position, mayPassOver: true);
            }
            foreach (NextOffset offset in record.Next) next[offset.Source] = offset.Offset;
        }
        return chain?.Last ?? OrderPosition.BeginningOf(Guid.Empty);
    }

    private LearnerProcessor GoOn(LearnerId id, Checkpoint found, LearnerCheckpoints checkpoints)
    {
        LearnerProcessor processor = Make(id, checkpoints, CheckpointFit.GoOn(found, _setup, id, out string? note), note);
        processor.Load(found);
        return processor;
    }

    private LearnerProcessor Begin(LearnerId id, LearnerCheckpoints? checkpoints, IReadOnlyList<SourcePosition> sources, Func<SourcePosition, long> from)
    {
        string? note = null;
        LearnerProcessor processor = Make(id, checkpoints, _initial is null ? _setup : _initial.SetupOf(_setup, id, out note), note);
        if (_initial is not null) processor.StartFrom(_initial.Model, _initial.IsOfGroup);
        foreach (SourcePosition source in sources) processor.Join(source.Partition, source.Order.Kind, from(source));
        return processor;
    }

    private LearnerProcessor Make(LearnerId id, LearnerCheckpoints? checkpoints, LearningSetup setup, string? note)
    {
        if (note is not null) LogNote(id, note);
        if (checkpoints is not null) checkpoints.Setup = setup;
        return new LearnerProcessor(id, setup, _schema, _pipeline.Capacity, _pipeline.Threads, _maxDeadLetterBytes);
    }

    private void AllowFresh(LearnerId id, long committed, string why, string back = "the checkpoints back", string where = "the committed offset")
    {
        if (!_checkpoints.AllowFreshModel)
            throw new CheckpointException($"{id} cannot be restored: {why}. Put {back}, or set checkpoints:allowFreshModel=true to begin with a new model at {where}.");
        LogFresh(id, why, committed);
    }

    [LoggerMessage(110, LogLevel.Information, "{Learner}@{From}: restored the checkpoint of this offset; {Behind} records up to the commit are learned again, silently.")]
    private partial void LogRestored(LearnerId learner, long from, long behind);

    [LoggerMessage(114, LogLevel.Information, "{Learner}: restored the checkpoint {Position}; {Behind} offsets of the order log are learned again.")]
    private partial void LogRestoredByOrder(LearnerId learner, OrderPosition position, long behind);

    [LoggerMessage(115, LogLevel.Information, "{Learner}: goes on from the stopped group of model:initial, with the model of {Checkpoint}, at {Sources}. {Waiting} events and labels that wait in all of its checkpoints for their other half are given up.")]
    private partial void LogGoesOn(LearnerId learner, string checkpoint, string sources, long waiting);

    [LoggerMessage(112, LogLevel.Information, "{Learner}: of the checkpoint that it begins with: {Note}.")]
    private partial void LogNote(LearnerId learner, string note);

    [LoggerMessage(111, LogLevel.Warning, "{Learner}@{Committed}: {Why}. As checkpoints:allowFreshModel says, a new model begins at this offset.")]
    private partial void LogFresh(LearnerId learner, string why, long committed);
}
