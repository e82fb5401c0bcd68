using StreamMoe.DriftMoe;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.DriftMoe.Evaluation;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Streams;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Figures;
using StreamMoe.Worker.Labels;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Pipeline;

/// <summary>Everything of one source partition that depends on its records: decoding, schema, learner, late labels, scores, outputs.</summary>
/// <remarks>
/// State and outputs are a pure function of the setup and the sequence of records: they do not depend on how <see cref="Process"/> cuts it.
/// To that end the rows of a block all see the same classes and nominal values: before a record adds one, what came before it is worked off.
/// An event whose own label is a new class is predicted without it, and learned right behind that. No I/O and no clock; one thread at a time,
/// besides the learner's own. Every record ends as a prediction, as something that waits for its other half, or as a dead letter.
/// </remarks>
internal sealed partial class PartitionProcessor : IDisposable
{
    private const int ScoreWindow = 1000;

    private readonly PartitionId _source;
    private readonly LearningSetup _setup;
    private readonly Schema? _declared;
    private readonly int _capacity;
    private readonly WorkRunner _work;
    private readonly JsonOutput _json;
    private readonly AuditWriter _audit;
    private SchemaInference _inference;
    private EventDecoder _decoder;
    private LearnerSchema? _schema;
    private ILearner? _learner;
    private InstanceBlock _block = new(0, 1);
    private Predictions _predictions = new(1);
    private LabelJoin? _join;
    private PredictionWriter? _writer;
    private PrequentialEvaluator _total = new();
    private WindowEvaluator _window = new(ScoreWindow);
    private ConfidenceWindow _confidences = new(ScoreWindow);
    private long _eventTime;

    /// <summary>Makes a partition without a position; call <see cref="StartAt"/> or <see cref="Load"/> next.</summary>
    /// <param name="source">The partition.</param>
    /// <param name="setup">Everything besides the records that the state depends on.</param>
    /// <param name="declared">The schema that was declared, which stays the caller's; null = inferred.</param>
    /// <param name="capacity">Rows of a batch at most, ≥ 1.</param>
    /// <param name="threads">Threads of the learner, ≥ 1.</param>
    public PartitionProcessor(PartitionId source, LearningSetup setup, Schema? declared, int capacity, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        (_source, _setup, _declared, _capacity) = (source, setup, declared, capacity);
        _work = new WorkRunner(threads);
        _json = new JsonOutput(source);
        _audit = new AuditWriter(source, _json);
        _items = new BatchItem[capacity];
        _inference = new SchemaInference(source, setup.Schema);
        _decoder = new EventDecoder(source, null);
        StartAt(0);
    }

    /// <value>Offset of the first record that was not taken in.</value>
    public long NextOffset { get; private set; }

    /// <value>Offset of the first record of the label topic that was not taken in; 0 without a label topic.</value>
    public long NextLabelOffset { get; private set; }

    /// <value>Up to where everything has been put out: <see cref="NextOffset"/>, or the first record held.</value>
    public long CommitOffset => IsHolding ? _inference.FirstOffset : NextOffset;

    /// <value>True while records are held because the schema is not known yet: no checkpoint then.</value>
    public bool IsHolding => _inference.Count > 0;

    /// <value>True when it does not matter where batches are cut, to the bit; false with nets on a device.</value>
    public bool IsBitExact => _setup.Model.IsBitExact;

    /// <value>Records below this offset are learned without outputs: they were put out before a crash. The default is 0.</value>
    public long SilentBelow { get; set; }

    /// <value>Longest value of a dead letter in bytes, ≥ 0; a longer one is cut. The default is 900,000.</value>
    public int MaxDeadLetterBytes { get; init; } = 900_000;

    /// <value>What events look like, with the values and classes known so far; null while it is not known.</value>
    public Schema? Schema => _schema?.Schema;

    /// <value>The learner; null while the schema is not known.</value>
    public ILearner? Learner => _learner;

    /// <value>What was counted; may be read by any thread.</value>
    public PartitionFigures Figures { get; private set; } = new();

    /// <summary>Begins with nothing learned.</summary>
    /// <param name="offset">Offset of the first record.</param>
    public void StartAt(long offset)
    {
        Reset(offset);
        if (_declared is not null) Begin(_declared);
        UpdateFigures();
    }

