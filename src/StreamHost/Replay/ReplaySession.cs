using System.Diagnostics;
using StreamMoe.DriftMoe;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.DriftMoe.Evaluation;
using StreamMoe.Experts.State;
using StreamMoe.Streams;
using StreamMoe.Worker.Labels;

namespace StreamMoe.StreamHost.Replay;

/// <summary>Drives one learner over one stream, block by block, and scores every prediction once, in position order.</summary>
internal sealed class ReplaySession
{
    // A multiple of the usual router interval, and long enough that threads do not fall asleep too often while a block is drawn.
    private const int MostBlockInstances = 2048;

    private readonly InstanceStream _stream;
    private readonly ILearner _learner;
    private readonly ReplaySettings _settings;
    private readonly InstanceBlock _drawn;
    private readonly InstanceBlock _rows;
    private readonly int _blockInstances;
    private readonly int[] _eventRows, _slots;
    private readonly DelayedLabels? _delayed;
    private readonly AccuracyCurve _curve;
    private readonly ReplayRecorder? _recorder;
    private TimeSpan _cpu;
    private long _ticks;

    /// <param name="stream">Stands at its beginning.</param>
    /// <param name="learner">Has learned nothing yet.</param>
    /// <param name="settings">What is to be done.</param>
    /// <param name="recorder">Collects what a report needs; null: nothing is collected.</param>
    public ReplaySession(InstanceStream stream, ILearner learner, ReplaySettings settings, ReplayRecorder? recorder = null)
    {
        (_stream, _learner, _settings, _recorder) = (stream, learner, settings, recorder);
        int attributes = stream.Schema.AttributeCount;
        bool late = settings.LabelDelay > 0;
        // A late label comes with what the learner said of its event, so the event must have been in an earlier block.
        _blockInstances = late ? Math.Min(settings.LabelDelay, MostBlockInstances) : MostBlockInstances;
        (_eventRows, _slots) = (new int[_blockInstances], new int[_blockInstances]);
        _drawn = new InstanceBlock(attributes, _blockInstances);
        _delayed = late ? new DelayedLabels(settings.LabelDelay, attributes, learner.ContextLength) : null;
        _rows = late ? new InstanceBlock(attributes, 2 * _blockInstances, learner.ContextLength) : _drawn;
        Predictions = new Predictions(_rows.Capacity, late ? learner.ContextLength : 0, probabilities: stream.Schema.ClassCount <= 2);
        Total = new PrequentialEvaluator(stream.Schema.ClassCount);
        Window = new WindowEvaluator(settings.Window, stream.Schema.ClassCount);
        _curve = new AccuracyCurve(settings.Window);
    }

    /// <summary>Instances predicted so far: the next one has this position.</summary>
    public long Position { get; private set; }

    public PrequentialEvaluator Total { get; }

    public WindowEvaluator Window { get; }

    public IReadOnlyList<CurvePoint> Curve => _curve.Points;

    public ILearner Learner => _learner;

    /// <summary>What happened to the learner's pool so far.</summary>
    public PoolHistory History { get; } = new();

    /// <summary>Time spent in routing, testing, training and scoring; drawing the stream is not in it.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(0, _ticks);

    /// <summary>CPU time of the process in the same span.</summary>
    public TimeSpan CpuTime => _cpu;

    /// <summary>The instances of the last block as drawn, and their predictions by <see cref="PredictionOf"/>.</summary>
    public InstanceBlock LastBlock => _drawn;

    private Predictions Predictions { get; }

    /// <summary>Predicted class of one instance of the last block.</summary>
    public int PredictionOf(int instance) => Predictions.Classes[_delayed is null ? instance : _eventRows[instance]];

    /// <summary>What was given to the second of two classes; NaN when there are not two, or nothing is known yet.</summary>
    private double ProbabilityOf(int instance)
    {
        if (Predictions.ProbabilityCount != 2) return double.NaN;
        ReadOnlySpan<float> both = Predictions.Probabilities(_delayed is null ? instance : _eventRows[instance]);
        return both[0] + both[1] > 0 ? both[1] : double.NaN;
    }

