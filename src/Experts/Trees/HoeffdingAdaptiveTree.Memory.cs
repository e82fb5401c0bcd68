namespace StreamMoe.Experts.Trees;

internal sealed partial class HoeffdingAdaptiveTree
{
    private const long TreeBytes = 128;
    private readonly Stack<AdaptiveNode> _open = new();
    private bool _mayGrow = true;

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

    private (long Bytes, long Reserved, int Splits, int Leaves, int Inactive, int Alternates) Count()
    {
        long bytes = TreeBytes, reserved = TreeBytes;
        int splits = 0, leaves = 0, inactive = 0, alternates = 0;
        if (_root is not null) _open.Push(_root);
        while (_open.TryPop(out AdaptiveNode? node))
        {
            bytes += node.Bytes(_plan);
            reserved += node.ReservedBytes(_plan);
            if (node.Alternate is { } alternate)
            {
                bytes += alternate.Bytes(_plan);
                reserved += alternate.ReservedBytes(_plan);
                alternates++;
            }
            if (node.IsSplit) splits++;
            else leaves++;
            if (!node.IsSplit && node.Statistics is null) inactive++;
            foreach (AdaptiveNode? child in node.Children)
                if (child is not null) _open.Push(child);
        }
        return (bytes, reserved, splits, leaves, inactive, alternates);
    }

    private void PlantRoot()
    {
        _root = NewLeaf([]);
        EnforceBudget();
    }

    private void StartAlternate(AdaptiveNode node)
    {
        node.Alternate = null;
        if (!_mayGrow) return;
        node.Alternate = NewLeaf([]);
        EnforceBudget();
        if (Count().Reserved > _options.MaxByteSize) node.Alternate = null;
    }

    // Whether the leaves of a split, and beside them one alternate, could be paid for if all leaves were inactive. Without
    // the alternate a tree that has used up its budget could never let go of what it has learned.
    private bool HasRoomFor(double[][] parts)
    {
        long bytes = Count().Reserved + AdaptiveNode.BareBytes + SufficientStatistics.NewBytes(_plan, _declaredClasses, _bayes);
        foreach (double[] part in parts) bytes += AdaptiveNode.BareBytes + 8L * part.Length;
        if (bytes <= _options.MaxByteSize) return true;
        foreach (AdaptiveNode leaf in Leaves()) bytes -= ActiveExtra(leaf, ifActive: false);
        return bytes <= _options.MaxByteSize;
    }

    // The most promising leaves of the tree that fit into the budget are active, the others inactive. Alternates count, but stay active.
    private void EnforceBudget()
    {
        (_, long bytes, _, _, int inactive, _) = Count();
        long budget = _options.MaxByteSize;
        if (inactive == 0 && bytes <= budget) return;
        if (_options.StopMemoryManagement)
        {
            _mayGrow = false;
            return;
        }
        List<AdaptiveNode> leaves = Leaves();
        foreach (AdaptiveNode leaf in leaves) bytes -= ActiveExtra(leaf, ifActive: false);
        int active = leaves.Count;
        while (active > 0)
        {
            bytes += ActiveExtra(leaves[active - 1], ifActive: true);
            if (bytes > budget) break;
            active--;
        }
        for (int i = 0; i < leaves.Count; i++)
        {
            AdaptiveNode leaf = leaves[i];
            if (i < active && leaf.Statistics is not null) leaf.Deactivate();
            else if (i >= active && leaf.Statistics is null) leaf.Activate(NewStatistics(leaf.ClassWeights));
        }
    }

    // Bytes that a leaf has, or would have if it were active, above those that it would have if it were inactive.
    private long ActiveExtra(AdaptiveNode leaf, bool ifActive)
    {
        int classes = leaf.ClassWeights.Length;
        if (leaf.Statistics is { } active) return active.Bytes(_plan) - 8L * classes;
        return ifActive ? SufficientStatistics.NewBytes(_plan, Math.Max(_declaredClasses, classes), _bayes) - 8L * classes : 0;
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
}
