using StreamMoe.DriftMoe.Gating;
using StreamMoe.DriftMoe.Lifecycle;
using StreamMoe.DriftMoe.Pool;
using StreamMoe.DriftMoe.Routing;
using StreamMoe.DriftMoe.Views;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Experts.State;
using StreamMoe.Streams;
using StreamMoe.Streams.Options;

namespace StreamMoe.DriftMoe.Presets;

/// <summary>The default mixture: a pool of different kinds of experts in which every expert learns every instance, under a small, fast gate.</summary>
/// <remarks>
/// Three stages over the rows up to the next decision about the pool: views, row by row; experts, each in its slot over all rows in order; gate, row
/// by row. No view and no expert depends on the gate, so with several threads the gate follows the experts at some distance, and the views
/// of the rows behind the decision are made meanwhile. An instance of a class that is new is predicted before the class is added.
/// A late label comes with the view that its event had and with what the experts said of it (<see cref="ContextLength"/>).
/// <para>For comparison, <see cref="AdaptiveOptions.TrainTop"/> lets only the experts with the largest gate learn an instance; then the stages run row by row.</para>
/// </remarks>
internal sealed class AdaptiveLearner : ILearner
{
    private readonly WorkRunner _work;
    private readonly InstanceViews _views;
    private readonly MixtureGate _gate;
    private readonly SlotTable _pool;
    private readonly PoolLifecycle _lifecycle;
    private readonly RoutingFigures _figures;
    private readonly Decision? _decision;
    private readonly Opinions _opinions = new(), _unheard = new();
    // Views that are made while the gate of the rows before is still at work.
    private const int RowsAhead = 128;

    private readonly StagedRun _staged;
    private readonly Action<int> _trainSlot;
    private readonly int _trainTop;
    private readonly bool[] _trains;
    private readonly BlockPass _pass;
    private double[] _asked = [];
    private int _classes;

    // The gate has room for two classes; while one alone is known, nothing else can be predicted.
    private readonly bool _bornSingle;
    private bool _single;

    /// <summary>Makes the learner.</summary>
    /// <param name="schema">What the rows look like, as far as it is known now.</param>
    /// <param name="options">The options.</param>
    /// <param name="seed">Seeds everything that is random.</param>
    /// <param name="work">The threads to work on; stays the caller's.</param>
    /// <exception cref="OptionException">An option is out of range, or the pool cannot be made.</exception>
    public AdaptiveLearner(Schema schema, AdaptiveOptions options, long seed, WorkRunner work)
        : this(schema, options.Checked(), seed, work, views => PoolSlot.Create(options.PoolOfObjective, options.Lifecycle.Enabled ? options.Lifecycle.Reserve : "", schema, views, seed))
    {
    }

    /// <summary>Makes a learner with slots of the caller's own.</summary>
    internal AdaptiveLearner(Schema schema, AdaptiveOptions options, long seed, WorkRunner work, Func<InstanceViews, PoolSlot[]> pool)
    {
        Schema = schema;
        _work = work;
        _classes = Math.Max(2, schema.ClassCount);
        _bornSingle = _single = schema.ClassCount < 2;
        _views = new InstanceViews(schema);
        _pass = new BlockPass(_views);
        _pool = new SlotTable(pool(_views));
        _gate = new MixtureGate(options.Gate, _views.StandardisedLength, _pool.Heard, _classes, seed);
        _decision = options.DecisionFor(schema, _pool.ExpertCount, _classes);
        _lifecycle = new PoolLifecycle(options.Lifecycle, _pool, _gate, schema, _views);
        _trainSlot = TrainSlot;
        _staged = new StagedRun(work, _pool.Count, RunSlot, RunGate, () => _pass.MakeMoreViews(RowsAhead));
        _figures = new RoutingFigures(_pool.ExpertCount);
        (_trainTop, _trains) = (options.TrainTop, new bool[_pool.Count]);
    }

    /// <summary>Who runs, on what terms.</summary>
    internal SlotTable Pool => _pool;

    /// <inheritdoc/>
    public Schema Schema { get; }

    /// <inheritdoc/>
    public long Learned { get; private set; }

    /// <inheritdoc/>
    public int ExpertCount => _pool.HeardExperts;

    /// <inheritdoc/>
    public int ContextLength => _views.Length + _gate.KeptLength;

    /// <inheritdoc/>
    public long ByteSize => _views.ByteSize + _gate.ByteSize + _lifecycle.ByteSize + _pool.ByteSize + (_decision?.ByteSize ?? 0);

