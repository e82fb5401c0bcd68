using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace StreamMoe.Experts.Trees;

/// <summary>The nodes of a tree in flat arrays, numbered in the order of their making; a child's number is above its parent's.</summary>
/// <remarks>
/// A node is a split node (a test, class weights that no longer change), an active leaf (statistics) or an inactive leaf
/// (class weights only). Node 0 is the root. A node keeps its number when it changes its kind.
/// </remarks>
internal sealed partial class NodeTable
{
    /// <summary>An entry of a branch list that leads nowhere yet.</summary>
    public const int Empty = -1;

    private const long NodeBytes = 24 + 3 * 8 + 16;
    private const long ArrayBytes = 24;
    private readonly AttributePlan _plan;
    private readonly int _declaredClasses;
    private Node[] _nodes = new Node[4];
    private SufficientStatistics?[] _statistics = new SufficientStatistics?[4];
    private double[]?[] _weights = new double[]?[4];
    private int[]?[] _branches = new int[]?[4];
    private (long Bytes, long Least)[] _counted = new (long, long)[4];

    /// <summary>Makes an empty table.</summary>
    /// <param name="plan">All attributes; what a leaf that has not learned is counted with.</param>
    /// <param name="declaredClasses">Classes that an inactive leaf is counted with at least.</param>
    public NodeTable(AttributePlan plan, int declaredClasses)
    {
        _plan = plan;
        _declaredClasses = declaredClasses;
    }

    private struct Node
    {
        public double Operand;
        public SplitTestKind Kind;
        public int Attribute;
        public int Left;
        public int Right;
    }

    /// <value>Number of nodes.</value>
    public int Count { get; private set; }

    /// <value>Number of split nodes.</value>
    public int DecisionCount { get; private set; }

    /// <value>Number of leaves that may split.</value>
    public int ActiveCount { get; private set; }

    /// <value>Number of leaves that only count classes.</value>
    public int InactiveCount { get; private set; }

    /// <value>Bytes of all nodes and what hangs on them.</value>
    public long Bytes { get; private set; }

    /// <value>Bytes of all nodes if every leaf were inactive.</value>
    public long LeastBytes { get; private set; }

    /// <summary>True for a split node.</summary>
    public bool IsSplit(int node) => _nodes[node].Kind != SplitTestKind.None;

    /// <summary>The statistics of an active leaf; null for every other node.</summary>
    public SufficientStatistics? Statistics(int node) => _statistics[node];

    /// <summary>Class weights of a node of any kind.</summary>
    public ReadOnlySpan<double> ClassWeights(int node) => _statistics[node] is { } active ? active.ClassWeights : _weights[node];

    /// <summary>Follows an instance from the root to where it ends.</summary>
    /// <param name="features">The instance.</param>
    /// <param name="branch">Receives <see cref="Empty"/>, or the branch of the split node on which there is no node yet.</param>
    /// <returns>A leaf; or the split node at which a value is missing or a branch is empty.</returns>
    public int Route(ReadOnlySpan<double> features, out int branch)
    {
        branch = Empty;
        int at = 0;
        ref Node nodes = ref MemoryMarshal.GetArrayDataReference(_nodes);
        while (true)
        {
            ref Node node = ref Unsafe.Add(ref nodes, at);
            if (node.Kind == SplitTestKind.None) return at;
            double value = features[node.Attribute];
            if (node.Kind == SplitTestKind.Threshold)
            {
                if (value <= node.Operand) at = node.Left;
                else if (value > node.Operand) at = node.Right;
                else return at;
                continue;
            }
            if (double.IsNaN(value)) return at;
            if (node.Kind == SplitTestKind.OneVersusRest)
            {
                at = (int)value == (int)node.Operand ? node.Left : node.Right;
                continue;
            }
            int[] branches = _branches[at]!;
            int index = (int)value;
            if ((uint)index >= (uint)branches.Length || branches[index] == Empty)
            {
                branch = index;
                return at;
            }
            at = branches[index];
        }
    }

    /// <summary>Adds an active leaf that hangs on nothing yet.</summary>
    public int AddLeaf(SufficientStatistics statistics)
    {
        if (Count == _nodes.Length) Grow(2 * Count);
        int node = Count++;
        _statistics[node] = statistics;
        ActiveCount++;
        Remember(node);
        return node;
    }

    /// <summary>Hangs a node on an empty branch of a multiway split node.</summary>
    public void Attach(int parent, int branch, int child)
    {
        ref int[]? branches = ref _branches[parent];
        int old = branches!.Length;
        if (branch >= old)
        {
            Array.Resize(ref branches, branch + 1);
            branches.AsSpan(old).Fill(Empty);
            Recount(parent);
        }
        branches[branch] = child;
    }

