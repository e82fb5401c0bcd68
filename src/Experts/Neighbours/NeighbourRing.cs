using System.Numerics;
using StreamMoe.Experts.Neural;
using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Neighbours;

/// <summary>The last rows of a stream, and those of them that are nearest to a given one.</summary>
/// <remarks>
/// All distances are computed first. The selection then looks at hardly more rows than it selects: the k-th greatest of the
/// closest rows of 16 disjoint parts of the window is a bound that at least k rows reach and about k + k²/16 do. What does not
/// reach it is passed over 64 rows at a time, so the result is exact and no sorted list is kept while scanning.
/// </remarks>
internal sealed unsafe class NeighbourRing
{
    /// <summary>Most neighbours that can be asked for: the number of parts of which the closest rows are known.</summary>
    public const int MostNeighbours = NeighbourKernels.Lanes;

    private const int Group = NeighbourKernels.Group;
    private readonly NeighbourKernels _kernels;
    private readonly int _attributes, _window, _groups;
    private readonly AlignedBuffer _rows, _closeness, _query, _greatest = new(NeighbourKernels.Lanes);
    private readonly int[] _labels;
    private readonly float[] _weights;
    private int _newest = -1;

    public NeighbourRing(int attributes, int window, NeighbourKernels kernels)
    {
        (_attributes, _window, _kernels) = (attributes, window, kernels);
        _groups = (window + Group - 1) / Group;
        _rows = new AlignedBuffer(checked(_groups * Group * attributes));
        _closeness = new AlignedBuffer(_groups * Group);
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
        _kernels.Measure(_rows.Pointer, _groups, _query.Pointer, _attributes, _closeness.Pointer);
    }

    /// <summary>Finds the nearest rows, nearest first; of equally distant ones the newer is the nearer.</summary>
    /// <param name="window">Newest rows to look at, in [1, the ring's window].</param>
    /// <param name="neighbours">Receives the nearest ones; at most <see cref="MostNeighbours"/> long.</param>
    /// <returns>Rows found: the length asked for, less only while fewer are remembered.</returns>
    public int FindNearest(int window, Span<Neighbour> neighbours)
    {
        if (Count == 0) return 0;
        NearestList list = new(stackalloc float[MostNeighbours], stackalloc int[MostNeighbours], neighbours.Length, Bound(window, neighbours.Length));
        int head = _newest / Group, lane = _newest % Group;
        for (int i = 0, oldest = lane - window + 1; i <= _groups && oldest < Group; i++, oldest += Group)
        {
            int group = head - i < 0 ? head - i + _groups : head - i;
            ulong inside = oldest <= 0 ? ulong.MaxValue : ulong.MaxValue << oldest;
            if (i == 0) inside &= ulong.MaxValue >> (Group - 1 - lane);
            if (i == _groups) inside &= ~(ulong.MaxValue >> (Group - 1 - lane));
            float* closeness = _closeness.Pointer + group * Group;
            ulong near = LaneMask.Above(closeness, list.Threshold) & inside;
            while (near != 0)
            {
                int row = BitOperations.Log2(near);
                near ^= 1UL << row;
                if (closeness[row] > list.Threshold) list.Insert(closeness[row], group * Group + row);
            }
        }
        for (int i = 0; i < list.Count; i++)
        {
            int slot = list.Slots[i];
            neighbours[i] = new Neighbour(-list.Closeness[i], _labels[slot], _weights[slot]);
        }
        return list.Count;
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
            Add(row, label, reader.ReadSingle());
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

    // Something just below the k-th greatest closeness within the window, or below that of a part of it.
    private float Bound(int window, int count)
    {
        float* greatest = _greatest.Pointer;
        _greatest.Span.Fill(float.NegativeInfinity);
        if (window == _window)
        {
            _kernels.Greatest(_closeness.Pointer, _groups, greatest);
        }
        else
        {
            int head = _newest / Group, whole = Math.Min((window - 1 - _newest % Group) / Group, _groups - 1);
            int before = Math.Min(whole, head), wrapped = whole - before;
            _kernels.Greatest(_closeness.Pointer + (head - before) * Group, before, greatest);
            if (wrapped > 0) _kernels.Greatest(_closeness.Pointer + (_groups - wrapped) * Group, wrapped, greatest);
        }
        return MathF.BitDecrement(LaneMask.KthGreatest(greatest, count));
    }
}
