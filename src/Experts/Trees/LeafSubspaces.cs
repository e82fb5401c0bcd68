using StreamMoe.Experts.State;
using StreamMoe.Streams.Randomness;

namespace StreamMoe.Experts.Trees;

/// <summary>Draws which attributes a leaf observes, anew for each leaf of a tree.</summary>
/// <remarks>
/// A size is drawn without replacement from the ascending list of attributes; when the size is that of the list or more,
/// all are taken and nothing is drawn. The source starts from seed 1 in every tree, so all trees of a forest begin with the same
/// attributes at the root, and grow apart by the weights of their instances. Source: Gomes et al. 2017, as MOA has it.
/// </remarks>
internal sealed class LeafSubspaces
{
    private const long Seed = 1;
    private const int LargestShared = 64, PlansKept = 256;
    private readonly int _size;
    private readonly JavaRandom _random = new(Seed);
    private readonly Dictionary<ulong, AttributePlan> _plans = []; // so that leaves with the same attributes share their plan
    private AttributePlan? _all;

    /// <summary>Makes a source of subspaces.</summary>
    /// <param name="size">Attributes of a leaf, ≥ 1.</param>
    public LeafSubspaces(int size) => _size = size;

    /// <summary>The attributes of the next leaf.</summary>
    public AttributePlan Draw(AttributePlan all)
    {
        int count = all.Attributes.Length;
        if (_size >= count) return all;
        List<int> left = [.. all.Attributes];
        int[] drawn = new int[_size];
        for (int i = 0; i < _size; i++)
        {
            int at = _random.NextInt(left.Count);
            drawn[i] = left[at];
            left.RemoveAt(at);
        }
        Array.Sort(drawn);
        return PlanOf(all, drawn);
    }

    /// <summary>Starts again, as in a new tree.</summary>
    public void Reset() => _random.Seed(Seed);

    /// <summary>Writes the state of the random source.</summary>
    public void Save(StateWriter writer) => writer.Write(_random.State);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Load(StateReader reader) => _random.State = reader.ReadInt64();

    private AttributePlan PlanOf(AttributePlan all, int[] drawn)
    {
        if (all.Attributes.Length > LargestShared) return all.Subset(drawn);
        if (_all != all || _plans.Count == PlansKept) _plans.Clear();
        _all = all;
        ulong key = 0;
        foreach (int attribute in drawn) key |= 1UL << attribute;
        if (!_plans.TryGetValue(key, out AttributePlan? plan)) _plans.Add(key, plan = all.Subset(drawn));
        return plan;
    }
}