    /// <summary>Bytes by which the table would grow at least if a leaf were hung on an empty branch.</summary>
    public long LeastBytesToAttach(int parent, int branch)
        => NodeBytes + ArrayBytes + 8L * _declaredClasses + 4L * Math.Max(0, branch + 1 - _branches[parent]!.Length);

    /// <summary>Turns an active leaf into a split node with an active leaf on every branch.</summary>
    public void Split(int node, SplitTest test, SufficientStatistics[] children)
    {
        Forget(node);
        ActiveCount--;
        DecisionCount++;
        _weights[node] = _statistics[node]!.ClassWeights.ToArray();
        _statistics[node] = null;
        int first = Count;
        foreach (SufficientStatistics child in children) AddLeaf(child);
        _nodes[node] = new Node { Kind = test.Kind, Attribute = test.Attribute, Operand = test.Operand, Left = first, Right = first + 1 };
        if (test.Kind == SplitTestKind.Multiway) _branches[node] = [.. Enumerable.Range(first, children.Length)];
        Remember(node);
    }

    /// <summary>Lets an active leaf forget its observers.</summary>
    public void Deactivate(int node)
    {
        Forget(node);
        _weights[node] = _statistics[node]!.ClassWeights.ToArray();
        _statistics[node] = null;
        ActiveCount--;
        InactiveCount++;
        Remember(node);
    }

    /// <summary>Lets an inactive leaf observe again.</summary>
    public void Activate(int node, SufficientStatistics statistics)
    {
        Forget(node);
        _weights[node] = null;
        _statistics[node] = statistics;
        ActiveCount++;
        InactiveCount--;
        Remember(node);
    }

    /// <summary>Adds to a class weight of an inactive leaf.</summary>
    public void AddClassWeight(int node, int label, double weight)
    {
        ref double[]? weights = ref _weights[node];
        if (label >= weights!.Length)
        {
            Forget(node);
            Array.Resize(ref weights, label + 1);
            Remember(node);
        }
        weights[label] += weight;
    }

    /// <summary>Counts a leaf's bytes anew after its statistics made room.</summary>
    public void Recount(int node)
    {
        Forget(node);
        Remember(node);
    }

    /// <summary>Bytes of a node.</summary>
    public long BytesOf(int node) => _statistics[node] is { } active ? NodeBytes + active.Bytes(_plan) : LeastBytesOf(node);

    /// <summary>Bytes of a node, of a leaf as if it were inactive.</summary>
    public long LeastBytesOf(int node)
    {
        int classes = ClassWeights(node).Length;
        if (!IsSplit(node)) return NodeBytes + ArrayBytes + 8L * Math.Max(classes, _declaredClasses);
        return NodeBytes + ArrayBytes + 8L * classes + (_branches[node] is { } branches ? ArrayBytes + 4L * branches.Length : 0);
    }

    /// <summary>Lists the leaves depth-first, children in order.</summary>
    public void CollectLeaves(List<int> leaves)
    {
        if (Count == 0) return;
        Stack<int> open = new();
        open.Push(0);
        while (open.TryPop(out int node))
        {
            if (!IsSplit(node))
            {
                leaves.Add(node);
                continue;
            }
            ReadOnlySpan<int> children = Children(node);
            for (int i = children.Length - 1; i >= 0; i--)
                if (children[i] != Empty) open.Push(children[i]);
        }
    }

    /// <summary>Longest way from the root to a leaf; 0 for a root that is a leaf and for no root.</summary>
    public int Depth()
    {
        int depth = 0;
        int[] depths = new int[Count];
        for (int node = 0; node < Count; node++)
        {
            depth = Math.Max(depth, depths[node]);
            foreach (int child in Children(node))
                if (child != Empty) depths[child] = depths[node] + 1;
        }
        return depth;
    }

    private ReadOnlySpan<int> Children(int at)
    {
        ref Node node = ref _nodes[at];
        if (node.Kind == SplitTestKind.None) return [];
        return _branches[at] is { } branches ? branches : new[] { node.Left, node.Right };
    }

    private void Forget(int node)
    {
        Bytes -= _counted[node].Bytes;
        LeastBytes -= _counted[node].Least;
    }

    private void Remember(int node)
    {
        _counted[node] = (BytesOf(node), LeastBytesOf(node));
        Bytes += _counted[node].Bytes;
        LeastBytes += _counted[node].Least;
    }

    private void Grow(int capacity)
    {
        Array.Resize(ref _nodes, capacity);
        Array.Resize(ref _statistics, capacity);
        Array.Resize(ref _weights, capacity);
        Array.Resize(ref _branches, capacity);
        Array.Resize(ref _counted, capacity);
    }
}