    /// <inheritdoc/>
    public void Process(InstanceBlock block, Predictions predictions)
    {
        predictions.Begin(Schema.ClassCount);
        _pass.Begin(block, predictions);
        int row = 0;
        while (row < block.Count)
        {
            int rows = RowsToDecision(block, row);
            if (rows > 0) Run(row, rows, labelsHidden: false);
            row += rows;
            if (row < block.Count && block.Labels[row] >= _classes)
            {
                Run(row, 1, labelsHidden: true);
                _classes = block.Labels[row] + 1;
                _gate.GrowTo(_classes);
                _decision?.GrowTo(_classes);
                Run(row, 1, labelsHidden: false, keepPrediction: true);
                row++;
            }
        }
        _pass.End();
    }

    /// <inheritdoc/>
    public Prediction Predict(ReadOnlySpan<double> features, Span<float> probabilities)
    {
        if (_asked.Length == 0) _asked = new double[_views.Length];
        _views.Peek(features, _asked);
        ReadOnlySpan<double> raw = _views.RawLength == 0 ? features : _asked.AsSpan(_views.TemporalLength);
        _opinions.Fit(1, _pool.ExpertCount, _classes);
        for (int n = 0; n < _pool.Count; n++)
        {
            PoolSlot slot = _pool[n];
            slot.GrowTo(_classes);
            if (_pool.IsHeard(n)) slot.Run(slot.ViewLength == 0 ? raw : _asked.AsSpan(0, slot.ViewLength), InstanceBlock.NoLabel, _opinions, 0);
            else slot.Skip(_opinions, 0);
        }
        ReadOnlySpan<float> mixed = _gate.Combine(_asked.AsSpan(0, _views.StandardisedLength), _opinions, 0);
        int leader = _gate.Leader();
        Predictions.CopyTo(_single ? [1f] : mixed, probabilities);
        return new Prediction(Decide(mixed, 0), leader, _gate.Gates[leader]);
    }

