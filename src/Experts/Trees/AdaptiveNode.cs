using StreamMoe.Experts.Drift;
using StreamMoe.Experts.Drift.Windows;
using StreamMoe.Streams.Randomness;

namespace StreamMoe.Experts.Trees;

/// <summary>A node of a <see cref="HoeffdingAdaptiveTree"/>: a split node, an active leaf (with statistics) or an inactive one (class weights only).</summary>
internal sealed class AdaptiveNode
{
    private const long OwnBytes = 160;
    private const long LargeWindowBytes = 36 + 24 * 100; // 24 rows: about 80 million inputs without a change
    private double[] _classWeights = [];

    /// <summary>Reserved bytes of a node without branches, classes and statistics.</summary>
    public const long BareBytes = OwnBytes + LargeWindowBytes;

    /// <summary>Makes an active leaf.</summary>
    public AdaptiveNode(SufficientStatistics statistics) => (Statistics, Random) = (statistics, new JavaRandom(1));

    /// <summary>Makes a split node or an inactive leaf.</summary>
    /// <param name="test">What is asked; <see cref="SplitTest.None"/> for an inactive leaf.</param>
    /// <param name="classWeights">Weight of every class; from now on this node's.</param>
    /// <param name="children">A node a branch; empty for a leaf.</param>
    public AdaptiveNode(SplitTest test, double[] classWeights, AdaptiveNode?[] children)
    {
        (Test, _classWeights, Children) = (test, classWeights, children);
        if (!IsSplit) Random = new JavaRandom(1);
    }

    /// <value>What is asked of an instance; <see cref="SplitTest.None"/> in a leaf.</value>
    public SplitTest Test { get; } = SplitTest.None;

    /// <value>A node a branch, null where there is none; empty in a leaf.</value>
    public AdaptiveNode?[] Children { get; } = [];

    /// <value>True for a split node.</value>
    public bool IsSplit => Test.Kind != SplitTestKind.None;

    /// <value>What an active leaf knows; null in every other node.</value>
    public SufficientStatistics? Statistics { get; private set; }

    /// <value>Weight of every class: of a leaf those learned, of a split node those at its making.</value>
    public ReadOnlySpan<double> ClassWeights => Statistics is { } active ? active.ClassWeights : _classWeights;

    /// <value>Window over the errors made on the instances that came here; null before the first.</value>
    public Adwin? Errors { get; set; }

    /// <value>A leaf that learns beside this split node, to take its place when it is better; null when there is none.</value>
    public AdaptiveNode? Alternate { get; set; }

    /// <value>A leaf's own random source; each starts from seed 1, as in MOA. Null in a split node.</value>
    public JavaRandom? Random { get; }

    /// <summary>Bytes of this node alone.</summary>
    public long Bytes(AttributePlan plan)
        => OwnBytes + (Errors?.ByteSize ?? 0) + 8L * Children.Length + (Statistics is { } active ? active.Bytes(plan) : 8L * _classWeights.Length);

    /// <summary>Bytes of this node alone once its window has grown large: what the budget counts.</summary>
    public long ReservedBytes(AttributePlan plan) => Bytes(plan) + Math.Max(0, LargeWindowBytes - (Errors?.ByteSize ?? 0));

    /// <summary>The branch of an instance; −1 when its value is missing.</summary>
    public int Branch(ReadOnlySpan<double> features)
    {
        double value = features[Test.Attribute];
        if (double.IsNaN(value)) return -1;
        return Test.Kind switch
        {
            SplitTestKind.Threshold => value <= Test.Operand ? 0 : 1,
            SplitTestKind.OneVersusRest => (int)value == (int)Test.Operand ? 0 : 1,
            _ => (int)value,
        };
    }

    /// <summary>The node on a branch, or null.</summary>
    public AdaptiveNode? Child(int branch) => (uint)branch < (uint)Children.Length ? Children[branch] : null;

    /// <summary>Adds to a class weight of an inactive leaf.</summary>
    public void AddClassWeight(int label, double weight)
    {
        if (label >= _classWeights.Length) Array.Resize(ref _classWeights, label + 1);
        _classWeights[label] += weight;
    }

    /// <summary>Lets an active leaf forget its observers.</summary>
    public void Deactivate()
    {
        _classWeights = ClassWeights.ToArray();
        Statistics = null;
    }

    /// <summary>Lets an inactive leaf observe again.</summary>
    public void Activate(SufficientStatistics statistics)
    {
        Statistics = statistics;
        _classWeights = [];
    }
}
