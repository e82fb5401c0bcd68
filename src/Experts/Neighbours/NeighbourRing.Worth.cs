using System.Numerics;

namespace StreamMoe.Experts.Neighbours;

internal sealed unsafe partial class NeighbourRing
{
    /// <summary>Tells the worth of attributes how far the nearest rows of the same label and of others are from the row measured last; nothing when either are missing.</summary>
    /// <param name="label">Label of the row that was measured.</param>
    /// <param name="worth">Receives the differences, hits before misses, the nearest first; of equally distant rows the newer is the nearer.</param>
    public void Judge(int label, AttributeWorth worth)
    {
        const int nearest = AttributeWorth.Nearest;
        NearestList hits = new(stackalloc float[nearest], stackalloc int[nearest], nearest, float.NegativeInfinity);
        NearestList misses = new(stackalloc float[nearest], stackalloc int[nearest], nearest, float.NegativeInfinity);
        int visits = Visits(_window);
        for (int visit = 0; visit < visits; visit++)
        {
            int group = GroupOf(visit);
            float least = MathF.Min(hits.Threshold, misses.Threshold);
            if (!LaneMask.AnyAbove(_greatest.Pointer + group * NeighbourKernels.Lanes, least)) continue;
            float* closeness = _closeness.Pointer + group * Group;
            for (ulong near = LaneMask.Above(closeness, least) & Inside(visit, _window); near != 0;)
            {
                int row = BitOperations.Log2(near), slot = group * Group + row;
                near ^= 1UL << row;
                if (_labels[slot] == label)
                {
                    if (closeness[row] > hits.Threshold) hits.Insert(closeness[row], slot);
                }
                else if (closeness[row] > misses.Threshold) misses.Insert(closeness[row], slot);
            }
        }
        if (hits.Count == 0 || misses.Count == 0) return;
        for (int i = 0; i < hits.Count; i++) Tell(hits.Slots[i], hit: true);
        for (int i = 0; i < misses.Count; i++) Tell(misses.Slots[i], hit: false);

        void Tell(int slot, bool hit)
        {
            float* row = Row(slot);
            for (int a = 0; a < _attributes; a++) worth.Add(a, _query.Pointer[a] - row[a * Group], hit);
        }
    }

    /// <summary>Multiplies every attribute of all rows by a factor.</summary>
    public void Scale(ReadOnlySpan<float> factors)
    {
        float* at = _rows.Pointer;
        for (int group = 0; group < _groups; group++)
            for (int a = 0; a < _attributes; a++, at += Group)
                for (int row = 0; row < Group; row++) at[row] *= factors[a];
    }
}