    /// <inheritdoc/>
    public PoolSnapshot Describe() => new(
        [.. Enumerable.Range(0, _pool.Count).Select(MemberOf)],
        _lifecycle.ArchivedConcepts, _figures.Loss);

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Mark("adaptive");
        writer.Write(Learned);
        writer.Write(_classes);
        if (_bornSingle) writer.Write(_single);
        _views.Save(writer);
        _gate.Save(writer);
        _decision?.Save(writer);
        _lifecycle.Save(writer);
        for (int n = 0; n < _pool.Count; n++) _pool[n].Save(writer);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        reader.Mark("adaptive");
        Learned = reader.ReadCount("the number of instances learned");
        _classes = reader.ReadInt32(2, int.MaxValue / 2, "the number of classes");
        if (_bornSingle) _single = reader.ReadBoolean();
        _views.Load(reader);
        _gate.GrowTo(_classes);
        _gate.Load(reader);
        _decision?.GrowTo(_classes);
        _decision?.Load(reader);
        _lifecycle.Load(reader);
        for (int n = 0; n < _pool.Count; n++) _pool[n].Load(reader);
        _figures.Reset();
    }

    private PoolMember MemberOf(int n)
    {
        PoolSlot slot = _pool[n];
        return new PoolMember(slot.FirstOutput, slot.Description, SlotStates.Shown(_pool.StateOf(n)), _figures.ShareOf(slot.FirstOutput, slot.Outputs));
    }

    /// <summary>Rows up to the lifecycle's next decision, the first row of a new class, or the end of the block.</summary>
    private int RowsToDecision(InstanceBlock block, int from)
    {
        int row = from, room = _lifecycle.UntilDecision(Learned);
        while (row < block.Count && block.Labels[row] < _classes && room > 0)
            if (block.Labels[row++] != InstanceBlock.NoLabel) room--;
        return row - from;
    }

    private void Run(int from, int rows, bool labelsHidden, bool keepPrediction = false)
    {
        long before = Learned;
        int stretch = _trainTop > 0 ? 1 : rows;
        _pass.MakeViews(from + rows);
        for (int first = 0; first < rows; first += stretch)
        {
            _pass.Take(from + first, labelsHidden, keepPrediction);
            _opinions.Fit(stretch, _pool.ExpertCount, _classes);
            _unheard.Fit(stretch, _pool.ExpertCount, _classes);
            _staged.Run(stretch);
            if (_trainTop > 0 && _pass.Label(0) != InstanceBlock.NoLabel) TrainChosen();
        }
        if (Learned > before && _lifecycle.IsDue(Learned)) _lifecycle.Decide(_classes, new Moment(Learned, from + rows - 1, _pass.Predictions.Events));
    }

    /// <summary>Stage 2: one expert over some rows in order.</summary>
    private void RunSlot(int index, int first, int end)
    {
        PoolSlot slot = _pool[index];
        slot.GrowTo(_classes);
        bool runs = _pool.Runs(index), heard = _pool.IsHeard(index);
        for (int r = first; r < end; r++)
        {
            if (!heard) slot.Skip(_opinions, r);
            if (!runs) continue;
            slot.Run(Features(slot, r), _trainTop > 0 ? InstanceBlock.NoLabel : _pass.Label(r), heard ? _opinions : _unheard, r);
        }
    }

    private ReadOnlySpan<double> Features(PoolSlot slot, int row) => slot.ViewLength == 0 ? _pass.RawView(row) : _pass.View(row, slot.ViewLength);

    /// <summary>Trains the experts with the largest gate on the row that was gated last. One with several opinions counts once, by its largest.</summary>
    private void TrainChosen()
    {
        Array.Clear(_trains);
        for (int n = 0; n < _trainTop; n++)
        {
            int best = -1;
            float bestGate = -1;
            for (int slot = 0; slot < _pool.Count; slot++)
            {
                if (_trains[slot] || !_pool.Runs(slot)) continue;
                foreach (float gate in _gate.Gates.Slice(_pool[slot].FirstOutput, _pool[slot].Outputs))
                    if (gate > bestGate) (best, bestGate) = (slot, gate);
            }
            if (best < 0) break;
            _trains[best] = true;
        }
        _work.Run(_pool.Count, _trainSlot);
    }

    private void TrainSlot(int index)
    {
        if (_trains[index]) _pool[index].Expert.Train(Features(_pool[index], 0), _pass.Label(0));
    }

    /// <summary>Stage 3: the gate over some rows in order.</summary>
    private void RunGate(int first, int end)
    {
        for (int r = first; r < end; r++) Gate(r);
    }

    /// <summary>The prediction of one row, and what the gate learns of it.</summary>
    private void Gate(int row)
    {
        int label = _pass.Label(row), at = _pass.At(row);
        bool late = _pass.IsLate(row);
        Predictions predictions = _pass.Predictions;
        ReadOnlySpan<double> view = _pass.View(row, _views.StandardisedLength);
        if (late && label != InstanceBlock.NoLabel) _gate.LearnKept(label, view, _pass.Block.Context(at)[_views.Length..], _classes);
        ReadOnlySpan<float> probabilities = _gate.Combine(view, _opinions, row);
        int best = _single ? 0 : Best(probabilities);
        int decided = Decide(probabilities, row);
        Moment now = new(Learned, at, predictions.Events);
        if (!_pass.KeepsPrediction)
        {
            if (!late) _lifecycle.ObserveEvent(_pass.Block.Row(at), probabilities, now);
            int leader = _gate.Leader();
            if (!late) _figures.Route(_gate.Gates);
            predictions.Classes[at] = decided;
            predictions.Experts[at] = leader;
            predictions.Gates[at] = _gate.Gates[leader];
            predictions.SetProbabilities(at, _single ? [1f] : probabilities);
            if (predictions.ContextLength > 0 && !late) KeepContext(row, predictions);
        }
        if (label == InstanceBlock.NoLabel) return;
        _single &= label == 0;
        _lifecycle.Observe(label, best, probabilities[label], _opinions, _unheard, row, _pass.RawView(row), _pass.View(row, _views.TemporalLength), now);
        _figures.AddProbability(probabilities[label]);
        if (_decision is null) _gate.Learn(label, _opinions, row);
        else
        {
            float weight = _decision.WeightOf(label);
            _gate.Learn(label, _opinions, row, weight, weight / _decision.MostWeight());
            _decision.Learn(label);
        }
        Learned++;
    }

    /// <summary>The class by the objective, of the row that was combined last.</summary>
    private int Decide(ReadOnlySpan<float> probabilities, int row)
        => _single ? 0 : _decision?.Decide(probabilities, _opinions, row, _pool.Heard.Span) ?? Best(probabilities);

    private static int Best(ReadOnlySpan<float> probabilities)
    {
        int best = 0;
        for (int c = 1; c < probabilities.Length; c++)
            if (probabilities[c] > probabilities[best]) best = c;
        return best;
    }

    /// <summary>Keeps of an event what its label, should it come late, is learned with.</summary>
    private void KeepContext(int row, Predictions predictions)
    {
        Span<double> context = predictions.Contexts.Slice(_pass.At(row) * ContextLength, ContextLength);
        _pass.View(row, _views.Length).CopyTo(context);
        _gate.Keep(_opinions, row, context[_views.Length..]);
    }
}
