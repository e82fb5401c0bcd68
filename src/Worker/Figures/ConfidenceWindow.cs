namespace StreamMoe.Worker.Figures;

/// <summary>How sure the last predictions were, and how far that agrees with how often they were right.</summary>
/// <remarks>
/// The calibration error is Σ over bins of |right − confidence| / results, where both are sums over the bin (expected calibration error with bins
/// of equal width: Guo, Pleiss, Sun, Weinberger 2017). Sums are of whole millionths, so that what is added is taken away exactly. O(1) a prediction,
/// 12 bytes a place. One thread. Not part of a partition's state: it begins anew with the worker.
/// </remarks>
/// <param name="size">Predictions, and results, that are remembered, ≥ 1.</param>
internal sealed class ConfidenceWindow(int size)
{
    /// <summary>Bins: 10.</summary>
    public const int Bins = 10;

    private const int Whole = 1_000_000;

    private readonly int[] _predicted = new int[size], _scored = new int[size];
    private readonly bool[] _right = new bool[size];
    private readonly long[] _sums = new long[Bins], _rights = new long[Bins];
    private int _predictions, _results, _nextPrediction, _nextResult;
    private long _sum;

    /// <value>Mean confidence of the last predictions, in [0, 1]; NaN before the first.</value>
    public double Confidence => _predictions == 0 ? double.NaN : _sum / (double)Whole / _predictions;

    /// <value>Expected calibration error of the last results, in [0, 1]; NaN before the first.</value>
    public double CalibrationError
    {
        get
        {
            long error = 0;
            for (int b = 0; b < Bins; b++) error += Math.Abs(_rights[b] * Whole - _sums[b]);
            return _results == 0 ? double.NaN : error / (double)Whole / _results;
        }
    }

    /// <summary>Takes in a prediction.</summary>
    /// <param name="confidence">Probability of the predicted class, in [0, 1].</param>
    public void AddPrediction(float confidence)
    {
        int millionths = MillionthsOf(confidence);
        if (_predictions < size) _predictions++;
        _sum += millionths - _predicted[_nextPrediction];
        _predicted[_nextPrediction] = millionths;
        if (++_nextPrediction == size) _nextPrediction = 0;
    }

    /// <summary>Takes in whether a prediction was right; NaN is passed over.</summary>
    public void AddResult(float confidence, bool right)
    {
        if (float.IsNaN(confidence)) return;
        ref int place = ref _scored[_nextResult];
        ref bool was = ref _right[_nextResult];
        if (_results < size) _results++;
        else
        {
            _sums[BinOf(place)] -= place;
            if (was) _rights[BinOf(place)]--;
        }
        (place, was) = (MillionthsOf(confidence), right);
        _sums[BinOf(place)] += place;
        if (right) _rights[BinOf(place)]++;
        if (++_nextResult == size) _nextResult = 0;
    }

    private static int MillionthsOf(float confidence) => (int)(Math.Clamp(confidence, 0f, 1f) * (double)Whole + 0.5);

    private static int BinOf(int millionths) => Math.Min(Bins - 1, millionths / (Whole / Bins));
}
