using StreamMoe.Experts.Neural.Kernels;
using StreamMoe.Experts.Randomness;

namespace StreamMoe.Experts.Neural;

/// <summary>Which hidden units are dropped: a pure function of a seed, a row's number, the layer and the unit.</summary>
/// <param name="Probability">Probability that a unit is dropped, in [0, 1); 0 = no dropout.</param>
/// <param name="Layers">Number of hidden layers, from the inputs on, that drop units.</param>
/// <param name="Seed">Seed of the masks.</param>
/// <param name="FirstRow">Number of the first row of a batch; row r takes the mask of number FirstRow + r.</param>
internal readonly unsafe record struct DropoutMask(double Probability, int Layers, ulong Seed, ulong FirstRow)
{
    private const ulong TrainingDomain = 1, PredictionDomain = 2;

    public static DropoutMask None => default;

    /// <summary>What the activations of a layer's kept units are multiplied by, so that their expectation stays.</summary>
    public float ScaleOf(int layer) => layer < Layers ? (float)(1 / (1 - Probability)) : 1;

    public static DropoutMask ForTraining(MlpOptions options, ulong seed, long firstRow) =>
        new(options.Dropout, options.DropoutLayers, CounterRandom.At(seed, TrainingDomain), (ulong)firstRow);

    public static DropoutMask ForPrediction(MlpOptions options, ulong seed, long firstRow) =>
        new(options.Dropout, options.DropoutLayers, CounterRandom.At(seed, PredictionDomain), (ulong)firstRow);

    public DropoutMask Skip(int rows) => this with { FirstRow = unchecked(FirstRow + (ulong)rows) };

    /// <summary>Drops units of a panelled rows × width matrix of activations and scales the others.</summary>
    public void Apply(float* activations, int rows, int width, int layer)
    {
        if (Probability == 0 || layer >= Layers) return;
        float scale = ScaleOf(layer);
        uint threshold = Threshold;
        for (int row = 0; row < rows; row++)
        {
            ulong key = Key(layer, row);
            for (int first = 0; first < width; first += MlpKernels.Panel)
            {
                float* at = activations + MlpShape.Panelled(row, first, rows, width);
                int units = Math.Min(MlpKernels.Panel, width - first);
                for (int unit = 0; unit < units; unit++)
                    at[unit] = Bits(key, first + unit) < threshold ? 0 : at[unit] * scale;
            }
        }
    }

    /// <summary>What <see cref="Apply"/> multiplies by, as a plain rows × width matrix: 0 for dropped units, the scale for the others.</summary>
    public void Fill(Span<float> factors, int rows, int width, int layer)
    {
        float scale = ScaleOf(layer);
        uint threshold = Threshold;
        for (int row = 0; row < rows; row++)
        {
            ulong key = Key(layer, row);
            for (int unit = 0; unit < width; unit++) factors[row * width + unit] = Bits(key, unit) < threshold ? 0 : scale;
        }
    }

    private uint Threshold => (uint)(Probability * (1UL << 32));

    private ulong Key(int layer, int row) => CounterRandom.At(CounterRandom.At(Seed, (ulong)layer), unchecked(FirstRow + (ulong)row));

    // Two units share a draw.
    private static uint Bits(ulong key, int unit)
    {
        ulong pair = CounterRandom.At(key, (ulong)unit / 2);
        return unit % 2 == 0 ? (uint)pair : (uint)(pair >> 32);
    }
}
