namespace StreamMoe.Experts.Trees;

public sealed partial class HoeffdingAdaptiveTree
{
    private const long TreeBytes = 128;
    private readonly Stack<AdaptiveNode> _open = new();
    private bool _mayGrow = true;
    private int _inactive;

    /// <inheritdoc/>
    /// <remarks>A pure function of counts: 128 for the tree; 160 a node, alternates included; its error window; 8 a branch; 8 a class
    /// for split nodes and inactive leaves; and an active leaf's statistics, counted as <see cref="HoeffdingTree.ByteSize"/> says.
    /// Found anew at each call by visiting every node.</remarks>
    public long ByteSize => Count().Bytes;

    /// <value>Number of split nodes. Counted anew at each call, as all such figures here.</value>
    public int DecisionNodeCount => Count().Splits;

    /// <value>Number of leaves, without alternates.</value>
    public int LeafCount => Count().Leaves;

    /// <value>Number of alternates.</value>
    public int AlternateCount => Count().Alternates;

    /// <value>Longest way from the root to a leaf; 0 for a single leaf and for an empty tree.</value>
    public int Depth
    {
        get
        {
            int depth = 0;
            Stack<(AdaptiveNode, int)> open = new();
            if (_root is not null) open.Push((_root, 0));
            while (open.TryPop(out (AdaptiveNode Node, int Depth) at))
            {
                depth = Math.Max(depth, at.Depth);
                foreach (AdaptiveNode? child in at.Node.Children)
                    if (child is not null) open.Push((child, at.Depth + 1));
            }
            return depth;
        }
    }

    private (long Bytes, int Splits, int Leaves, int Alternates) Count()
    {
        long bytes = TreeBytes;
        int splits = 0, leaves = 0, alternates = 0;
        if (_root is not null) _open.Push(_root);
        while (_open.TryPop(out AdaptiveNode? node))
        {
            bytes += node.Bytes(_plan);
            if (node.Alternate is { } alternate)
            {
                bytes += alternate.Bytes(_plan);
                alternates++;
            }
            if (node.IsSplit) splits++;
            else leaves++;
            foreach (AdaptiveNode? child in node.Children)
                if (child is not null) _open.Push(child);
        }
        return (bytes, splits, leaves, alternates);
    }

    private void StartAlternate(AdaptiveNode node)
    {
        node.Alternate = null;
        if (!_mayGrow) return;
        node.Alternate = NewLeaf([]);
        EnforceBudget();
        if (ByteSize > _options.MaxByteSize) node.Alternate = null;
    }

    // The most promising leaves of the tree that fit into the budget are active, the others inactive. Alternates count, but stay active.
    private void EnforceBudget()
    {
        long bytes = ByteSize, budget = _options.MaxByteSize;
        if (_inactive == 0 && bytes <= budget) return;
        if (_options.StopMemoryManagement)
        {
            _mayGrow = false;
            return;
        }
        List<AdaptiveNode> leaves = Leaves();
        foreach (AdaptiveNode leaf in leaves) bytes -= leaf.Bytes(_plan) - InactiveBytes(leaf);
        int active = leaves.Count;
        while (active > 0)
        {
            bytes += ActiveBytes(leaves[active - 1]) - InactiveBytes(leaves[active - 1]);
            if (bytes > budget) break;
            active--;
        }
        for (int i = 0; i < leaves.Count; i++)
        {
            AdaptiveNode leaf = leaves[i];
            if (i < active && leaf.Statistics is not null) leaf.Deactivate();
            else if (i >= active && leaf.Statistics is null) leaf.Activate(new SufficientStatistics(leaf.ClassWeights, _declaredClasses, _bayes));
        }
        _inactive = active;
    }

    // From the least promising to the most; equal ones in the order of the branches.
    private List<AdaptiveNode> Leaves()
    {
        List<AdaptiveNode> leaves = [];
        if (_root is not null) _open.Push(_root);
        while (_open.TryPop(out AdaptiveNode? node))
        {
            if (!node.IsSplit) leaves.Add(node);
            for (int i = node.Children.Length - 1; i >= 0; i--)
                if (node.Children[i] is { } child) _open.Push(child);
        }
        return [.. leaves.OrderBy(leaf => HoeffdingTree.Promise(leaf.ClassWeights))];
    }

    private long InactiveBytes(AdaptiveNode leaf) => leaf.Statistics is null ? leaf.Bytes(_plan) : leaf.Bytes(_plan) - leaf.Statistics.Bytes(_plan) + 8L * leaf.ClassWeights.Length;

    private long ActiveBytes(AdaptiveNode leaf)
        => leaf.Statistics is not null ? leaf.Bytes(_plan)
            : leaf.Bytes(_plan) - 8L * leaf.ClassWeights.Length + SufficientStatistics.NewBytes(_plan, Math.Max(_declaredClasses, leaf.ClassWeights.Length), _bayes);
}
