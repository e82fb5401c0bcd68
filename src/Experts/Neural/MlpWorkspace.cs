using StreamMoe.Experts.Neural.Kernels;
using StreamMoe.Experts.Vectors;

namespace StreamMoe.Experts.Neural;

/// <summary>The scratch memory of one thread that evaluates an <see cref="MlpStack"/>. It holds no state: what is in it between calls does not matter.</summary>
/// <remarks>Made by <see cref="MlpStack.CreateWorkspace"/>; used by one call at a time. Its size does not depend on the number of rows, which are worked on in runs.</remarks>
internal sealed unsafe class MlpWorkspace
{
    /// <summary>Rows of a run: few enough for its activations to stay in the second-level cache.</summary>
    internal const int Rows = 128;

    private AlignedBuffer[] _activations = [];
    private AlignedBuffer _padded = new(0);
    private AlignedBuffer _logits = new(0);

    internal MlpWorkspace(MlpShape shape) => Fit(shape);

    /// <summary>Logits of the latest run, panelled.</summary>
    internal float* Logits => _logits.Pointer;

    internal MlpShape Shape { get; private set; } = null!;

    /// <summary>Takes memory for a shape, if it is not there already.</summary>
    internal void Fit(MlpShape shape)
    {
        if (ReferenceEquals(shape, Shape)) return;
        Shape = shape;
        _activations = new AlignedBuffer[shape.Hidden];
        for (int layer = 0; layer < shape.Hidden; layer++) _activations[layer] = new AlignedBuffer(Rows, shape.FanOut(layer));
        _padded = new AlignedBuffer(shape.Hidden == 0 ? Rows : 0, shape.Inputs);
        _logits = new AlignedBuffer(Rows, shape.Outputs);
    }

    /// <summary>What the output layer sees in the latest run, panelled.</summary>
    internal float* LastInput => Shape.Hidden == 0 ? _padded.Pointer : Activation(Shape.Hidden - 1);

    /// <summary>What a hidden layer gave in the latest run, panelled.</summary>
    internal float* Activation(int layer) => _activations[layer].Pointer;

    /// <summary>Evaluates a run of at most <see cref="Rows"/> rows.</summary>
    internal void Forward(MlpKernels kernels, MlpMember member, float* x, int rows, in DropoutMask dropout)
    {
        float* weights = member.Weights.Pointer;
        if (Shape.Hidden == 0) PadInputs(x, rows);
        else ForwardFirst(kernels, weights, x, rows);
        for (int layer = 0; layer < Shape.Hidden; layer++)
        {
            if (layer > 0) ForwardHidden(kernels, weights, layer, rows);
            dropout.Apply(Activation(layer), rows, Shape.FanOut(layer), layer);
        }
        int last = Shape.Hidden;
        kernels.Dot(LastInput, rows, weights + Shape.WeightOffset(last), Shape.Outputs, KernelWidths.Pad(Shape.FanIn(last)), weights + Shape.BiasOffset(last), Logits);
    }

    /// <summary>Copies the logits of a run out of their panels.</summary>
    internal void CopyLogits(int rows, Span<float> logits)
    {
        int outputs = Shape.Outputs;
        for (int row = 0; row < rows; row++)
        {
            for (int first = 0; first < outputs; first += MlpKernels.Panel)
            {
                int count = Math.Min(MlpKernels.Panel, outputs - first);
                new ReadOnlySpan<float>(Logits + MlpShape.Panelled(row, first, rows, outputs), count).CopyTo(logits.Slice(row * outputs + first, count));
            }
        }
    }

    private void ForwardFirst(MlpKernels kernels, float* weights, float* x, int rows)
    {
        float* bias = weights + Shape.BiasOffset(0);
        weights += Shape.WeightOffset(0);
        int inputs = Shape.Inputs, units = KernelWidths.Pad(Shape.FanOut(0));
        for (int column = 0; column < units; column += MlpKernels.Panel)
        {
            int width = Math.Min(MlpKernels.Panel, units - column);
            float* to = Activation(0) + column * rows;
            float* from = weights + column * inputs;
            for (int p = 0; p < inputs; p += MlpKernels.Panel)
            {
                int depth = Math.Min(MlpKernels.Panel, inputs - p);
                float* start = p == 0 ? bias + column : to;
                kernels.Accumulate(x + p, inputs, 1, rows, depth, from + p * width, start, p == 0 ? 0 : width, to, width, relu: p + depth == inputs);
            }
        }
    }

    private void ForwardHidden(MlpKernels kernels, float* weights, int layer, int rows)
    {
        float* bias = weights + Shape.BiasOffset(layer);
        Product(kernels, Activation(layer - 1), rows, Shape.FanIn(layer), weights + Shape.WeightOffset(layer), Shape.FanOut(layer), bias, 1, Activation(layer), relu: true);
    }

    /// <summary>Panelled product c = start + a·b, a rows × depth, b depth × columns.</summary>
    /// <param name="kernels">What computes it.</param>
    /// <param name="a">Panelled.</param>
    /// <param name="rows">Rows of a and c.</param>
    /// <param name="depth">Columns of a, rows of b.</param>
    /// <param name="b">Panelled.</param>
    /// <param name="columns">Columns of b and c, without padding.</param>
    /// <param name="start">A row that every row of c starts from.</param>
    /// <param name="startColumn">1, or 0 if one panel's start serves all panels.</param>
    /// <param name="c">Panelled.</param>
    /// <param name="relu">Whether negative results become 0.</param>
    internal static void Product(MlpKernels kernels, float* a, int rows, int depth, float* b, int columns, float* start, int startColumn, float* c, bool relu)
    {
        int padded = KernelWidths.Pad(columns), paddedDepth = KernelWidths.Pad(depth);
        for (int column = 0; column < padded; column += MlpKernels.Panel)
        {
            int width = Math.Min(MlpKernels.Panel, padded - column);
            float* to = c + column * rows;
            for (int p = 0; p < depth; p += MlpKernels.Panel)
            {
                int aWidth = Math.Min(MlpKernels.Panel, paddedDepth - p), terms = Math.Min(MlpKernels.Panel, depth - p);
                float* from = p == 0 ? start + column * startColumn : to;
                kernels.Accumulate(a + p * rows, aWidth, 1, rows, terms, b + column * depth + p * width, from, p == 0 ? 0 : width, to, width, relu && p + terms == depth);
            }
        }
    }

    private void PadInputs(float* x, int rows)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int first = 0; first < Shape.Inputs; first += MlpKernels.Panel)
            {
                int count = Math.Min(MlpKernels.Panel, Shape.Inputs - first);
                float* to = _padded.Pointer + MlpShape.Panelled(row, first, rows, Shape.Inputs);
                new ReadOnlySpan<float>(x + row * Shape.Inputs + first, count).CopyTo(new Span<float>(to, count));
                // A run of another number of rows has left other numbers in the padding.
                new Span<float>(to + count, KernelWidths.Pad(count) - count).Clear();
            }
        }
    }
}