    /// <summary>Draws, predicts, scores and learns one block.</summary>
    /// <param name="limit">Position to stop at, if the end does not come first.</param>
    /// <returns>False when nothing was left to draw.</returns>
    public bool Advance(long limit)
    {
        _drawn.Clear();
        long wanted = Math.Min(limit, _settings.Instances) - Position;
        int most = Math.Min(_blockInstances, _recorder?.BlockInstances ?? _blockInstances);
        if (wanted <= 0 || _stream.Fill(_drawn, (int)Math.Min(wanted, most)) == 0) return false;
        if (_delayed is not null) Interleave(_delayed);

        long start = Stopwatch.GetTimestamp();
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        _learner.Process(_rows, Predictions);
        if (_delayed is not null) KeepContexts(_delayed);
        ReadOnlySpan<int> labels = _drawn.Labels;
        long toPoint = _curve.UntilNext(Position);
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] != InstanceBlock.NoLabel)
            {
                int prediction = PredictionOf(i);
                Total.Add(labels[i], prediction, probability: ProbabilityOf(i));
                Window.Add(labels[i], prediction);
            }
            if (i + 1 == toPoint)
            {
                if (_curve.Offer(Position + toPoint, Window)) _recorder?.AddFloors(Position + toPoint, Window);
                toPoint += _curve.UntilNext(Position + toPoint);
            }
        }
        _cpu += Environment.CpuUsage.TotalTime - cpu;
        _ticks += Stopwatch.GetTimestamp() - start;

        History.Add(Predictions.Events, row => Position + InstanceOfRow(row));
        _recorder?.AddEvents(Predictions.Events, row => Position + InstanceOfRow(row));
        Position += _drawn.Count;
        _recorder?.AddBlock(this);
        return true;
    }

    /// <summary>Learns, in order, the labels that are still due when the stream has ended.</summary>
    public void LearnRemainingLabels()
    {
        while (_delayed is { Count: > 0 })
        {
            _rows.Clear();
            while (_delayed.Count > 0 && !_rows.IsFull) _delayed.TakeInto(_rows);
            _learner.Process(_rows, Predictions);
            History.Add(Predictions.Events, _ => Position - 1);
            _recorder?.AddEvents(Predictions.Events, _ => Position - 1);
        }
    }

    /// <summary>Draws instances without predicting them: the part of the stream that a restored state has seen.</summary>
    /// <returns>False when the stream is shorter than that.</returns>
    public bool SkipTo(long position)
    {
        for (long left = position; left > 0; left -= _drawn.Count)
        {
            _drawn.Clear();
            if (_stream.Fill(_drawn, (int)Math.Min(left, _blockInstances)) == 0) return false;
        }
        return true;
    }

    /// <summary>The state as the sections of a checkpoint: the learner, which a worker can start from, and everything else.</summary>
    public IReadOnlyList<CheckpointSection> Sections => [new(CheckpointSection.Learner, _learner.Save), new("replay", SaveRest)];

    /// <summary>Takes the state of a checkpoint; the stream still stands at its beginning (see <see cref="SkipTo"/>).</summary>
    /// <exception cref="CheckpointException">The bytes are not the state of such a replay.</exception>
    public void Load(Checkpoint checkpoint)
    {
        checkpoint.Load(CheckpointSection.Learner, _learner.Load);
        checkpoint.Load("replay", LoadRest);
    }

    private void SaveRest(StateWriter writer)
    {
        writer.Mark("replay");
        writer.Write(Position);
        _delayed?.Save(writer);
        Total.Save(writer);
        Window.Save(writer);
        _curve.Save(writer);
        History.Save(writer);
    }

    private void LoadRest(StateReader reader)
    {
        reader.Mark("replay");
        Position = reader.ReadInt64();
        _delayed?.Load(reader);
        Total.Load(reader);
        Window.Load(reader);
        _curve.Load(reader);
        History.Load(reader);
    }

    /// <summary>The instance of the last block that was being worked on in a row: its own, or the one before a late label.</summary>
    private int InstanceOfRow(int row)
    {
        if (_delayed is null) return row;
        int instance = Array.BinarySearch(_eventRows, 0, _drawn.Count, row);
        return instance >= 0 ? instance : Math.Max(0, ~instance - 1);
    }

    private void Interleave(DelayedLabels delayed)
    {
        _rows.Clear();
        for (int i = 0; i < _drawn.Count; i++)
        {
            _eventRows[i] = _rows.Count;
            _rows.Add(_drawn.Row(i), InstanceBlock.NoLabel);
            _slots[i] = delayed.Add(_drawn.Row(i), _drawn.Labels[i]);
            if (delayed.IsDue) delayed.TakeInto(_rows);
        }
    }

    private void KeepContexts(DelayedLabels delayed)
    {
        int length = Predictions.ContextLength;
        for (int i = 0; length > 0 && i < _drawn.Count; i++)
            delayed.SetContext(_slots[i], Predictions.Contexts.Slice(_eventRows[i] * length, length));
    }
}
