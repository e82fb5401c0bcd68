using StreamMoe.Experts.Neural.Kernels;
using StreamMoe.Experts.Vectors;

namespace StreamMoe.Experts.Neural;

/// <summary>Where the parameters of a net lie in its buffers.</summary>
/// <remarks>
/// Weights are panelled matrices (see <see cref="MlpKernels"/>): a hidden layer's has a row an input and a column a unit, so
/// that a row of activations times it runs over units side by side; the output layer's has a row an <em>output</em>, so that
/// outputs come and go without the others moving, and few outputs do not pay for sixteen.
/// </remarks>
internal sealed class MlpShape
{
    private readonly int[] _widths;
    private readonly int[] _weights;
    private readonly int[] _biases;

    public MlpShape(MlpOptions options, int outputs)
    {
        _widths = [options.Inputs, .. options.Hidden, outputs];
        _weights = new int[_widths.Length - 1];
        _biases = new int[_widths.Length - 1];
        for (int layer = 0; layer < _weights.Length; layer++)
        {
            _weights[layer] = Size;
            int matrix = layer < Hidden ? FanIn(layer) * KernelWidths.Pad(FanOut(layer)) : outputs * KernelWidths.Pad(FanIn(layer));
            _biases[layer] = checked(Size + matrix);
            Size = checked(_biases[layer] + KernelWidths.Pad(FanOut(layer)));
        }
    }

    /// <summary>Number of hidden layers, and index of the output layer.</summary>
    public int Hidden => _widths.Length - 2;

    public int Inputs => _widths[0];

    public int Outputs => _widths[^1];

    /// <summary>Floats of a buffer that holds one number a parameter, padding included; a multiple of 16.</summary>
    public int Size { get; }

    /// <summary>Number of parameters without padding.</summary>
    public int ParameterCount
    {
        get
        {
            int count = 0;
            for (int layer = 0; layer <= Hidden; layer++) count += (FanIn(layer) + 1) * FanOut(layer);
            return count;
        }
    }

    public int FanIn(int layer) => _widths[layer];

    public int FanOut(int layer) => _widths[layer + 1];

    public int WeightOffset(int layer) => _weights[layer];

    public int BiasOffset(int layer) => _biases[layer];

    /// <summary>Index of the weight from an input of a layer to one of its units.</summary>
    public int WeightIndex(int layer, int unit, int input) => WeightOffset(layer) + (layer < Hidden
        ? Panelled(input, unit, FanIn(layer), FanOut(layer))
        : Panelled(unit, input, Outputs, FanIn(layer)));

    /// <summary>Index of an element of a panelled matrix.</summary>
    public static int Panelled(int row, int column, int rows, int columns)
    {
        int panel = column / MlpKernels.Panel * MlpKernels.Panel;
        return panel * rows + row * Math.Min(MlpKernels.Panel, KernelWidths.Pad(columns) - panel) + column - panel;
    }
}
