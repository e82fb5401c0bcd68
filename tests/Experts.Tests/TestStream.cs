using StreamMoe.Streams;

namespace StreamMoe.Experts.Tests;

/// <summary>Random instances of a learnable concept over numeric and nominal attributes, with what makes life hard on demand.</summary>
internal sealed class TestStream
{
    private readonly Random _random;
    private int _position;

    public TestStream(int seed) => _random = new Random(seed);

    /// <value>Share of missing values, in [0, 1].</value>
    public double Missing { get; init; }

    /// <value>Instance from which classes and nominal values come that the schema does not declare.</value>
    public int LateFrom { get; init; } = int.MaxValue;

    /// <value>True for weights in {0.25, 0.5, …, 2}.</value>
    public bool Weighted { get; init; }

    /// <value>Share of labels drawn at random, in [0, 1].</value>
    public double Noise { get; init; } = 0.1;

    /// <summary>Length of a vote buffer that is long enough for every class.</summary>
    public const int VoteLength = 24;

    /// <summary>Number of attributes.</summary>
    public const int AttributeCount = 6;

    /// <summary>Numeric, nominal, numeric, nominal, nominal, numeric; three classes.</summary>
    public static Schema Schema { get; } = new("test",
        [
            SchemaAttribute.Numeric("n0"), SchemaAttribute.Nominal("c1", ["a", "b"]), SchemaAttribute.Numeric("n2"),
            SchemaAttribute.Nominal("c3", ["a", "b", "c", "d", "e"]), SchemaAttribute.Nominal("c4", ["a", "b", "c"]), SchemaAttribute.Numeric("n5"),
        ],
        SchemaAttribute.Nominal("class", ["x", "y", "z"]));

    /// <summary>Draws the next instance into a buffer of length 6.</summary>
    public int Next(double[] features, out double weight)
    {
        bool late = _position++ >= LateFrom;
        features[0] = _random.NextDouble() * 10;
        features[1] = _random.Next(2);
        features[2] = _random.NextDouble() - 0.5;
        features[3] = _random.Next(late && _random.Next(4) == 0 ? 40 : 5);
        features[4] = _random.Next(late && _random.Next(4) == 0 ? 5 : 3);
        features[5] = Math.Round(_random.NextDouble() * 4);
        int label = features[0] + features[3] + 2 * features[1] > 9 ? 2 : features[2] > 0.1 ? 1 : 0;
        if (late && features[3] > 4) label = 3 + (int)features[3] % 17;
        if (_random.NextDouble() < Noise) label = _random.Next(3);
        weight = Weighted ? 0.25 * _random.Next(1, 9) : 1;
        for (int a = 0; a < AttributeCount; a++)
            if (Missing > 0 && _random.NextDouble() < Missing) features[a] = double.NaN;
        return label;
    }
}