    /// <summary>Takes records in, in offset order, and puts out what they bring.</summary>
    /// <param name="records">The records; their offsets increase and are at least <see cref="NextOffset"/>. Those of another source are of the
    /// label topic, with offsets of their own.</param>
    /// <param name="outputs">Receives predictions, audit records and dead letters in the order of the records.</param>
    /// <exception cref="ArgumentException">A record was taken in already.</exception>
    public void Process(ReadOnlySpan<SourceRecord> records, OutputBatch outputs)
    {
        foreach (ref readonly SourceRecord record in records)
        {
            if (!ReferenceEquals(record.Source, _source) && record.Source != _source)
            {
                TakeInFromLabelTopic(record, outputs);
                continue;
            }
            if (record.Offset < NextOffset)
                throw new ArgumentException($"Record {_source}@{record.Offset} comes again: the next offset is {NextOffset}.", nameof(records));
            if (_schema is null) Hold(record, outputs);
            else TakeIn(record, outputs);
            NextOffset = record.Offset + 1;
        }
        Flush(outputs);
        UpdateFigures();
    }

    /// <summary>Looks at the pool and the classes for <see cref="PartitionFigures.Details"/>; allocates, so not for every batch.</summary>
    public void UpdateDetails()
    {
        if (_learner is null) return;
        Figures.Details = new PartitionDetails(_learner.Describe(), PartitionDetails.RecallsOf(Schema!.Class.Domain!.Values, _window.RecallOf));
    }

    /// <inheritdoc/>
    public void Dispose() => _work.Dispose();

    private void Reset(long offset)
    {
        (NextOffset, NextLabelOffset) = (offset, 0);
        (_schema, _learner, _join, _writer) = (null, null, null, null);
        _inference = new SchemaInference(_source, _setup.Schema);
        _decoder = new EventDecoder(_source, null);
        (_total, _window, _confidences) = (new PrequentialEvaluator(), new WindowEvaluator(ScoreWindow), new ConfidenceWindow(ScoreWindow));
        _eventTime = 0;
        Figures = new PartitionFigures();
        ClearBatch();
    }

    /// <summary>Makes a learner that has learned nothing, for a copy of a schema.</summary>
    private void Begin(Schema schema)
    {
        Schema own = PartitionSchema.CopyOf(schema, _setup.Schema);
        _learner = _setup.Model.Create(own, _setup.Seed, _work);
        Equip(new LearnerSchema(own));
    }

    /// <summary>Makes everything around the learner.</summary>
    private void Equip(LearnerSchema schema)
    {
        _schema = schema;
        int attributes = schema.Schema.AttributeCount, context = _learner!.ContextLength;
        _block = new InstanceBlock(attributes, _capacity, context);
        _predictions = new Predictions(_capacity, context, probabilities: true);
        _join = new LabelJoin(_setup.Labels, attributes, context);
        _writer = new PredictionWriter(_json, schema.Schema);
        _decoder = new EventDecoder(_source, schema.Schema);
    }

    /// <summary>Holds a record until the schema is known; a bad one at the beginning is put out at once.</summary>
    private void Hold(in SourceRecord record, OutputBatch outputs)
    {
        bool good = _decoder.TryDecode(record, []);
        if (!good && !IsHolding)
        {
            PutOutDeadLetter(record, _decoder.Reason, _decoder.Error, outputs);
            return;
        }
        _inference.Hold(record, good && _decoder.FeatureCount > 0, good && _decoder.Label != InstanceBlock.NoLabel);
        if (_inference.IsReady)
        {
            EndInference(record.Offset, _decoder.Time, outputs);
            return;
        }
        while (_inference.IsFull && IsHolding)
        {
            SourceRecord oldest = _inference.Take();
            if (_decoder.TryDecode(oldest, []))
                PutOutDeadLetter(oldest, DeadLetterReason.NoSchema, $"{_source}@{oldest.Offset}: no schema is declared, and none can be told from the records held behind this one: they have no label, or no features. Declare the schema by schema:file, or send labelled events.", outputs);
            else
                PutOutDeadLetter(oldest, _decoder.Reason, _decoder.Error, outputs);
        }
    }

    private void EndInference(long offset, long time, OutputBatch outputs)
    {
        Begin(_inference.Infer());
        if (offset >= SilentBelow) _audit.Write(outputs, time, offset, Schema!);
        while (_inference.Count > 0) TakeIn(_inference.Take(), outputs);
    }

    private void PutOutDeadLetter(in SourceRecord record, DeadLetterReason reason, string error, OutputBatch outputs)
    {
        Figures.Records++;
        Figures.DeadLetters[(int)reason]++;
        if (record.Offset >= SilentBelow || record.Source != _source) DeadLetterWriter.Write(outputs, record, reason, error, MaxDeadLetterBytes);
    }
}
