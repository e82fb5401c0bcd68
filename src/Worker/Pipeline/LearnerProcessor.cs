using StreamMoe.DriftMoe;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Streams;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Figures;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Pipeline;

/// <summary>Everything of one learner that depends on its records: schema, learner, late labels, scores, outputs, and how far its sources have come.</summary>
/// <remarks>
/// State and outputs are a pure function of the setup and the sequence of records: they do not depend on how <see cref="Process(ReadOnlySpan{SourceRecord}, OutputBatch)"/> cuts it.
/// To that end the rows of a block all see the same classes and nominal values: before a record adds one, what came before it is worked off.
/// An event whose own label is a new class is predicted without it, and learned right after that. No I/O and no clock; one thread at a time,
/// besides the learner's own. Every record ends as a prediction, as something that waits for its other half, or as a dead letter.
/// </remarks>
internal sealed partial class LearnerProcessor : IDisposable
{
    private const long LearnedBetweenSizes = 1000;

    private readonly LearnerId _id;
    private readonly LearningSetup _setup;
    private readonly Schema? _declared;
    private readonly int _capacity;
    private readonly WorkRunner _runner;
    private readonly List<SourceState> _sources = [];
    private readonly Dictionary<PartitionId, SourceState> _byPartition = [];
    private SourceState? _last;
    private readonly EventRules _rules;
    private readonly EventUnwrapper _unwrapper;
    private readonly SchemaPhase _phase;
    private EventShape _shape;
    private LearnerParts? _parts;
    private Intake? _intake;
    private Scores _scores;
    private BatchInHand _batch;
    private EventClock _clock;
    private long _sizedAt;
    private bool _silent;
    private AheadDecoder? _ahead;

