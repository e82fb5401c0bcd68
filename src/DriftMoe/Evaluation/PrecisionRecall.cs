using System.Runtime.CompilerServices;
using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Evaluation;

/// <summary>The area under the precision-recall curve of two classes, from the probabilities that came with the predictions.</summary>
/// <remarks>
/// Average precision, Σ (R_k − R_{k−1})·P_k over falling probabilities, of the class that came less often (class 1 when both came equally often).
/// Probabilities are counted in bins of their odds p/(1 − p), 16 to a doubling, between 2⁻³² and 2³²; those of one bin count as equal, which moves
/// the area by some ten-thousandths. O(1) a result, 32 KiB in all, allocated with the first one.
/// Source: Davis and Goadrich 2006, The relationship between precision-recall and ROC curves.
/// </remarks>
internal sealed class PrecisionRecall
{
    private const int StepBits = 4, Octaves = 32, MantissaBits = 23, Bins = 2 * Octaves << StepBits;
    private const int First = (127 - Octaves) << StepBits;

    // Weight a bin, of class 0 and of class 1; null before the first result.
    private double[]? _weights;

    /// <summary>Adds a result.</summary>
    /// <param name="label">0 or 1.</param>
    /// <param name="probability">Of class 1, in [0, 1].</param>
    /// <param name="weight">Above 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int label, double probability, double weight)
    {
        _weights ??= new double[2 * Bins];
        _weights[2 * BinOf(probability) + label] += weight;
    }

    /// <summary>The area, in [0, 1]; null before both classes have come.</summary>
    public double? Area()
    {
        if (_weights is null) return null;
        double zeros = 0, ones = 0;
        for (int bin = 0; bin < Bins; bin++) (zeros, ones) = (zeros + _weights[2 * bin], ones + _weights[2 * bin + 1]);
        if (zeros == 0 || ones == 0) return null;
        int rare = zeros < ones ? 0 : 1;
        double found = 0, said = 0, area = 0;
        for (int i = 0; i < Bins; i++)
        {
            int bin = rare == 1 ? Bins - 1 - i : i;
            double hits = _weights[2 * bin + rare];
            said += hits + _weights[2 * bin + 1 - rare];
            found += hits;
            if (hits > 0) area += hits * (found / said);
        }
        return area / (rare == 1 ? ones : zeros);
    }

    public void Save(StateWriter writer) => writer.Write<double>(_weights ?? []);

    /// <exception cref="StateFormatException">The bytes are not such a state.</exception>
    public void Load(StateReader reader)
    {
        double[] weights = reader.ReadArray<double>();
        if (weights.Length != 0 && weights.Length != 2 * Bins)
            throw new StateFormatException($"The precision-recall curve has {weights.Length} sums; must have 0 or {2 * Bins}.");
        _weights = weights.Length == 0 ? null : weights;
    }

    // Exponent and leading bits of the mantissa are the bin: a logarithm without its cost.
    private static int BinOf(double probability)
    {
        float odds = (float)(probability / (1 - probability));
        return Math.Clamp((BitConverter.SingleToInt32Bits(odds) >> (MantissaBits - StepBits)) - First, 0, Bins - 1);
    }
}
