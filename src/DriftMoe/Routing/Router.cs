using StreamMoe.DriftMoe.Work;
using StreamMoe.Experts.Neural;
using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Routing;

/// <summary>The compact net that maps an instance to one logit an expert, and learns from correctness masks.</summary>
/// <remarks>Its weights are fixed between two steps. Rows that have been learned since the last step wait inside and are part of the state,
/// so a stretch may be cut anywhere. Inputs must be finite (see <see cref="RouterInputs"/>).</remarks>
internal sealed class Router
{
    // Rows of a stretch that are worked on in parts; longer stretches would take too much memory.
    private const int MostRowsInParts = 1024;

    // A device takes a whole stretch at once: one transfer each way.
    private const int MostRowsAtOnce = 65_536;

    private readonly IMlpStack _net;

    // The net where it is managed; only then rows can be worked on in parts.
    private readonly MlpStack? _managed;
    private readonly int _inputs;
    private readonly int _interval;
    private readonly RouterTarget _kind;
    private readonly float[] _pendingInputs;
    private float[] _pendingTargets;
    private int _pending;
    private long _steps;
    private readonly bool _inParts;
    private readonly Action<int> _backPart, _learnBlock;
    private readonly PartEvaluation _forwardAlone, _forwardKept;
    private MlpBatch? _batch;

    // The pending rows as long as they are those that were evaluated in parts: the first so many parts, with so many rows.
    private int _keptParts, _keptRows;

    /// <summary>Makes a router with fresh weights.</summary>
    /// <param name="inputs">Length of an input row, ≥ 1.</param>
    /// <param name="experts">Number of outputs, ≥ 1.</param>
    /// <param name="options">Shape and training.</param>
    /// <param name="dropout">Probability with which a unit of the first hidden layer is dropped in a step, in [0, 1).</param>
    /// <param name="seed">Seeds weights and dropout.</param>
    /// <param name="target">What it learns; decides the loss.</param>
    public Router(int inputs, int experts, RouterOptions options, double dropout, long seed, RouterTarget target = RouterTarget.Mask)
    {
        (_inputs, _kind) = (inputs, target);
        _interval = options.Interval;
        MlpOptions shape = new()
        {
            Inputs = inputs,
            Hidden = options.Hidden2 > 0 ? [options.Hidden1, options.Hidden2] : [options.Hidden1],
            Outputs = experts,
            LearningRate = options.LearningRate,
            Dropout = dropout,
            DropoutLayers = 1,
        };
        _net = MlpBackends.Create(shape, options.Device, options.Interval);
        _managed = _net as MlpStack;
        PartRows = _managed is null ? MostRowsAtOnce : MlpBatch.PartRows;
        _net.AddMember(unchecked((ulong)seed));
        _pendingInputs = new float[_interval * inputs];
        _pendingTargets = new float[_interval * experts];
        _inParts = _managed is not null && dropout == 0 && target == RouterTarget.Mask && _interval is > MlpBatch.PartRows and <= MostRowsInParts;
        _backPart = part => _batch!.Back(part, Part(_pendingTargets, Experts, part));
        _learnBlock = block => _batch!.Learn(block, _pendingInputs);
        _forwardKept = (part, x, logits) => _batch!.Forward(_keptParts + part, x, logits);
        MlpWorkspace?[] workspaces = new MlpWorkspace?[PartsOf(_interval)];
        _forwardAlone = _managed is null
            ? (_, x, logits) => _net.Forward(0, x.Length / _inputs, x, logits)
            : (part, x, logits) => _managed.Forward(0, x.Length / _inputs, x, logits, null, workspaces[part] ??= _managed.CreateWorkspace());
    }

    /// <value>Number of outputs.</value>
    public int Experts => _net.Outputs;

    /// <value>Rows of a part in <see cref="BeginForward"/>: <see cref="MlpBatch.PartRows"/>, or on a device all.</value>
    public int PartRows { get; }

