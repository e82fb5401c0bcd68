namespace StreamMoe.Streams;

/// <summary>A block of instances in order: features row by row, and one class index a row.</summary>
/// <remarks>Owned by one thread at a time and reused; filling it allocates nothing.</remarks>
public sealed class InstanceBlock
{
    /// <summary>The class index that stands for "no label": −1.</summary>
    public const int NoLabel = -1;

    private readonly double[] _features;
    private readonly int[] _labels;
    private readonly bool[] _late;
    private readonly double[] _contexts;

    /// <summary>Makes an empty block.</summary>
    /// <param name="attributeCount">Features of a row, ≥ 0.</param>
    /// <param name="capacity">Largest number of rows, ≥ 1.</param>
    /// <param name="contextLength">Numbers that come back with a late label, ≥ 0. The default is 0.</param>
    public InstanceBlock(int attributeCount, int capacity, int contextLength = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(attributeCount);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        AttributeCount = attributeCount;
        Capacity = capacity;
        _features = new double[(long)attributeCount * capacity];
        _labels = new int[capacity];
        _late = new bool[capacity];
        ContextLength = contextLength;
        _contexts = new double[(long)contextLength * capacity];
    }

    /// <value>Features of a row.</value>
    public int AttributeCount { get; }

    /// <value>Numbers that come back with a late label.</value>
    public int ContextLength { get; }

    /// <value>Largest number of rows.</value>
    public int Capacity { get; }

    /// <value>Number of rows, in [0, <see cref="Capacity"/>].</value>
    public int Count { get; private set; }

    /// <value>True when no further row fits.</value>
    public bool IsFull => Count == Capacity;

    /// <value>Class index of every row, <see cref="NoLabel"/> where there is none; length <see cref="Count"/>.</value>
    public ReadOnlySpan<int> Labels => _labels.AsSpan(0, Count);

    /// <value>Features of all rows, row-major; length <see cref="Count"/> × <see cref="AttributeCount"/>. NaN = missing.</value>
    public ReadOnlySpan<double> Features => _features.AsSpan(0, Count * AttributeCount);

    /// <summary>Features of one row; NaN = missing.</summary>
    public ReadOnlySpan<double> Row(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count, nameof(row));
        return _features.AsSpan(row * AttributeCount, AttributeCount);
    }

    /// <summary>Adds a row.</summary>
    /// <param name="features">Length <see cref="AttributeCount"/>; NaN = missing.</param>
    /// <param name="label">Class index, or <see cref="NoLabel"/>.</param>
    /// <exception cref="InvalidOperationException">The block is full.</exception>
    public void Add(ReadOnlySpan<double> features, int label)
    {
        features.CopyTo(BeginRow());
        EndRow(label);
    }

    /// <summary>The features of the row after the last one, to be written in place and then kept by <see cref="EndRow"/>.</summary>
    /// <exception cref="InvalidOperationException">The block is full.</exception>
    public Span<double> BeginRow()
    {
        if (IsFull) throw new InvalidOperationException($"The block is full: it holds {Capacity} rows.");
        return _features.AsSpan(Count * AttributeCount, AttributeCount);
    }

    /// <summary>Keeps the row that <see cref="BeginRow"/> gave.</summary>
    public void EndRow(int label)
    {
        _late[Count] = false;
        _labels[Count++] = label;
    }

    /// <summary>Adds the late label of an event that has been predicted before.</summary>
    /// <param name="features">The event's features.</param>
    /// <param name="label">Class index.</param>
    /// <param name="context">What the learner kept of the event; length <see cref="ContextLength"/>.</param>
    /// <exception cref="InvalidOperationException">The block is full.</exception>
    public void AddLate(ReadOnlySpan<double> features, int label, ReadOnlySpan<double> context)
    {
        context.CopyTo(_contexts.AsSpan(Count * ContextLength, ContextLength));
        Add(features, label);
        _late[Count - 1] = true;
    }

    /// <summary>True when a row is the late label of an event that has been predicted before.</summary>
    public bool IsLate(int row) => _late[row];

    /// <summary>What the learner kept of a late row's event.</summary>
    public ReadOnlySpan<double> Context(int row) => _contexts.AsSpan(row * ContextLength, ContextLength);

    /// <summary>Removes all rows.</summary>
    public void Clear() => Count = 0;
}
