using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Views;

/// <summary>The running share of each class among the labels, at rate 1 / min(t, horizon); all equal at first.</summary>
internal sealed class ClassShares
{
    private readonly double[] _shares;
    private readonly double _horizon;
    private double _labels;

    /// <param name="classes">Number of classes, ≥ 2.</param>
    /// <param name="horizon">Labels after which the rate stops falling, ≥ 1.</param>
    public ClassShares(int classes, double horizon)
    {
        _shares = [.. Enumerable.Repeat(1.0 / classes, classes)];
        (_horizon, _labels) = (horizon, classes);
    }

    /// <value>The shares in class order; they sum to 1.</value>
    public ReadOnlySpan<double> Values => _shares;

    /// <summary>Takes a label in; a class that was unknown when this was made is left out.</summary>
    public void Learn(int label)
    {
        if (label >= _shares.Length) return;
        _labels = Math.Min(_labels + 1, _horizon);
        for (int c = 0; c < _shares.Length; c++) _shares[c] += ((c == label ? 1 : 0) - _shares[c]) / _labels;
    }

    public void Save(StateWriter writer)
    {
        writer.Write(_labels);
        writer.Write(_shares);
    }

    public void Load(StateReader reader)
    {
        _labels = reader.ReadDouble();
        reader.ReadInto(_shares.AsSpan(), "the shares of the classes");
    }
}
