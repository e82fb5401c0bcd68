using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Numerics;

/// <summary>The running share of each class among the labels, at rate 1 / min(t, horizon); all equal at first.</summary>
/// <remarks>O(classes) a label; 8 bytes a class. One thread at a time.</remarks>
internal sealed class ClassShares
{
    /// <summary>Least share that is reported: 1e-5, for what divides by it.</summary>
    public const double Least = 1e-5;

    private readonly double _horizon;
    private double[] _shares;
    private double _labels;

    /// <param name="classes">Number of classes, ≥ 1.</param>
    /// <param name="horizon">Labels after which the rate stops falling, ≥ 1. The default is 10,000.</param>
    public ClassShares(int classes, double horizon = 10_000)
    {
        _shares = [.. Enumerable.Repeat(1.0 / classes, classes)];
        (_horizon, _labels) = (horizon, classes);
    }

    /// <value>The shares in class order, in [0, 1]; they sum to 1.</value>
    public ReadOnlySpan<double> Values => _shares;

    /// <summary>Share of one class, in [<see cref="Least"/>, 1]; <see cref="Least"/> for one that has not come.</summary>
    public double this[int index] => index < _shares.Length ? Math.Max(_shares[index], Least) : Least;

    /// <summary>Adds classes, each as if it had come once.</summary>
    public void GrowTo(int classes)
    {
        int before = _shares.Length;
        if (classes <= before) return;
        Array.Resize(ref _shares, classes);
        double keep = _labels / (_labels + classes - before), each = 1 / (_labels + classes - before);
        for (int c = 0; c < classes; c++) _shares[c] = c < before ? _shares[c] * keep : each;
        _labels = Math.Min(_labels + classes - before, _horizon);
    }

    /// <summary>Takes a label in; a class that is not known is left out.</summary>
    public void Learn(int label)
    {
        if (label >= _shares.Length) return;
        _labels = Math.Min(_labels + 1, _horizon);
        for (int c = 0; c < _shares.Length; c++) _shares[c] += ((c == label ? 1 : 0) - _shares[c]) / _labels;
    }

    /// <summary>Writes counts and shares.</summary>
    public void Save(StateWriter writer)
    {
        writer.Write(_labels);
        writer.Write(_shares);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="StateFormatException">The bytes are not such a state.</exception>
    public void Load(StateReader reader)
    {
        double labels = reader.ReadDouble();
        double[] shares = reader.ReadArray<double>();
        if (!(labels >= 1) || labels > Math.Max(_horizon, shares.Length) || shares.Length == 0)
            throw new StateFormatException($"The shares of the classes are {shares.Length}, of {labels} labels; must be of at least one class and label.");
        (_labels, _shares) = (labels, shares);
    }
}
