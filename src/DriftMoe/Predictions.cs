using StreamMoe.DriftMoe.Lifecycle;

namespace StreamMoe.DriftMoe;

/// <summary>What a learner says about the rows of one block. Owned by the caller and reused.</summary>
public sealed class Predictions
{
    private readonly int[] _classes;
    private readonly int[] _experts;
    private readonly float[] _gates;
    private readonly double[] _contexts;

    /// <summary>Makes room for the predictions of a block.</summary>
    /// <param name="capacity">Largest number of rows, ≥ 1.</param>
    /// <param name="contextLength">The learner's <see cref="ILearner.ContextLength"/> when labels may come late; 0 (the default) when they may not.</param>
    public Predictions(int capacity, int contextLength = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        Capacity = capacity;
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

    /// <value>What happened to the learner's pool during the block, in order; cleared by the next one.</value>
    public List<PoolEvent> Events { get; } = [];
}
