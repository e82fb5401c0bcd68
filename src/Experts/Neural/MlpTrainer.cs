using StreamMoe.Experts.Neural.Kernels;
using StreamMoe.Experts.Vectors;

namespace StreamMoe.Experts.Neural;

/// <summary>The scratch memory of training and the way back through a net. Holds no state between steps.</summary>
internal sealed unsafe class MlpTrainer
{
    // From so many rows on it pays to transpose the weights once a step rather than to sum across lanes in every product. The
    // two ways round differently, so this number is part of what a net learns.
    private const int ManyRows = 16;

    private readonly MlpKernels _kernels;
    private readonly MlpPass _pass;
    private readonly AlignedBuffer _gradient;
    private readonly AlignedBuffer _constants = new(2 * MlpKernels.Panel);
    private readonly AlignedBuffer _tile = new(MlpKernels.Panel * MlpKernels.Panel);
    private readonly AlignedBuffer[] _transposed;
    private bool _manyRows;
    private AdamStep _step;

    public MlpTrainer(MlpKernels kernels, MlpShape shape)
    {
        _kernels = kernels;
        _pass = new MlpPass(shape);
        _transposed = new AlignedBuffer[shape.Hidden];
        for (int layer = 1; layer < shape.Hidden; layer++) _transposed[layer] = new AlignedBuffer(KernelWidths.Pad(shape.FanOut(layer)), shape.FanIn(layer));
        _gradient = new AlignedBuffer(shape.Size);
        *One = 1;
    }

    public MlpWorkspace Workspace => _pass.Workspace;

    /// <summary>Gradient of the loss by the logits of the latest run, panelled; its padding must be 0.</summary>
    public float* LogitDeltas => _pass.LogitDeltas;

    private MlpShape Shape => Workspace.Shape;

    private float* Zeros => _constants.Pointer;

    private float* One => _constants.Pointer + MlpKernels.Panel;

    /// <summary>Adds the gradient of the latest run to that of the runs before it (the sums over rows run in row order) and, in
    /// the last run, makes the Adam step, each block of parameters as soon as its gradient is there.</summary>
    /// <param name="member">The net.</param>
    /// <param name="x">The run's inputs.</param>
    /// <param name="rows">The run's rows.</param>
    /// <param name="run">Where in the batch the run stands.</param>
    /// <param name="dropout">The mask of the run: what kept units were multiplied by.</param>
    public void Backward(MlpMember member, float* x, int rows, TrainingRun run, in DropoutMask dropout)
    {
        float* delta = LogitDeltas;
        for (int layer = Shape.Hidden; layer >= 0; layer--)
        {
            // The layer's own weights move only after the gradient has gone through them.
            float* below = layer == 0 ? null : DeltaBelow(_pass, member, layer, rows, dropout.ScaleOf(layer - 1));
            if (layer == Shape.Hidden) LearnMatrix(member, layer, delta, Shape.Outputs, Workspace.LastInput, Shape.FanIn(layer), rows, run);
            else if (layer > 0) LearnMatrix(member, layer, Workspace.Activation(layer - 1), Shape.FanIn(layer), delta, Shape.FanOut(layer), rows, run);
            else LearnFirst(member, x, delta, rows, run);
            LearnBiases(member, layer, delta, rows, run);
            delta = below;
        }
    }

    /// <summary>Counts an Adam step, whose constants the last run takes, and prepares for a batch of so many rows.</summary>
    public void BeginStep(MlpMember member, MlpOptions options, int rows)
    {
        _manyRows = rows >= ManyRows;
        if (_manyRows)
            for (int layer = 1; layer < Shape.Hidden; layer++) TransposeWeights(member, layer);
        MlpCounts counts = member.Counts;
        counts.BeginStep(options);
        _step = new AdamStep(
            (float)(1 - options.Beta1), (float)options.Beta2, (float)(1 - options.Beta2),
            (float)(options.LearningRate / (1 - counts.Beta1Power)), (float)(1 / Math.Sqrt(1 - counts.Beta2Power)), (float)options.Epsilon);
    }

