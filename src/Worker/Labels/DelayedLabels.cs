using StreamMoe.Experts.State;
using StreamMoe.Streams;

namespace StreamMoe.Worker.Labels;

/// <summary>Instances whose labels are not due yet, oldest first: the label of instance t is due when instance t + N has been predicted.</summary>
/// <remarks>Holds at most N + 1 instances of the given number of features in one ring.</remarks>
internal sealed class DelayedLabels
{
    private readonly int _attributeCount;
    private readonly double[] _features;
    private readonly double[] _contexts;
    private readonly int _contextLength;
    private readonly int[] _labels;
    private int _first;

    /// <param name="delay">N ≥ 1.</param>
    /// <param name="attributeCount">Features of an instance.</param>
    /// <param name="contextLength">Numbers that the learner wants back with a late label.</param>
    public DelayedLabels(int delay, int attributeCount, int contextLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(delay);
        Delay = delay;
        _attributeCount = attributeCount;
        _contextLength = contextLength;
        _labels = new int[delay + 1];
        _contexts = new double[(long)contextLength * _labels.Length];
        _features = new double[(long)attributeCount * _labels.Length];
    }

    public int Delay { get; }

    /// <summary>Instances held, in [0, N + 1].</summary>
    public int Count { get; private set; }

    /// <summary>True when the oldest instance's label is due.</summary>
    public bool IsDue => Count > Delay;

    /// <summary>Adds the instance that has just been put up for prediction.</summary>
    /// <returns>Its slot, for <see cref="SetContext"/>.</returns>
    public int Add(ReadOnlySpan<double> features, int label)
    {
        int slot = (_first + Count) % _labels.Length;
        features.CopyTo(_features.AsSpan(slot * _attributeCount, _attributeCount));
        _labels[slot] = label;
        Count++;
        return slot;
    }

    /// <summary>Keeps what the learner wants back of an instance, once it has been predicted and before its label is due.</summary>
    public void SetContext(int slot, ReadOnlySpan<double> context) => context.CopyTo(_contexts.AsSpan(slot * _contextLength, _contextLength));

    /// <summary>Moves the oldest instance with its label into a block; one without a label is dropped.</summary>
    public void TakeInto(InstanceBlock block)
    {
        if (_labels[_first] != InstanceBlock.NoLabel)
            block.AddLate(_features.AsSpan(_first * _attributeCount, _attributeCount), _labels[_first], _contexts.AsSpan(_first * _contextLength, _contextLength));
        _first = (_first + 1) % _labels.Length;
        Count--;
    }

    /// <summary>Writes what is held, oldest first.</summary>
    public void Save(StateWriter writer)
    {
        writer.Mark("delayed-labels");
        writer.Write(Count);
        for (int i = 0; i < Count; i++)
        {
            int slot = (_first + i) % _labels.Length;
            writer.Write(_labels[slot]);
            writer.Write<double>(_features.AsSpan(slot * _attributeCount, _attributeCount));
            writer.Write<double>(_contexts.AsSpan(slot * _contextLength, _contextLength));
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Load(StateReader reader)
    {
        reader.Mark("delayed-labels");
        int count = reader.ReadInt32(0, _labels.Length, "the number of delayed labels");
        (_first, Count) = (0, count);
        for (int i = 0; i < count; i++)
        {
            _labels[i] = reader.ReadInt32();
            reader.ReadInto(_features.AsSpan(i * _attributeCount, _attributeCount), "the features of a delayed instance");
            reader.ReadInto(_contexts.AsSpan(i * _contextLength, _contextLength), "the context of a delayed instance");
        }
    }
}
