namespace StreamMoe.Experts.Trees;

internal sealed partial class HoeffdingTree
{
    private const long TreeBytes = 128;
    private readonly List<int> _leaves = [];
    private double _nextEstimate;

    /// <inheritdoc/>
    /// <remarks>
    /// A pure function of counts: 128 for the tree; 64 a node; 24 + 8·classes for the class weights of a split node or an
    /// inactive leaf (there at least the declared classes); 24 + 4·branches for a multiway node; and an active leaf's statistics,
    /// counted with their observers from its birth on: 160 + 8·⌈C⌉; for N numeric attributes 88 + 7·(24 + 8·C·⌈N⌉), or 5 instead of 7
    /// when leaves vote by majority; for M nominal attributes with V values in all 224 + 8·M + C·(4·M + 8·V), and unless leaves vote by
    /// majority 8·C·M more, and from five classes on another 8·C·(V + 1). C: the classes declared, or seen in the leaf if more; ⌈⌉ rounds up
    /// to a multiple of 4; an attribute's values: those declared, in [1, 32], or the next power of two above the highest seen.
    /// </remarks>
    public long ByteSize => TreeBytes + _nodes.Bytes;

    private void EnforceBudgetWhenDue()
    {
        if (_trainedWeight < _nextEstimate) return;
        double period = _options.MemoryEstimatePeriod;
        if (_trainedWeight % period == 0) EnforceBudget();
        _nextEstimate = NextEstimate();
    }

    // The next multiple of the period; ∞ when there is none.
    private double NextEstimate()
    {
        double period = _options.MemoryEstimatePeriod;
        return period > 0 ? (Math.Floor(_trainedWeight / period) + 1) * period : double.PositiveInfinity;
    }

    private void PlantRoot()
    {
        _nodes.AddLeaf(NewStatistics([]));
        if (ByteSize > _options.MaxByteSize) EnforceBudget();
    }

    // A branch that cannot be paid for even by an inactive leaf stays empty.
    private int FillBranch(int parent, int branch)
    {
        if (TreeBytes + _nodes.LeastBytes + _nodes.LeastBytesToAttach(parent, branch) > _options.MaxByteSize) return NodeTable.Empty;
        int node = _nodes.AddLeaf(NewStatistics([]));
        _nodes.Attach(parent, branch, node);
        if (ByteSize > _options.MaxByteSize) EnforceBudget();
        return node;
    }

    // The most promising leaves that fit into the budget are active, the others inactive.
    private void EnforceBudget()
    {
        long budget = _options.MaxByteSize;
        if (_nodes.InactiveCount == 0 && ByteSize <= budget) return;
        if (_options.StopMemoryManagement)
        {
            _mayGrow = false;
            return;
        }
        _leaves.Clear();
        _nodes.CollectLeaves(_leaves);
        int[] ranked = [.. _leaves.OrderBy(node => Promise(_nodes.ClassWeights(node)))];
        long bytes = TreeBytes + _nodes.LeastBytes;
        int active = ranked.Length;
        while (active > 0)
        {
            bytes += ActiveBytes(ranked[active - 1]) - _nodes.LeastBytesOf(ranked[active - 1]);
            if (bytes > budget) break;
            active--;
        }
        for (int i = 0; i < ranked.Length; i++)
        {
            bool isActive = _nodes.Statistics(ranked[i]) is not null;
            if (i < active && isActive) _nodes.Deactivate(ranked[i]);
            else if (i >= active && !isActive) _nodes.Activate(ranked[i], NewStatistics(_nodes.ClassWeights(ranked[i])));
        }
    }

    private long ActiveBytes(int node)
        => _nodes.Statistics(node) is not null ? _nodes.BytesOf(node)
            : _nodes.LeastBytesOf(node) + SufficientStatistics.NewBytes(_plan, Math.Max(_declaredClasses, _nodes.ClassWeights(node).Length), _bayes);

    // Weight that a leaf's majority class would get wrong.
    internal static double Promise(ReadOnlySpan<double> classWeights)
    {
        double total = SufficientStatistics.Sum(classWeights);
        if (!(total > 0)) return 0;
        double largest = 0;
        foreach (double weight in classWeights) largest = Math.Max(largest, weight);
        return total - largest;
    }
}