    /// <value>Learned rows that still fit before a step is due, in [0, interval].</value>
    public int Room => _interval - _pending;

    /// <value>True when a step is due.</value>
    public bool IsFull => _pending == _interval;

    /// <value>Mean loss of the last step, in nats; 0 before the first.</value>
    public double Loss { get; private set; }

    /// <value>Size of the state in bytes, from logical counts.</value>
    public long ByteSize => _net.ByteSize + (long)_interval * (_inputs + Experts) * sizeof(float);

    /// <summary>Evaluates rows; changes nothing. A row gives the same bits in any batch.</summary>
    /// <param name="inputs">Rows of inputs, one after the other.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="logits">Receives rows × <see cref="Experts"/> logits; may be longer.</param>
    public void Forward(ReadOnlySpan<float> inputs, int rows, Span<float> logits)
        => _net.Forward(0, rows, inputs, logits[..(rows * Experts)]);

    /// <summary>Parts that so many rows are in.</summary>
    public int PartsOf(int rows) => (rows + PartRows - 1) / PartRows;

    /// <summary>Evaluates rows in parts of <see cref="PartRows"/>, which different threads may evaluate at once; changes no weights.
    /// When all of them are then remembered, the step need not evaluate them again. <see cref="EndForward"/> must follow.</summary>
    /// <param name="rows">Number of rows, at most <see cref="Room"/> of them to be remembered.</param>
    /// <returns>What evaluates one part of the rows.</returns>
    public PartEvaluation BeginForward(int rows)
    {
        if (!_inParts) return _forwardAlone;
        _batch ??= _managed!.CreateBatch(0, MlpBatch.PartsOf(_interval) + 2);
        if (_pending == 0) (_keptParts, _keptRows) = (0, 0);
        if (_keptRows != _pending || rows > Room || _keptParts + MlpBatch.PartsOf(rows) > _batch.MostParts) _keptRows = -1;
        return _keptRows < 0 ? _forwardAlone : _forwardKept;
    }

    /// <summary>Counts the rows that <see cref="BeginForward"/> was asked to evaluate as evaluated.</summary>
    /// <param name="rows">As before.</param>
    public void EndForward(int rows)
    {
        if (!_inParts || _keptRows < 0) return;
        _keptParts += MlpBatch.PartsOf(rows);
        _keptRows += rows;
    }

    /// <summary>Evaluates one row with units dropped, by a mask that depends on the seed and the number of steps alone.</summary>
    public void ForwardWithDropout(ReadOnlySpan<float> inputs, Span<float> logits)
        => _net.Forward(0, 1, inputs, logits, dropoutRow: _steps);

    /// <summary>Keeps a learned row for the next step.</summary>
    /// <param name="inputs">One row of inputs.</param>
    /// <param name="target">The row's correctness mask, or one-hot with <see cref="RouterTarget.Best"/>.</param>
    /// <exception cref="InvalidOperationException">A step is due.</exception>
    public void Remember(ReadOnlySpan<float> inputs, ReadOnlySpan<float> target)
    {
        if (IsFull) throw new InvalidOperationException($"The router holds {_interval} rows; it must step first.");
        inputs.CopyTo(_pendingInputs.AsSpan(_pending * _inputs, _inputs));
        target.CopyTo(_pendingTargets.AsSpan(_pending * Experts, Experts));
        _pending++;
    }

    /// <summary>One Adam step on the mean loss over the rows kept, which are dropped then: binary cross-entropy, or soft-max cross-entropy
    /// with <see cref="RouterTarget.Best"/>.</summary>
    /// <param name="work">The threads to work on; the bits do not depend on them. The caller's alone by default.</param>
    public void Step(WorkRunner? work = null)
    {
        if (_inParts && IsFull)
        {
            StepInParts(work);
            return;
        }
        ReadOnlySpan<float> inputs = _pendingInputs.AsSpan(0, _pending * _inputs), targets = _pendingTargets.AsSpan(0, _pending * Experts);
        Loss = _kind == RouterTarget.Mask ? _net.TrainBinary(0, _pending, inputs, targets) : StepOnBest(inputs, targets);
        _steps++;
        _pending = 0;
    }