    private void TransposeWeights(MlpMember member, int layer)
    {
        int inputs = Shape.FanIn(layer), paddedInputs = KernelWidths.Pad(inputs), units = KernelWidths.Pad(Shape.FanOut(layer));
        float* weights = member.Weights.Pointer + Shape.WeightOffset(layer);
        for (int unit = 0; unit < units; unit += MlpKernels.Panel)
        {
            int width = Math.Min(MlpKernels.Panel, units - unit);
            for (int input = 0; input < inputs; input += MlpKernels.Panel)
            {
                int toWidth = Math.Min(MlpKernels.Panel, paddedInputs - input);
                float* to = _transposed[layer].Pointer + input * units + unit * toWidth;
                _kernels.Transpose(weights + unit * inputs + input * width, width, Math.Min(MlpKernels.Panel, inputs - input), width, to, toWidth);
            }
        }
    }

    /// <summary>Works out the gradients by all activations of one pass; the weights stay, and other threads may do the same for other passes.</summary>
    /// <param name="pass">The pass; its logit deltas are there.</param>
    /// <param name="member">The net, without dropout.</param>
    /// <param name="rows">Rows of the pass.</param>
    public void PassBack(MlpPass pass, MlpMember member, int rows)
    {
        for (int layer = Shape.Hidden; layer > 0; layer--) DeltaBelow(pass, member, layer, rows, dropoutScale: 1);
    }

    /// <summary>Learns one block of parameters from the gradients of all passes of a batch: the bits of <see cref="Backward"/>. Other threads may
    /// learn other blocks.</summary>
    public void LearnBlock(in MlpBlock block, MlpMember member, ReadOnlySpan<MlpPass> passes, ReadOnlySpan<int> rows, float* x)
    {
        float* gradient = _gradient.Pointer + block.Offset;
        bool first = true;
        for (int p = 0; p < rows.Length; p++)
        {
            int run = rows[p];
            (nint a, nint aRow, nint aDepth, nint d) = Factors(block, passes[p], x, run);
            x += (long)run * Shape.Inputs;
            for (int panel = 0; panel < run; panel += MlpKernels.Panel, first = false)
            {
                int terms = Math.Min(MlpKernels.Panel, run - panel);
                _kernels.Accumulate((float*)a + panel * aDepth, aRow, aDepth, block.Count, terms, (float*)d + panel * block.Width,
                    first ? Zeros : gradient, first ? 0 : block.Width, gradient, block.Width, relu: false);
            }
        }
        float* w = member.Weights.Pointer + block.Offset, m = member.FirstMoments.Pointer + block.Offset, v = member.SecondMoments.Pointer + block.Offset;
        _kernels.Adam(w, m, v, gradient, block.Count * block.Width, _step);
    }

    // The two factors of a block's gradient, as LearnMatrix, LearnFirst and LearnBiases choose them.
    private (nint A, nint ARow, nint ADepth, nint D) Factors(in MlpBlock block, MlpPass pass, float* x, int rows)
    {
        int layer = block.Layer;
        float* delta = pass.Delta(layer);
        if (block.IsBias) return ((nint)One, 0, 0, (nint)(delta + block.Column * rows));
        if (layer == Shape.Hidden) return ((nint)(delta + block.Row * rows), 1, block.RowWidth, (nint)(pass.Workspace.LastInput + block.Column * rows));
        if (layer > 0) return ((nint)(pass.Workspace.Activation(layer - 1) + block.Row * rows), 1, block.RowWidth, (nint)(delta + block.Column * rows));
        return ((nint)(x + block.Row), 1, Shape.Inputs, (nint)(delta + block.Column * rows));
    }

