using StreamMoe.Experts.Neural.Kernels;

namespace StreamMoe.Experts.Neural;

/// <summary>The scratch memory of training and the way back through a net. Holds no state between steps.</summary>
internal sealed unsafe class MlpTrainer
{
    private readonly MlpKernels _kernels;
    private readonly AlignedBuffer[] _deltas;
    private readonly AlignedBuffer _logitDeltas;
    private readonly AlignedBuffer _gradient;
    private readonly AlignedBuffer _constants = new(2 * MlpKernels.Panel);
    private readonly AlignedBuffer _gathered;

    public MlpTrainer(MlpKernels kernels, MlpShape shape)
    {
        _kernels = kernels;
        Workspace = new MlpWorkspace(shape);
        _deltas = new AlignedBuffer[shape.Hidden];
        for (int layer = 0; layer < shape.Hidden; layer++) _deltas[layer] = new AlignedBuffer(MlpWorkspace.Rows, shape.FanOut(layer));
        _logitDeltas = new AlignedBuffer(MlpWorkspace.Rows, shape.Outputs);
        _gradient = new AlignedBuffer(shape.Size);
        _gathered = new AlignedBuffer(MlpWorkspace.Rows * shape.Inputs);
        *One = 1;
    }

    public MlpWorkspace Workspace { get; }

    /// <summary>Gradient of the loss by the logits of the latest run, panelled; its padding must be 0.</summary>
    public float* LogitDeltas => _logitDeltas.Pointer;

    /// <summary>Room for the inputs of a run whose rows do not lie side by side.</summary>
    public float* Gathered => _gathered.Pointer;

    private MlpShape Shape => Workspace.Shape;

    private float* Zeros => _constants.Pointer;

    private float* One => _constants.Pointer + MlpKernels.Panel;

    /// <summary>Adds the gradient of the latest run to that of the runs before it; the sums over rows run in row order.</summary>
    public void Backward(MlpMember member, float* x, int rows, bool first, in DropoutMask dropout)
    {
        int last = Shape.Hidden;
        float* weights = member.Weights.Pointer;
        GradientOfWeights(LogitDeltas, Shape.Outputs, Workspace.LastInput, Shape.FanIn(last), rows, Shape.WeightOffset(last), first);
        GradientOfBiases(last, LogitDeltas, rows, first);
        for (int layer = last - 1; layer >= 0; layer--)
        {
            float* delta = _deltas[layer].Pointer;
            float* next = layer + 1 == last ? LogitDeltas : _deltas[layer + 1].Pointer;
            float* nextWeights = weights + Shape.WeightOffset(layer + 1);
            int width = Shape.FanOut(layer);
            if (layer + 1 == last) ProductFromZero(next, rows, Shape.Outputs, nextWeights, width, delta);
            else _kernels.Dot(next, rows, nextWeights, width, MlpKernels.Pad(Shape.FanOut(layer + 1)), null, delta);
            _kernels.MaskByActivation(Workspace.Activation(layer), delta, rows * MlpKernels.Pad(width), dropout.ScaleOf(layer));
            if (layer > 0) GradientOfWeights(Workspace.Activation(layer - 1), Shape.FanIn(layer), delta, width, rows, Shape.WeightOffset(layer), first);
            else GradientOfFirst(x, delta, rows, first);
            GradientOfBiases(layer, delta, rows, first);
        }
    }

    /// <summary>Makes the Adam step on the gradient that was gathered.</summary>
    public void Step(MlpMember member, MlpOptions options)
    {
        member.Steps++;
        member.Beta1Power = NextPower(member.Beta1Power, options.Beta1);
        member.Beta2Power = NextPower(member.Beta2Power, options.Beta2);
        AdamStep step = new(
            (float)(1 - options.Beta1), (float)options.Beta2, (float)(1 - options.Beta2),
            (float)(options.LearningRate / (1 - member.Beta1Power)), (float)(1 / Math.Sqrt(1 - member.Beta2Power)), (float)options.Epsilon);
        _kernels.Adam(member.Weights.Pointer, member.FirstMoments.Pointer, member.SecondMoments.Pointer, _gradient.Pointer, Shape.Size, step);
    }

    // Repeated multiplication would end in the denormals and stay there.
    private static double NextPower(double power, double beta)
    {
        power *= beta;
        return power < 1e-30 ? 0 : power;
    }

    private void ProductFromZero(float* a, int rows, int depth, float* b, int columns, float* c)
    {
        for (int column = 0; column < MlpKernels.Pad(columns); column += MlpKernels.Panel)
        {
            int width = Math.Min(MlpKernels.Panel, MlpKernels.Pad(columns) - column);
            MlpWorkspace.Product(_kernels, a, rows, depth, b + column * depth, width, Zeros, c + column * rows, relu: false);
        }
    }

    // aᵀ·d, both panelled with a row an instance: a has a column a row of the weights, d one a column of them.
    private void GradientOfWeights(float* a, int aColumns, float* d, int dColumns, int rows, int offset, bool first)
    {
        int paddedA = MlpKernels.Pad(aColumns), paddedD = MlpKernels.Pad(dColumns);
        for (int column = 0; column < paddedD; column += MlpKernels.Panel)
        {
            int width = Math.Min(MlpKernels.Panel, paddedD - column);
            for (int i = 0; i < aColumns; i += MlpKernels.Panel)
            {
                int aWidth = Math.Min(MlpKernels.Panel, paddedA - i), count = Math.Min(MlpKernels.Panel, aColumns - i);
                float* to = _gradient.Pointer + offset + column * aColumns + i * width;
                _kernels.Accumulate(a + i * rows, 1, aWidth, count, rows, d + column * rows, first ? Zeros : to, first ? 0 : width, to, width, relu: false);
            }
        }
    }

    private void GradientOfFirst(float* x, float* d, int rows, bool first)
    {
        int inputs = Shape.Inputs, padded = MlpKernels.Pad(Shape.FanOut(0));
        for (int column = 0; column < padded; column += MlpKernels.Panel)
        {
            int width = Math.Min(MlpKernels.Panel, padded - column);
            float* to = _gradient.Pointer + Shape.WeightOffset(0) + column * inputs;
            _kernels.Accumulate(x, 1, inputs, inputs, rows, d + column * rows, first ? Zeros : to, first ? 0 : width, to, width, relu: false);
        }
    }

    private void GradientOfBiases(int layer, float* d, int rows, bool first)
    {
        int padded = MlpKernels.Pad(Shape.FanOut(layer));
        for (int column = 0; column < padded; column += MlpKernels.Panel)
        {
            int width = Math.Min(MlpKernels.Panel, padded - column);
            float* to = _gradient.Pointer + Shape.BiasOffset(layer) + column;
            _kernels.Accumulate(One, 0, 0, 1, rows, d + column * rows, first ? Zeros : to, 0, to, width, relu: false);
        }
    }
}