    private void StepInParts(WorkRunner? work)
    {
        _batch ??= _managed!.CreateBatch(0, MlpBatch.PartsOf(_interval) + 2);
        if (_keptRows != _pending)
        {
            _keptParts = MlpBatch.PartsOf(_pending);
            for (int part = 0, first = 0; part < _keptParts; part++, first += MlpBatch.PartRows)
                _batch.Forward(part, _pendingInputs.AsSpan(first * _inputs, Math.Min(MlpBatch.PartRows, _pending - first) * _inputs), []);
        }
        _batch.Begin(_keptParts);
        Run(_keptParts, _backPart);
        Run(_batch.Blocks, _learnBlock);
        Loss = _batch.End();
        _steps++;
        (_pending, _keptParts, _keptRows) = (0, 0, 0);

        void Run(int count, Action<int> piece)
        {
            if (work is not null) work.Run(count, piece);
            else
                for (int i = 0; i < count; i++) piece(i);
        }
    }

    private Span<float> Part(float[] rows, int columns, int part)
        => rows.AsSpan(_batch!.RowsOf(part) * columns, _batch.RowsIn(part) * columns);

    private double StepOnBest(ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets)
    {
        int[] best = new int[_pending];
        for (int r = 0; r < best.Length; r++) best[r] = targets.Slice(r * Experts, Experts).IndexOf(1f);
        return _net.TrainSoftmax(0, best.Length, inputs, best);
    }

    /// <summary>Adds an output for an expert that knows nothing yet: weights 0, and a bias that gives it one chance in a hundred.</summary>
    /// <exception cref="InvalidOperationException">Rows wait for the next step; they have no target for the new output.</exception>
    public void AppendOutput()
    {
        if (_pending > 0) throw new InvalidOperationException($"{_pending} rows wait for the router's next step; outputs are added between steps.");
        _net.AppendOutput(bias: -MathF.Log(99));
        _pendingTargets = new float[_interval * Experts];
        (_batch, _keptRows) = (null, -1);
    }

    /// <summary>Raises the bias of one output; no other output changes by a bit.</summary>
    public void RaiseBias(int expert, float by)
    {
        float[] weights = new float[_net.OutputFanIn];
        float bias = _net.ReadOutput(0, expert, weights);
        _net.WriteOutput(0, expert, weights, bias + by);
        _keptRows = -1;
    }

    /// <summary>Writes the net and the rows that wait.</summary>
    public void Save(StateWriter writer)
    {
        writer.Mark("router");
        writer.Write(_steps);
        writer.Write(Loss);
        writer.Write(_pending);
        writer.Write<float>(_pendingInputs.AsSpan(0, _pending * _inputs));
        writer.Write<float>(_pendingTargets.AsSpan(0, _pending * Experts));
        _net.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">The state.</param>
    /// <param name="experts">Number of outputs that it must have.</param>
    /// <exception cref="StateFormatException">The bytes are not the state of a router of this shape.</exception>
    public void Load(StateReader reader, int experts)
    {
        reader.Mark("router");
        _steps = reader.ReadCount("the router's steps");
        Loss = reader.ReadDouble();
        _pending = reader.ReadInt32(0, _interval, "the number of rows that wait for the router's step");
        reader.ReadInto(_pendingInputs.AsSpan(0, _pending * _inputs), "the waiting inputs");
        float[] targets = reader.ReadArray<float>();
        _net.Load(reader);
        if (Experts != experts || targets.Length != _pending * experts)
            throw new StateFormatException($"The router has {Experts} outputs and {targets.Length} entries of waiting masks; must have {experts} and {_pending * experts}.");
        _pendingTargets = new float[_interval * experts];
        targets.CopyTo(_pendingTargets, 0);
        (_batch, _keptRows) = (null, -1);
    }
}
