namespace StreamMoe.DriftMoe.Pool;

/// <summary>What the experts of a pool say about the rows of a block: probabilities, their logarithms, and the class with the largest one.</summary>
/// <remarks>Filled slot by slot, each slot its own experts; read row by row. Row r, expert e, class c stands at (r·E + e)·C + c.</remarks>
internal sealed class Opinions
{
    /// <summary>Least logarithm of a probability: −12.</summary>
    public const float Floor = -12;

    private float[] _probabilities = [], _logs = [];
    private int[] _classes = [];

    public int ExpertCount { get; private set; }

    public int ClassCount { get; private set; }

    /// <summary>Makes room for a block.</summary>
    public void Fit(int rows, int experts, int classes)
    {
        (ExpertCount, ClassCount) = (experts, classes);
        int size = rows * experts * classes;
        if (_probabilities.Length < size) (_probabilities, _logs) = (new float[size], new float[size]);
        if (_classes.Length < rows * experts) _classes = new int[rows * experts];
    }

    /// <summary>Probabilities of one row: experts × classes.</summary>
    public ReadOnlySpan<float> Probabilities(int row) => _probabilities.AsSpan(row * ExpertCount * ClassCount, ExpertCount * ClassCount);

    /// <summary>Logarithms of the probabilities of one row, at least <see cref="Floor"/>: experts × classes.</summary>
    public ReadOnlySpan<float> Logs(int row) => _logs.AsSpan(row * ExpertCount * ClassCount, ExpertCount * ClassCount);

    /// <summary>Predicted class of each expert for one row.</summary>
    public ReadOnlySpan<int> Classes(int row) => _classes.AsSpan(row * ExpertCount, ExpertCount);

    /// <summary>Keeps one expert's votes for one row, as probabilities. Votes without a positive finite sum become equal probabilities.</summary>
    public void Put(int row, int expert, ReadOnlySpan<double> votes)
    {
        int at = (row * ExpertCount + expert) * ClassCount;
        Span<float> probabilities = _probabilities.AsSpan(at, ClassCount), logs = _logs.AsSpan(at, ClassCount);
        double sum = 0;
        foreach (double vote in votes) sum += vote;
        bool usable = sum > 0 && double.IsFinite(sum);
        float even = 1f / ClassCount;
        int best = 0;
        for (int c = 0; c < probabilities.Length; c++)
        {
            float p = usable ? (float)(votes[c] / sum) : even;
            probabilities[c] = p;
            logs[c] = MathF.Max(MathF.Log(p), Floor);
            if (p > probabilities[best]) best = c;
        }
        _classes[row * ExpertCount + expert] = best;
    }

    /// <summary>Marks that an expert has no opinion on a row: zeros, which neither the gate nor the stacker sees.</summary>
    public void PutNothing(int row, int expert)
    {
        int at = (row * ExpertCount + expert) * ClassCount;
        _probabilities.AsSpan(at, ClassCount).Clear();
        _logs.AsSpan(at, ClassCount).Clear();
        _classes[row * ExpertCount + expert] = 0;
    }
}
