namespace StreamMoe.DriftMoe;

/// <summary>What a learner says about the rows of one block. Owned by the caller and reused.</summary>
public sealed class Predictions
{
    private readonly int[] _classes;
    private readonly int[] _experts;
    private readonly float[] _gates;
    private readonly double[] _contexts;
    private readonly bool _probable;
    private float[] _probabilities = [];

    /// <summary>Makes room for the predictions of a block.</summary>
    /// <param name="capacity">Largest number of rows, ≥ 1.</param>
    /// <param name="contextLength">The learner's <see cref="ILearner.ContextLength"/> when labels may come late; 0 (the default) when they may not.</param>
    /// <param name="probabilities">True to be told a probability a class and row; false (the default) when the class is enough.</param>
    public Predictions(int capacity, int contextLength = 0, bool probabilities = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        (Capacity, _probable) = (capacity, probabilities);
        _classes = new int[capacity];
        _experts = new int[capacity];
        _gates = new float[capacity];
        ContextLength = contextLength;
        _contexts = new double[(long)capacity * contextLength];
    }

    /// <value>Largest number of rows.</value>
    public int Capacity { get; }

    /// <value>Predicted class index of each row; entries behind the block's count mean nothing.</value>
    public Span<int> Classes => _classes;

    /// <value>Id of the expert with the largest gate, for each row.</value>
    public Span<int> Experts => _experts;

    /// <value>Gate of that expert, in (0, 1], for each row.</value>
    public Span<float> Gates => _gates;

    /// <value>Numbers kept of each row for its late label.</value>
    public int ContextLength { get; }

    /// <value>What the learner wants back with a row's late label, row-major: capacity × <see cref="ContextLength"/>.</value>
    public Span<double> Contexts => _contexts;

    /// <value>Number of classes that <see cref="Probabilities"/> tells of: those known when the block began; 0 when nobody asked.</value>
    public int ProbabilityCount { get; private set; }

    /// <summary>Probability of each class for one row, in [0, 1] and class order; length <see cref="ProbabilityCount"/>. The sum is 1, or 0 when the learner
    /// knows nothing yet.</summary>
    public ReadOnlySpan<float> Probabilities(int row) => _probabilities.AsSpan(row * ProbabilityCount, ProbabilityCount);

    /// <summary>Makes ready for the next block; learners call it first.</summary>
    /// <param name="classes">Number of classes known now.</param>
    internal void Begin(int classes)
    {
        Events.Clear();
        if (!_probable) return;
        ProbabilityCount = classes;
        if (_probabilities.Length < (long)Capacity * classes) _probabilities = new float[(long)Capacity * classes];
    }

    /// <summary>Makes probabilities of one row's votes: their shares, or zeros when the votes say nothing. Different rows may be set at once.</summary>
    /// <param name="row">The row.</param>
    /// <param name="votes">A vote a class, ≥ 0; classes behind its end get 0, votes behind the last class are dropped.</param>
    internal void SetVotes(int row, ReadOnlySpan<double> votes)
    {
        SharesOf(votes, _probabilities.AsSpan(row * ProbabilityCount, ProbabilityCount));
    }

    /// <summary>Makes probabilities of votes: their shares, or zeros when the votes say nothing.</summary>
    /// <param name="votes">A vote a class, ≥ 0.</param>
    /// <param name="shares">Receives them; classes after the votes' end get 0, votes after the last class are dropped.</param>
    internal static void SharesOf(ReadOnlySpan<double> votes, Span<float> shares)
    {
        if (shares.IsEmpty) return;
        votes = votes[..Math.Min(votes.Length, shares.Length)];
        double sum = 0;
        foreach (double vote in votes) sum += vote;
        shares.Clear();
        if (!(sum > 0) || !double.IsFinite(sum)) return;
        for (int c = 0; c < votes.Length; c++) shares[c] = (float)(votes[c] / sum);
    }

    /// <summary>Takes over one row's probabilities; classes behind their end get 0. What rounding puts above 1 becomes 1.</summary>
    internal void SetProbabilities(int row, ReadOnlySpan<float> probabilities)
        => CopyTo(probabilities, _probabilities.AsSpan(row * ProbabilityCount, ProbabilityCount));

    /// <summary>Copies as many probabilities as there is room for; classes after their end get 0, and what rounding puts above 1 becomes 1.</summary>
    internal static void CopyTo(ReadOnlySpan<float> probabilities, Span<float> target)
    {
        target.Clear();
        int shared = Math.Min(probabilities.Length, target.Length);
        for (int c = 0; c < shared; c++) target[c] = MathF.Min(probabilities[c], 1);
    }

    /// <value>What happened to the learner's pool during the block, in order; cleared by the next one.</value>
    public List<PoolEvent> Events { get; } = [];
}
