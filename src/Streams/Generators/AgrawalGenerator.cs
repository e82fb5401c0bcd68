using StreamMoe.Streams.Options;

namespace StreamMoe.Streams.Generators;

/// <summary>Persons who apply for a loan, put into one of two groups by one of ten rules; numeric values are blurred afterwards.</summary>
/// <remarks>
/// 6 numeric and 3 nominal attributes, 2 classes (groupA, groupB). The class follows from the values before noise. The noise clamps
/// hvalue to 135,000 as MOA does, so most of its values become 135,000. A restarted stream equals a fresh one.
/// Source: Agrawal, Imielinski, Swami 1993, <i>Database mining: a performance perspective</i>.
/// </remarks>
internal sealed class AgrawalGenerator : BalancedGenerator
{
    private const int Salary = 0, Commission = 1, Age = 2, Elevel = 3, Car = 4, Zipcode = 5, HouseValue = 6, HouseYears = 7, Loan = 8;

    private readonly int _function;
    private readonly double _peturbFraction;

    /// <summary>Makes the stream.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the text names all such options.</exception>
    public AgrawalGenerator(AgrawalOptions options) : base(MakeSchema(), options.Checked().InstanceRandomSeed, options.BalanceClasses)
    {
        _function = options.Function;
        _peturbFraction = options.PeturbFraction;
    }

    private static Schema MakeSchema() => new("agrawal",
        [
            SchemaAttribute.Numeric("salary"),
            SchemaAttribute.Numeric("commission"),
            SchemaAttribute.Numeric("age"),
            SchemaAttribute.Nominal("elevel", Enumerable.Range(0, 5).Select(level => $"level{level}")),
            SchemaAttribute.Nominal("car", Names("car", 20)),
            SchemaAttribute.Nominal("zipcode", Names("zipcode", 9)),
            SchemaAttribute.Numeric("hvalue"),
            SchemaAttribute.Numeric("hyears"),
            SchemaAttribute.Numeric("loan"),
        ],
        ClassOf("groupA", "groupB"));

    /// <inheritdoc/>
    protected override int DrawCandidate(Span<double> features)
    {
        features[Salary] = 20_000 + 130_000 * Random.NextDouble();
        features[Commission] = features[Salary] >= 75_000 ? 0 : 10_000 + 65_000 * Random.NextDouble();
        features[Age] = 20 + Random.NextInt(61);
        features[Elevel] = Random.NextInt(5);
        features[Car] = Random.NextInt(20);
        features[Zipcode] = Random.NextInt(9);
        features[HouseValue] = (9 - features[Zipcode]) * 100_000 * (0.5 + Random.NextDouble());
        features[HouseYears] = 1 + Random.NextInt(30);
        features[Loan] = Random.NextDouble() * 500_000;
        return AgrawalFunctions.IsGroupA(_function, features) ? 0 : 1;
    }

    /// <inheritdoc/>
    protected override int Finish(Span<double> features, int label)
    {
        if (_peturbFraction == 0) return label;
        features[Salary] = Blur(features[Salary], 130_000, 20_000, 150_000);
        if (features[Commission] != 0) features[Commission] = Blur(features[Commission], 65_000, 10_000, 75_000);
        features[Age] = Round(Blur(features[Age], 60, 20, 80));
        features[HouseValue] = Blur(features[HouseValue], (9 - features[Zipcode]) * 100_000, 0, 135_000);
        features[HouseYears] = Round(Blur(features[HouseYears], 29, 1, 30));
        features[Loan] = Blur(features[Loan], 500_000, 0, 500_000);
        return label;
    }

    private double Blur(double value, double range, double low, double high)
        => Math.Clamp(value + range * (2 * (Random.NextDouble() - 0.5)) * _peturbFraction, low, high);

    private static double Round(double value) => Math.Floor(value + 0.5);
}
