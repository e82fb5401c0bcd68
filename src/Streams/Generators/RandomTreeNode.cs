namespace StreamMoe.Streams.Generators;

/// <summary>A node of the tree behind <see cref="RandomTreeGenerator"/>: a leaf with a class, or a split with one child a nominal value or two at a cut.</summary>
internal sealed class RandomTreeNode
{
    private readonly RandomTreeNode[] _children;
    private readonly int _attribute;
    private readonly double _cut;

    private RandomTreeNode(int label, int attribute, double cut, RandomTreeNode[] children)
    {
        Label = label;
        _attribute = attribute;
        _cut = cut;
        _children = children;
    }

    public int Label { get; }

    public bool IsLeaf => _children.Length == 0;

    public static RandomTreeNode Leaf(int label) => new(label, -1, double.NaN, []);

    public static RandomTreeNode NominalSplit(int attribute, RandomTreeNode[] children) => new(-1, attribute, double.NaN, children);

    public static RandomTreeNode NumericSplit(int attribute, double cut, RandomTreeNode below, RandomTreeNode above)
        => new(-1, attribute, cut, [below, above]);

    /// <summary>The child to which an instance goes.</summary>
    public RandomTreeNode ChildFor(ReadOnlySpan<double> features)
    {
        double value = features[_attribute];
        return _children[double.IsNaN(_cut) ? (int)value : value < _cut ? 0 : 1];
    }
}
