using System.Numerics;
using System.Runtime.CompilerServices;

namespace StreamMoe.Experts.Neighbours;

// The selection looks at hardly more rows than it selects: the k-th greatest of the closest rows of 16 disjoint parts of the
// window is a bound that at least k rows reach, and for k = 7 about 9. What does not reach it is passed over a group at a time.
// The few that do are ranked without branches, which no processor could foresee.
internal sealed unsafe partial class NeighbourRing
{
    private const int MostCandidates = NeighbourKernels.Lanes;

    // The newest row's group, and its place in it.
    private int Head => (int)((uint)_newest / Group);

    private int Newest => (int)((uint)_newest % Group);

    /// <summary>Finds the nearest rows, nearest first; of equally distant ones the newer is the nearer.</summary>
    /// <param name="window">Newest rows to look at, in [1, the ring's window].</param>
    /// <param name="neighbours">Receives the nearest ones; at most <see cref="MostNeighbours"/> long.</param>
    /// <returns>Rows found: the length asked for, less only while fewer are remembered.</returns>
    [SkipLocalsInit]
    public int FindNearest(int window, Span<Neighbour> neighbours)
    {
        if (Count == 0) return 0;
        float bound = Bound(window, neighbours.Length);
        int* slots = stackalloc int[MostCandidates + 1];
        int found = Collect(window, bound, slots);
        found = found <= MostCandidates ? Sort(slots, found, neighbours.Length) : Scan(window, bound, neighbours.Length, slots);
        for (int i = 0; i < found; i++)
            neighbours[i] = new Neighbour(-_closeness.Pointer[slots[i]], _labels[slots[i]], _weights[slots[i]]);
        return found;
    }

    // Something just below the k-th greatest closeness within the window, or below that of the groups that lie in it as a whole.
    private float Bound(int window, int count)
    {
        float* parts = stackalloc float[NeighbourKernels.Lanes];
        new Span<float>(parts, NeighbourKernels.Lanes).Fill(float.NegativeInfinity);
        int head = Head, whole = window == _window ? _groups : (window - 1 - Newest) / Group;
        int first = window == _window ? 0 : head - whole;
        RaiseTo(parts, Math.Max(first, 0), first + whole);
        if (first < 0) RaiseTo(parts, first + _groups, _groups);
        return MathF.BitDecrement(LaneMask.KthGreatest(parts, count));
    }

    private void RaiseTo(float* parts, int group, int end)
        => LaneMask.Greatest(_greatest.Pointer + group * NeighbourKernels.Lanes, end - group, parts);

    // Collects the slots above the bound from the newest to the oldest; gives up as soon as there are too many.
    private int Collect(int window, float bound, int* slots)
    {
        float* closeness = _closeness.Pointer;
        int count = 0, visits = Visits(window), head = Head;
        for (int first = 0; first < visits; first += 64)
        {
            for (ulong hits = GroupsAbove(GroupOf(first), Math.Min(64, visits - first), bound); hits != 0; hits &= hits - 1)
            {
                int visit = first + BitOperations.TrailingZeroCount(hits), group = head - visit;
                group += group >> 31 & _groups;
                ulong near = LaneMask.Above(closeness + group * Group, bound) & Inside(visit, window);
                do
                {
                    // Mostly there is one; a group whose near rows lie outside the window leaves no trace.
                    int row = BitOperations.Log2(near);
                    slots[count] = group * Group + row;
                    count += near == 0 ? 0 : 1;
                    if (count > MostCandidates) return count;
                    near &= ~(1UL << row);
                }
                while (near != 0);
            }
        }
        return count;
    }

    // Bit i is set when something in the i-th group from a group backwards is above the bound.
    private ulong GroupsAbove(int group, int count, float bound)
    {
        float* start = _greatest.Pointer, last = start + (_groups - 1) * NeighbourKernels.Lanes, at = start + group * NeighbourKernels.Lanes;
        ulong hits = 0;
        for (int i = 0; i < count; i++)
        {
            hits |= (LaneMask.AnyAbove(at, bound) ? 1UL : 0) << i;
            at = at == start ? last : at - NeighbourKernels.Lanes;
        }
        return hits;
    }

    // Sorts the slots by closeness, equal ones left in their order.
    [SkipLocalsInit]
    private int Sort(int* slots, int count, int wanted)
    {
        float* closeness = stackalloc float[MostCandidates];
        int* ranks = stackalloc int[MostCandidates], unsorted = stackalloc int[MostCandidates];
        for (int i = 0; i < MostCandidates; i++)
        {
            unsorted[i] = slots[i];
            closeness[i] = i < count ? _closeness.Pointer[slots[i]] : float.NegativeInfinity;
        }
        LaneMask.Ranks(closeness, count, ranks);
        for (int i = 0; i < count; i++) slots[ranks[i]] = unsorted[i];
        return Math.Min(count, wanted);
    }

    // The plain way, for when many rows reach the bound: a sorted list of the closest so far.
    private int Scan(int window, float bound, int wanted, int* slots)
    {
        NearestList list = new(stackalloc float[MostNeighbours], new Span<int>(slots, MostNeighbours), wanted, bound);
        int visits = Visits(window);
        for (int visit = 0; visit < visits; visit++)
        {
            int group = GroupOf(visit);
            if (!LaneMask.AnyAbove(_greatest.Pointer + group * NeighbourKernels.Lanes, list.Threshold)) continue;
            float* closeness = _closeness.Pointer + group * Group;
            for (ulong near = LaneMask.Above(closeness, list.Threshold) & Inside(visit, window); near != 0;)
            {
                int row = BitOperations.Log2(near);
                near ^= 1UL << row;
                if (closeness[row] > list.Threshold) list.Insert(closeness[row], group * Group + row);
            }
        }
        return list.Count;
    }

    // Groups are visited from the newest to the oldest. The newest is partly filled; its other rows are the oldest, visited last.
    private int Visits(int window) => Math.Min(_groups + 1, (window - 1 - Newest + Group - 1) / Group + 1);

    private int GroupOf(int visit) => Head - visit < 0 ? Head - visit + _groups : Head - visit;

    // The rows of a visit that lie within the window.
    private ulong Inside(int visit, int window)
    {
        int newest = Newest, oldest = newest - window + 1 + visit * Group;
        ulong inside = ulong.MaxValue << Math.Max(0, oldest);
        return visit == 0 ? inside & ulong.MaxValue >> (Group - 1 - newest) : inside;
    }
}
