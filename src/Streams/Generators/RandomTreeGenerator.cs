using StreamMoe.Streams.Options;

namespace StreamMoe.Streams.Generators;

/// <summary>Uniform random attributes, put into classes by a random decision tree. No noise.</summary>
/// <remarks>
/// Nominal attributes first, then numeric ones in [0, 1). A draw costs O(attributes + depth); the tree takes memory for its nodes (by default some
/// thousands). A restarted stream equals a fresh one; the tree never changes.
/// Source: Domingos and Hulten 2000, <i>Mining high-speed data streams</i>, section 4.
/// </remarks>
internal sealed class RandomTreeGenerator : InstanceGenerator
{
    private readonly RandomTreeNode _root;
    private readonly int _nominals;
    private readonly int _values;

    /// <summary>Makes the stream.</summary>
    /// <exception cref="ArgumentException">An option is out of its range (the text names all such options), a node of the tree has no attribute
    /// left to split on, or the tree grows beyond 5,000,000 nodes or 1,000 levels.</exception>
    public RandomTreeGenerator(RandomTreeOptions options) : base(MakeSchema(options.Checked()), options.InstanceRandomSeed)
    {
        _nominals = options.NumNominals;
        _values = options.NumValsPerNominal;
        _root = new RandomTreeBuilder(options).Build();
    }

    private static Schema MakeSchema(RandomTreeOptions options) => new("random-tree",
        Names("nominal", options.NumNominals)
            .Select(name => SchemaAttribute.Nominal(name, Names("value", options.NumValsPerNominal)))
            .Concat(NumericAttributes("numeric", options.NumNumerics)),
        ClassOf(Names("class", options.NumClasses)));

    /// <inheritdoc/>
    protected override int Draw(Span<double> features)
    {
        for (int i = 0; i < _nominals; i++) features[i] = Random.NextInt(_values);
        for (int i = _nominals; i < features.Length; i++) features[i] = Random.NextDouble();
        RandomTreeNode node = _root;
        while (!node.IsLeaf) node = node.ChildFor(features);
        return node.Label;
    }
}
