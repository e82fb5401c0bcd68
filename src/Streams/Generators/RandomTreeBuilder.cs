using StreamMoe.Streams.Randomness;

namespace StreamMoe.Streams.Generators;

/// <summary>Draws the tree behind <see cref="RandomTreeGenerator"/>, depth first; used once.</summary>
internal sealed class RandomTreeBuilder(RandomTreeOptions options)
{
    private const int NodeCap = 5_000_000;
    private const int DepthCap = 1_000;

    private readonly JavaRandom _random = new(options.TreeRandomSeed);
    private readonly double[] _low = new double[options.NumNumerics];
    private readonly double[] _high = [.. Enumerable.Repeat(1.0, options.NumNumerics)];
    private long _nodes;

    public RandomTreeNode Build() => Node(0, [.. Enumerable.Range(0, options.NumNominals)]);

    /// <param name="depth">The node's depth; the root has 0.</param>
    /// <param name="nominals">Nominal attributes that no ancestor splits on.</param>
    private RandomTreeNode Node(int depth, int[] nominals)
    {
        if (++_nodes > NodeCap || depth > DepthCap) throw TooLarge();
        if (DrawsLeaf(depth)) return RandomTreeNode.Leaf(_random.NextInt(options.NumClasses));
        if (nominals.Length + options.NumNumerics == 0)
            throw new ArgumentException(
                $"RandomTreeOptions: a node at depth {depth} has no attribute left to split on; numNominals was {options.NumNominals}, numNumerics was 0. "
                + $"Add attributes, or lower maxTreeDepth ({options.MaxTreeDepth}) and firstLeafLevel ({options.FirstLeafLevel}).");
        int choice = _random.NextInt(nominals.Length + options.NumNumerics);
        return choice < nominals.Length ? NominalSplit(depth, nominals, choice) : NumericSplit(depth, nominals, choice - nominals.Length);
    }

    private bool DrawsLeaf(int depth)
        => depth >= options.MaxTreeDepth || (depth >= options.FirstLeafLevel && options.LeafFraction >= 1 - _random.NextDouble());

    private RandomTreeNode NominalSplit(int depth, int[] nominals, int choice)
    {
        if (_nodes + options.NumValsPerNominal > NodeCap) throw TooLarge();
        int[] others = [.. nominals[..choice], .. nominals[(choice + 1)..]];
        RandomTreeNode[] children = new RandomTreeNode[options.NumValsPerNominal];
        for (int value = 0; value < children.Length; value++) children[value] = Node(depth + 1, others);
        return RandomTreeNode.NominalSplit(nominals[choice], children);
    }

    private RandomTreeNode NumericSplit(int depth, int[] nominals, int numeric)
    {
        (double low, double high) = (_low[numeric], _high[numeric]);
        double cut = (high - low) * _random.NextDouble() + low;
        _high[numeric] = cut;
        RandomTreeNode below = Node(depth + 1, nominals);
        (_low[numeric], _high[numeric]) = (cut, high);
        RandomTreeNode above = Node(depth + 1, nominals);
        _low[numeric] = low;
        return RandomTreeNode.NumericSplit(options.NumNominals + numeric, cut, below, above);
    }

    private static ArgumentException TooLarge() => new(
        $"RandomTreeOptions: the tree grows beyond {NodeCap:N0} nodes or {DepthCap:N0} levels; lower maxTreeDepth or numValsPerNominal, or raise leafFraction.");
}
