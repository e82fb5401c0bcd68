using StreamMoe.DriftMoe.Gating;
using StreamMoe.DriftMoe.Lanes;
using StreamMoe.DriftMoe.Lifecycle;
using StreamMoe.DriftMoe.Views;
using StreamMoe.Experts.State;
using StreamMoe.Streams;
using StreamMoe.Streams.Options;

namespace StreamMoe.DriftMoe.Presets;

/// <summary>The default mixture: a pool of different kinds of experts in which every expert learns every instance, under a small, fast gate.</summary>
/// <remarks>
/// Three stages over a block: views, row by row; experts, each in its lane over all rows in order; gate, row by row. No expert depends on the
/// gate, so the first two stages never wait for it. An instance of a class that is new is predicted before the class is added.
/// A late label comes with the views that its event had (<see cref="ContextLength"/>).
/// </remarks>
public sealed class AdaptiveLearner : ILearner
{
    private readonly LaneRunner _lanes;
    private readonly InstanceViews _views;
    private readonly MixtureGate _gate;
    private readonly PoolLane[] _pool;
    private readonly PoolLifecycle _lifecycle;
    private readonly Opinions _opinions = new(), _apart = new();
    private readonly Action<int> _runLane;
    private double[] _rowViews = [];
    private int _classes;
    private InstanceBlock? _block;
    private int _from, _rows;
    private bool _labelsHidden;

    /// <summary>Makes the learner.</summary>
    /// <param name="schema">What the rows look like, as far as it is known now.</param>
    /// <param name="options">The options.</param>
    /// <param name="seed">Seeds everything that is random.</param>
    /// <param name="lanes">The threads to work on; stays the caller's.</param>
    /// <exception cref="OptionException">An option is out of range, or the pool cannot be made.</exception>
    public AdaptiveLearner(Schema schema, AdaptiveOptions options, long seed, LaneRunner lanes)
        : this(schema, options.Checked(), seed, lanes, views => PoolLane.Create(options.Pool, options.Lifecycle.Enabled ? options.Lifecycle.Reserve : "", schema, views, seed))
    {
    }

    /// <summary>Makes a learner with lanes of the caller's own.</summary>
    internal AdaptiveLearner(Schema schema, AdaptiveOptions options, long seed, LaneRunner lanes, Func<InstanceViews, PoolLane[]> pool)
    {
        Schema = schema;
        _lanes = lanes;
        _classes = Math.Max(2, schema.ClassCount);
        _views = new InstanceViews(schema);
        _pool = pool(_views);
        int experts = _pool.Sum(p => p.Outputs);
        _gate = new MixtureGate(options, _views.StandardisedLength, experts, _classes, seed);
        _lifecycle = new PoolLifecycle(options.Lifecycle, _pool, _gate, schema, _views.TemporalLength);
        _runLane = RunLane;
    }

    /// <summary>Who runs on what terms.</summary>
    internal PoolLifecycle Lifecycle => _lifecycle;

    /// <inheritdoc/>
    public Schema Schema { get; }

    /// <inheritdoc/>
    public long Learned { get; private set; }

    /// <inheritdoc/>
    public int ExpertCount => _lifecycle.RunningExperts;

    /// <inheritdoc/>
    public int ContextLength => _views.TemporalLength;

    /// <inheritdoc/>
    public long ByteSize => _views.ByteSize + _gate.ByteSize + _lifecycle.ByteSize + _pool.Sum(p => p.ByteSize);

    /// <inheritdoc/>
    public void Process(InstanceBlock block, Predictions predictions)
    {
        _block = block;
        predictions.Events.Clear();
        FillViews(block);
        if (predictions.ContextLength > 0)
            _rowViews.AsSpan(0, block.Count * ContextLength).CopyTo(predictions.Contexts);
        int row = 0;
        while (row < block.Count)
        {
            int rows = RowsToDecision(block, row);
            if (rows > 0) Run(row, rows, labelsHidden: false, predictions);
            row += rows;
            if (row < block.Count && block.Labels[row] >= _classes)
            {
                Run(row, 1, labelsHidden: true, predictions);
                _classes = block.Labels[row] + 1;
                _gate.GrowTo(_classes);
                Run(row, 1, labelsHidden: false, predictions, keepPrediction: true);
                row++;
            }
        }
        _block = null;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Mark("adaptive");
        writer.Write(Learned);
        writer.Write(_classes);
        _views.Save(writer);
        _gate.Save(writer);
        _lifecycle.Save(writer);
        foreach (PoolLane lane in _pool) lane.Save(writer);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        reader.Mark("adaptive");
        Learned = reader.ReadInt64();
        _classes = reader.ReadInt32(2, int.MaxValue / 2, "the number of classes");
        _views.Load(reader);
        _gate.Load(reader);
        _lifecycle.Load(reader);
        foreach (PoolLane lane in _pool) lane.Load(reader);
    }