    private float* DeltaBelow(MlpPass pass, MlpMember member, int layer, int rows, float dropoutScale)
    {
        float* delta = pass.Delta(layer), below = pass.Delta(layer - 1);
        float* weights = member.Weights.Pointer + Shape.WeightOffset(layer);
        int width = Shape.FanIn(layer);
        if (layer == Shape.Hidden) MlpWorkspace.Product(_kernels, delta, rows, Shape.Outputs, weights, width, Zeros, 0, below, relu: false);
        else if (_manyRows) MlpWorkspace.Product(_kernels, delta, rows, KernelWidths.Pad(Shape.FanOut(layer)), _transposed[layer].Pointer, width, Zeros, 0, below, relu: false);
        else _kernels.Dot(delta, rows, weights, width, KernelWidths.Pad(Shape.FanOut(layer)), null, below);
        _kernels.MaskByActivation(pass.Workspace.Activation(layer - 1), below, rows * KernelWidths.Pad(width), dropoutScale);
        return below;
    }

    // The gradient is aᵀ·d, both panelled with a row an instance: a has a column a row of the weights, d one a column of them.
    private void LearnMatrix(MlpMember member, int layer, float* a, int aColumns, float* d, int dColumns, int rows, TrainingRun run)
    {
        int paddedA = KernelWidths.Pad(aColumns), paddedD = KernelWidths.Pad(dColumns);
        for (int column = 0; column < paddedD; column += MlpKernels.Panel)
        {
            int width = Math.Min(MlpKernels.Panel, paddedD - column);
            int offset = Shape.WeightOffset(layer) + column * aColumns;
            for (int i = 0; i < aColumns; i += MlpKernels.Panel)
            {
                int aWidth = Math.Min(MlpKernels.Panel, paddedA - i), count = Math.Min(MlpKernels.Panel, aColumns - i);
                LearnBlock(member, offset + i * width, a + i * rows, 1, aWidth, count, d + column * rows, width, rows, run);
            }
        }
    }

    private void LearnFirst(MlpMember member, float* x, float* d, int rows, TrainingRun run)
    {
        int inputs = Shape.Inputs, padded = KernelWidths.Pad(Shape.FanOut(0));
        for (int column = 0; column < padded; column += MlpKernels.Panel)
        {
            int width = Math.Min(MlpKernels.Panel, padded - column);
            int offset = Shape.WeightOffset(0) + column * inputs;
            for (int i = 0; i < inputs; i += MlpKernels.Panel)
                LearnBlock(member, offset + i * width, x + i, 1, inputs, Math.Min(MlpKernels.Panel, inputs - i), d + column * rows, width, rows, run);
        }
    }

    private void LearnBiases(MlpMember member, int layer, float* d, int rows, TrainingRun run)
    {
        int padded = KernelWidths.Pad(Shape.FanOut(layer));
        for (int column = 0; column < padded; column += MlpKernels.Panel)
            LearnBlock(member, Shape.BiasOffset(layer) + column, One, 0, 0, 1, d + column * rows, Math.Min(MlpKernels.Panel, padded - column), rows, run);
    }

    // A block of count × width parameters that lie side by side, at most 64 × 64 of them.
    private void LearnBlock(MlpMember member, int offset, float* a, nint aRow, nint aDepth, int count, float* d, int width, int rows, TrainingRun run)
    {
        float* w = member.Weights.Pointer + offset, m = member.FirstMoments.Pointer + offset, v = member.SecondMoments.Pointer + offset;
        if (run == TrainingRun.Only && rows == 1 && width == MlpKernels.Panel)
        {
            _kernels.AdamOuter(w, m, v, a, aRow, count, d, _step);
            return;
        }
        bool first = run is TrainingRun.Only or TrainingRun.First;
        float* gradient = run == TrainingRun.Only ? _tile.Pointer : _gradient.Pointer + offset;
        for (int row = 0; row < rows; row += MlpKernels.Panel, first = false)
        {
            int terms = Math.Min(MlpKernels.Panel, rows - row);
            _kernels.Accumulate(a + row * aDepth, aRow, aDepth, count, terms, d + row * width, first ? Zeros : gradient, first ? 0 : width, gradient, width, relu: false);
        }
        if (run is TrainingRun.Only or TrainingRun.Last) _kernels.Adam(w, m, v, gradient, count * width, _step);
    }
}
