using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Tests.Extremes;

/// <summary>Streams that no learner likes, each a few hundred or thousand rows; the same rows every time.</summary>
/// <param name="Name">What it is called in the tests' names.</param>
/// <param name="Rows">How many rows it has.</param>
/// <param name="Attributes">Numeric attributes of a row.</param>
/// <param name="Classes">Classes of its schema.</param>
/// <param name="Row">Fills the features of a row and tells its label.</param>
public sealed record ExtremeStream(string Name, int Rows, int Attributes, int Classes, Func<int, Random, double[], int> Row)
{
    private static readonly double[] s_magnitudes =
        [1e300, -1e300, 1e-300, -1e-300, double.MaxValue, -double.MaxValue, double.Epsilon, -double.Epsilon, 0, -0.0, 1, 1e150];

    /// <value>All of them.</value>
    public static IReadOnlyList<ExtremeStream> All { get; } =
    [
        new("drift-every-500", 4000, 3, 2, static (t, random, x) => Uniform(x, random)[0] > 0.5 ^ t / 500 % 2 == 0 ? 1 : 0),
        new("constant-label", 1500, 3, 2, static (_, random, x) => Uniform(x, random).Length > 0 ? 1 : 0),
        new("one-class", 800, 3, 1, static (_, random, x) => Uniform(x, random).Length > 0 ? 0 : 1),
        new("thousand-classes", 300, 4, 1000, static (t, random, x) => Uniform(x, random).Length * 0 + (int)(t * 7919L % 1000)),
        new("five-thousand-attributes", 100, 5000, 2, static (_, random, x) => Uniform(x, random)[4999] > 0.5 ? 1 : 0),
        new("all-missing", 1000, 3, 2, static (t, _, x) =>
        {
            Array.Fill(x, double.NaN);
            return t % 2;
        }),
        new("constant-attributes", 1500, 3, 3, static (_, random, x) =>
        {
            Array.Fill(x, 42);
            return random.Next(3);
        }),
        new("magnitudes", 1500, 3, 2, static (_, random, x) =>
        {
            for (int i = 0; i < x.Length; i++) x[i] = s_magnitudes[random.Next(s_magnitudes.Length)];
            return x[0] > 0 ? 1 : 0;
        }),
        new("overflowing-sums", 1500, 3, 2, static (t, _, x) =>
        {
            Array.Fill(x, t % 3 == 0 ? -double.MaxValue : double.MaxValue);
            return t % 2;
        }),
        new("tiny", 1000, 3, 2, static (_, random, x) =>
        {
            for (int i = 0; i < x.Length; i++) x[i] = 1e-300 * random.Next(-9, 10);
            return x[0] > 0 ? 1 : 0;
        }),
        new("same-row", 1500, 3, 2, static (_, _, x) =>
        {
            (x[0], x[1], x[2]) = (0.25, 0.5, 0.75);
            return 1;
        }),
    ];

    /// <summary>A new schema of such a stream.</summary>
    public Schema NewSchema() => new(Name, Enumerable.Range(1, Attributes).Select(a => SchemaAttribute.Numeric($"a{a}")),
        SchemaAttribute.Nominal("class", Enumerable.Range(0, Classes).Select(c => $"c{c}")));

    /// <summary>All rows.</summary>
    public InstanceBlock Draw()
    {
        Random random = new(5);
        InstanceBlock block = new(Attributes, Rows);
        double[] features = new double[Attributes];
        for (int t = 0; t < Rows; t++)
        {
            int label = Row(t, random, features);
            block.Add(features, label);
        }
        return block;
    }

    private static double[] Uniform(double[] x, Random random)
    {
        for (int i = 0; i < x.Length; i++) x[i] = random.NextDouble();
        return x;
    }
}