    /// <summary>Makes a learner that has learned nothing and has no source.</summary>
    /// <param name="id">The learner.</param>
    /// <param name="setup">Everything besides the records that the state depends on.</param>
    /// <param name="declared">The schema that was declared, which stays the caller's; null = inferred.</param>
    /// <param name="capacity">Rows of a batch at most, ≥ 1.</param>
    /// <param name="threads">Threads of the learner, ≥ 1.</param>
    /// <param name="maxDeadLetterBytes">Longest value of a dead letter in bytes, ≥ 0; a longer one is cut.</param>
    public LearnerProcessor(LearnerId id, LearningSetup setup, Schema? declared, int capacity, int threads, int maxDeadLetterBytes = 900_000)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        (_id, _setup, _declared, _capacity) = (id, setup, declared, capacity);
        _runner = new WorkRunner(threads);
        _scores = new Scores();
        _batch = new BatchInHand(capacity, _scores);
        _rules = new EventRules(setup.Events, setup.Schema);
        Writer = new BatchWriter(id, maxDeadLetterBytes, _rules.Passed);
        _unwrapper = new EventUnwrapper(_rules);
        _shape = _rules.Shape == EventShape.Flat ? EventShape.Flat : EventShape.Nested;
        _phase = new SchemaPhase(id.Topic, setup.Schema, _rules, _unwrapper);
        _clock = ClockOf(setup);
        if (!setup.Events.PartitionAsAttribute) BeginDeclared();
        UpdateFigures();
    }

    /// <value>The sources, in ascending order.</value>
    public IReadOnlyList<SourceState> Sources => _sources;

    /// <value>True while records are held because the schema is not known yet: no checkpoint then.</value>
    public bool IsHolding => _phase.Count > 0;

    /// <value>True while records are held from which a schema can be told, though more are waited for.</value>
    public bool CanInfer => IsHolding && _phase.CanInfer;

    /// <value>Time without a record after which the wait for more is to end; zero = never. What a clock decides is applied as <see cref="OrderEntryKind.InferenceEnded"/>.</value>
    public TimeSpan InferIdle => _setup.Schema.InferIdle;

    /// <value>True when headers of records are needed: those of a checkpoint's setup too.</value>
    public bool NeedsHeaders => _setup.Events.NeedHeaders;

    /// <value>True when it does not matter where batches are cut, to the bit; false with nets on a device.</value>
    public bool IsBitExact => _setup.Model.IsBitExact;

    /// <value>True while records are learned without outputs, since these were put out before. The default is false.</value>
    public bool Silent
    {
        get => _silent;
        set => _batch.Silent = _silent = value;
    }

    /// <value>Makes outputs of the batches that it learns; one thread at a time.</value>
    public BatchWriter Writer { get; }

    /// <value>Reads records before their turn, on another thread; null while there is no schema. Any thread.</value>
    public AheadDecoder? Ahead => Volatile.Read(ref _ahead);

    /// <value>What events look like, with the values and classes known so far; null while it is not known.</value>
    public Schema? Schema => _parts?.Schema;

    /// <value>The learner; null while the schema is not known.</value>
    public ILearner? Learner => _parts?.Learner;

    /// <value>What was counted; may be read by any thread.</value>
    public PartitionFigures Figures { get; private set; } = new();

    /// <value>Why figures could not be told, once they could not; they are older than the state then, and the learner goes on.</value>
    public Exception? FiguresFault { get; private set; }

    /// <summary>A source belongs to the learner from here on. One that it has already must stand at that offset.</summary>
    /// <param name="partition">Topic and partition; the object that its records have.</param>
    /// <param name="kind">Which of the topics it is.</param>
    /// <param name="offset">Offset of its first record.</param>
    /// <exception cref="OrderException">The learner has it already, at another offset.</exception>
    public SourceState Join(PartitionId partition, SourceKind kind, long offset)
    {
        OrderSource order = new(partition.Partition, kind);
        if (Find(order) is { } known)
        {
            if (known.Next != offset) throw new OrderException($"{partition} joins {_id} at offset {offset}, but the learner has it already, at offset {known.Next}.");
            Meet(known, partition);
            return known;
        }
        if (_setup.Events.PartitionAsAttribute && kind == SourceKind.Events && order.Partition >= SourceAttributes.MostPartitions)
            throw new OrderException($"{partition} would be partition {order.Partition + 1} of the topic; where the partition is an attribute (events:partitionAsAttribute) there may be {SourceAttributes.MostPartitions}. "
                + "Set model:learners=partition in its place, events:keyAsAttribute, or use a topic with fewer partitions.");
        SourceState source = new(partition, order, offset);
        int at = _sources.FindIndex(s => s.Order.CompareTo(order) > 0);
        _sources.Insert(at < 0 ? _sources.Count : at, source);
        Meet(source, partition);
        UpdateFigures();
        return source;
    }

    /// <summary>The source of a partition; null when the learner does not have it.</summary>
    public SourceState? Find(OrderSource order)
    {
        foreach (SourceState source in _sources)
            if (source.Order == order) return source;
        return null;
    }

    /// <summary>From now on the records of a source have this object as their partition.</summary>
    public void Meet(SourceState source, PartitionId partition)
    {
        _byPartition.Remove(source.Partition);
        source.Partition = partition;
        _byPartition[partition] = source;
        _last = null;
    }

    /// <summary>Takes records in, in their order, and puts out what they bring.</summary>
    /// <param name="records">The records of the learner's sources; the offsets of each source increase and are at least its next one.</param>
    /// <param name="outputs">Receives predictions, audit records and dead letters in the order of the records.</param>
    /// <exception cref="ArgumentException">A record was taken in already, or is of no source of this learner.</exception>
    public void Process(ReadOnlySpan<SourceRecord> records, OutputBatch outputs) => Process(records, null, Writer.Into(outputs));

    /// <summary>Takes records in, in their order.</summary>
    /// <param name="records">The records of the learner's sources; the offsets of each source increase and are at least its next one.</param>
    /// <param name="decoded">What <see cref="Ahead"/> read of them; null = nothing.</param>
    /// <param name="target">Receives what they bring.</param>
    /// <exception cref="ArgumentException">A record was taken in already, or is of no source of this learner.</exception>
    public void Process(ReadOnlySpan<SourceRecord> records, DecodedRecords? decoded, ILearnedTarget target)
    {
        BeginDeclared();
        _batch.Target = target;
        for (int i = 0; i < records.Length; i++)
        {
            ref readonly SourceRecord record = ref records[i];
            SourceState source = SourceOf(record.Source);
            if (record.Offset < source.Next)
                throw new ArgumentException($"Record {record.Source}@{record.Offset} comes again: the next offset is {source.Next}.", nameof(records));
            if (_intake is null)
            {
                if (_phase.Hold(source, record, _batch, Figures)) EndInference(record);
            }
            else if (decoded is null) _intake.TakeIn(source, record);
            else _intake.TakeIn(source, record, decoded, i);
            (source.Next, source.Touched) = (record.Offset + 1, true);
        }
        Flush();
        UpdateFigures();
    }

    /// <summary>Lets a thing happen that order records tell besides runs of records.</summary>
    /// <param name="entry">The thing.</param>
    /// <param name="outputs">Receives what it puts out.</param>
    /// <exception cref="OrderException">This build does not know what it means.</exception>
    public void Apply(in OrderEntry entry, OutputBatch outputs) => Apply(entry, Writer.Into(outputs));

    /// <summary>Lets a thing happen that order records tell besides runs of records.</summary>
    /// <param name="entry">The thing.</param>
    /// <param name="target">Receives what it brings.</param>
    /// <exception cref="OrderException">This build does not know what it means.</exception>
    public void Apply(in OrderEntry entry, ILearnedTarget target)
    {
        _batch.Target = target;
        switch (entry.Kind)
        {
            case OrderEntryKind.Expiry:
                _intake?.ExpireBefore(entry.Value);
                break;
            case OrderEntryKind.InferenceEnded:
                if (CanInfer) EndInference(_phase.Last);
                Flush();
                break;
            case OrderEntryKind.SchemaResolved:
                _unwrapper.AddSchema((int)entry.Value, entry.Text);
                break;
            default:
                throw new OrderException($"The order of {_id} has an entry '{entry.Kind}', which this build cannot follow. Go on with the release that wrote it.");
        }
        UpdateFigures();
    }

    /// <summary>Looks at the pool and the classes for <see cref="PartitionFigures.Details"/>; allocates, so not for every batch.</summary>
    public void UpdateDetails()
    {
        if (_parts is null) return;
        Figures.Details = new PartitionDetails(_parts.Learner.Describe(), PartitionDetails.RecallsOf(_parts.Schema.Class.Domain!.Values, _scores.RecallOf),
            _parts.AttributeNames);
    }

    /// <inheritdoc/>
    public void Dispose() => _runner.Dispose();

    // A quarter of the longest wait: a step of less expires only what is old already. Steps of up to an hour are usual in quiet streams.
    private static EventClock ClockOf(LearningSetup setup) => new(Math.Max(TimeSpan.TicksPerHour, setup.Labels.MaxAge.Ticks / 4));

    private SourceState SourceOf(PartitionId partition)
    {
        if (_last is { } last && ReferenceEquals(last.Partition, partition)) return last;
        return _last = _byPartition.TryGetValue(partition, out SourceState? source) ? source
            : throw new ArgumentException($"{partition} is no source of {_id}.", nameof(partition));
    }

    private SourceState EventsOf(int partition) => Find(new OrderSource(partition)) ?? throw new InvalidOperationException($"{_id} has no event partition {partition}.");

    private IReadOnlyList<int> EventPartitions => [.. _sources.Where(s => s.Order.Kind == SourceKind.Events).Select(s => s.Order.Partition)];

    /// <summary>Makes the learner for the schema that was declared, where that is not done yet. Where the partition is an attribute this waits for the first
    /// record, as the partitions that have joined by then are its values.</summary>
    private void BeginDeclared()
    {
        if (_parts is null && _declared is not null) Begin(_declared);
    }

    /// <summary>Makes a learner that has learned nothing, for a copy of a schema.</summary>
    private void Begin(Schema schema)
    {
        Schema own = PartitionSchema.CopyOf(schema, _setup.Events, _setup.Schema, EventPartitions);
        ILearner learner = _setup.Model.Create(own, _setup.Seed, _runner);
        Equip(new LearnerSchema(own), learner);
    }

    /// <summary>Makes everything around the learner.</summary>
    private void Equip(LearnerSchema schema, ILearner learner)
    {
        AheadDecoder ahead = new(schema.Schema, _rules, _shape, _unwrapper);
        _parts = new LearnerParts(schema, learner, _setup.Labels, _capacity, new EventDecoder(schema.Schema, _rules, _shape, _unwrapper) { Added = ahead.Added });
        _intake = new Intake(_parts, _batch, _clock, _setup.Labels, EventsOf, Figures);
        Volatile.Write(ref _ahead, ahead);
    }

    private void EndInference(in SourceRecord record)
    {
        Flush();
        InferredSchema inferred = _phase.Infer(EventPartitions);
        if (inferred.Fitting == 0)
        {
            _phase.Postpone();
            return;
        }
        _shape = inferred.Shape;
        Begin(inferred.Schema);
        // A copy, as the learner's own goes on growing.
        _batch.Batch.Add(BatchItem.Kind.Inferred, null!, record, _phase.Time, -1).Inferred = inferred with
        {
            Schema = PartitionSchema.CopyOf(inferred.Schema, _setup.Events, _setup.Schema, EventPartitions),
        };
        while (IsHolding)
        {
            (SourceState source, SourceRecord held) = _phase.Take();
            _intake!.TakeIn(source, held);
        }
    }

    private void Flush() => _batch.Flush(_parts, Figures);

    private void UpdateFigures()
    {
        try
        {
            TellFigures(Figures);
        }
        catch (Exception e) // whatever it is: nothing that observes may stop the work
        {
            FiguresFault = e;
        }
    }

    private void TellFigures(PartitionFigures figures)
    {
        figures.Held = _phase.Count;
        figures.EventTimeTicks = _clock.Now;
        figures.TimeJumps = _clock.Jumps;
        figures.NextOffset = _sources.Count > 0 ? _sources[0].Next : 0;
        foreach (SourceState source in _sources) source.Figures.NextOffset = source.Next;
        if (_parts is not { } parts) return;
        if (parts.Learner.Learned - _sizedAt >= LearnedBetweenSizes || figures.ModelBytes == 0) (figures.ModelBytes, _sizedAt) = (parts.Learner.ByteSize, parts.Learner.Learned);
        figures.Learned = parts.Learner.Learned;
        figures.Experts = parts.Learner.ExpertCount;
        figures.Classes = parts.Schema.ClassCount;
        (figures.Waiting, figures.WaitingBytes) = (parts.Join.Count, parts.Join.ByteCount);
        (figures.Expired, figures.Orphans) = (parts.Join.Expired, parts.Join.Orphans);
        _scores.Tell(figures);
    }
}