    /// <summary>Stage 1: the views of all rows. A label is known to the rows behind it.</summary>
    private void FillViews(InstanceBlock block)
    {
        int length = _views.TemporalLength;
        if (_rowViews.Length < block.Count * length) _rowViews = new double[block.Capacity * length];
        for (int r = 0; r < block.Count; r++)
        {
            Span<double> view = _rowViews.AsSpan(r * length, length);
            if (block.IsLate(r)) block.Context(r).CopyTo(view);
            else _views.Observe(block.Row(r), view);
            if (block.Labels[r] != InstanceBlock.NoLabel) _views.Learn(block.Labels[r]);
        }
    }

    /// <summary>Rows up to the lifecycle's next decision, the first row of a new class, or the end of the block.</summary>
    private int RowsToDecision(InstanceBlock block, int from)
    {
        int row = from, room = _lifecycle.UntilDecision(Learned);
        while (row < block.Count && block.Labels[row] < _classes && room > 0)
            if (block.Labels[row++] != InstanceBlock.NoLabel) room--;
        return row - from;
    }

    private void Run(int from, int rows, bool labelsHidden, Predictions predictions, bool keepPrediction = false)
    {
        (_from, _rows, _labelsHidden) = (from, rows, labelsHidden);
        _opinions.Fit(rows, _gate.ExpertCount, _classes);
        _apart.Fit(rows, _gate.ExpertCount, _classes);
        _lanes.Run(_pool.Length, _runLane);
        long before = Learned;
        for (int r = 0; r < rows; r++) Gate(r, predictions, keepPrediction);
        if (Learned > before && _lifecycle.IsDue(Learned)) _lifecycle.Decide(_classes, new Moment(Learned, from + rows - 1, predictions.Events));
    }

    private int Label(int row) => _labelsHidden ? InstanceBlock.NoLabel : _block!.Labels[_from + row];

    private ReadOnlySpan<double> View(int row, int length) => _rowViews.AsSpan((_from + row) * _views.TemporalLength, length);

    /// <summary>Stage 2: one expert over the rows in order.</summary>
    private void RunLane(int index)
    {
        PoolLane lane = _pool[index];
        lane.GrowTo(_classes);
        bool runs = _lifecycle.Runs(index), heard = _lifecycle.HasSay(index);
        for (int r = 0; r < _rows; r++)
        {
            if (!heard) lane.Skip(_opinions, r);
            if (!runs) continue;
            ReadOnlySpan<double> features = lane.ViewLength == 0 ? _block!.Row(_from + r) : View(r, lane.ViewLength);
            lane.Run(features, Label(r), heard ? _opinions : _apart, r);
        }
    }

    /// <summary>Stage 3: the prediction of one row, and what the gate learns of it.</summary>
    private void Gate(int row, Predictions predictions, bool keepPrediction)
    {
        ReadOnlySpan<float> probabilities = _gate.Combine(View(row, _views.StandardisedLength), _opinions, row);
        int best = 0;
        for (int c = 1; c < probabilities.Length; c++)
            if (probabilities[c] > probabilities[best]) best = c;
        Moment now = new(Learned, _from + row, predictions.Events);
        if (!keepPrediction)
        {
            if (!_block!.IsLate(_from + row)) _lifecycle.ObserveEvent(_block.Row(_from + row), probabilities, now);
            int leader = _gate.Leader();
            predictions.Classes[_from + row] = best;
            predictions.Experts[_from + row] = leader;
            predictions.Gates[_from + row] = _gate.Gates[leader];
        }
        int label = Label(row);
        if (label == InstanceBlock.NoLabel) return;
        _lifecycle.Observe(label, best, probabilities[label], _opinions, _apart, row, _block!.Row(_from + row), View(row, _views.TemporalLength), now);
        _gate.Learn(label, _opinions, row);
        Learned++;
    }
}
