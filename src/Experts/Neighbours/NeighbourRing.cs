using StreamMoe.Experts.State;
using StreamMoe.Experts.Vectors;

namespace StreamMoe.Experts.Neighbours;

/// <summary>The last rows of a stream, and those of them that are nearest to a given one.</summary>
/// <remarks>Rows lie in slots, 64 a group, and a new row takes the slot of the oldest one. All distances are computed, then the nearest rows are selected.</remarks>
internal sealed unsafe partial class NeighbourRing
{
    /// <summary>Most neighbours that can be asked for: the number of parts of which the closest rows are known.</summary>
    public const int MostNeighbours = NeighbourKernels.Lanes;

    private const int Group = NeighbourKernels.Group;
    private readonly NeighbourKernels _kernels;
    private readonly int _attributes, _window, _groups;
    private readonly AlignedBuffer _rows, _closeness, _greatest, _query;
    private readonly int[] _labels;
    private readonly float[] _weights;
    private int _newest = -1;

    public NeighbourRing(int attributes, int window, NeighbourKernels kernels)
    {
        (_attributes, _window, _kernels) = (attributes, window, kernels);
        _groups = (window + Group - 1) / Group;
        _rows = new AlignedBuffer(checked(_groups * Group * attributes));
        _closeness = new AlignedBuffer(_groups * Group);
        _greatest = new AlignedBuffer(_groups * NeighbourKernels.Lanes);
        _query = new AlignedBuffer(attributes);
        _labels = new int[_groups * Group];
        _weights = new float[_groups * Group];
        Clear();
    }

    /// <summary>Rows remembered, at most the window.</summary>
    public int Count { get; private set; }

    private int Slots => _groups * Group;

    /// <summary>Remembers a row, and forgets the oldest one if the window is full.</summary>
    public void Add(ReadOnlySpan<float> row, int label, float weight)
    {
        _newest = _newest + 1 == Slots ? 0 : _newest + 1;
        if (Count < _window) Count++;
        else Forget(SlotOf(_window));
        float* to = Row(_newest);
        for (int a = 0; a < row.Length; a++) to[a * Group] = row[a];
        _labels[_newest] = label;
        _weights[_newest] = weight;
    }

    /// <summary>Computes the distances from a row to all that are remembered, for <see cref="FindNearest"/>.</summary>
    public void Measure(ReadOnlySpan<float> row)
    {
        row.CopyTo(_query.Span);
        _kernels.Measure(_rows.Pointer, _groups, _query.Pointer, _attributes, _closeness.Pointer, _greatest.Pointer);
    }

    /// <summary>Writes the rows, the oldest first.</summary>
    public void Save(StateWriter writer)
    {
        writer.Write(Count);
        float[] row = new float[_attributes];
        for (int age = Count - 1; age >= 0; age--)
        {
            int slot = SlotOf(age);
            for (int a = 0; a < _attributes; a++) row[a] = Row(slot)[a * Group];
            writer.Write(row);
            writer.Write(_labels[slot]);
            writer.Write(_weights[slot]);
        }
    }

    /// <summary>Replaces the rows by those that <see cref="Save"/> wrote.</summary>
    public void Load(StateReader reader, int classes)
    {
        Clear();
        int count = reader.ReadInt32(0, _window, "number of rows in a neighbour window");
        float[] row = new float[_attributes];
        for (int i = 0; i < count; i++)
        {
            reader.ReadInto<float>(row, "a row of a neighbour window");
            int label = reader.ReadInt32(0, classes - 1, "label of a row in a neighbour window");
            float weight = reader.ReadSingle();
            if (!(weight > 0)) throw new StateFormatException($"A row of a neighbour window has weight {weight}; must be above 0.");
            Add(row, label, weight);
        }
    }

    private float* Row(int slot) => _rows.Pointer + slot / Group * Group * _attributes + slot % Group;

    private int SlotOf(int age) => _newest - age < 0 ? _newest - age + Slots : _newest - age;

    // An infinite attribute puts a row that is not remembered infinitely far away.
    private void Forget(int slot) => *Row(slot) = float.PositiveInfinity;

    private void Clear()
    {
        for (int slot = 0; slot < Slots; slot++) Forget(slot);
        Count = 0;
        _newest = -1;
    }
}
