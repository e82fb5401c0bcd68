using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Tests.Presets;
using StreamMoe.DriftMoe.Views;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Experts.State;
using StreamMoe.Streams.Randomness;
using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Tests.Views;

/// <summary>Log-odds in place of nominal attributes with many values.</summary>
public sealed class ManyValuesTests
{
    [Theory, InlineData(2), InlineData(3)]
    public void Odds_AreThoseOfTheDefinition(int classes)
    {
        ValueOdds odds = new(classes);
        JavaRandom random = new(1);
        Dictionary<int, double[]> sums = [];
        double[] shares = classes == 2 ? [0.7, 0.3] : [0.5, 0.3, 0.2], columns = new double[odds.Width];
        for (int i = 0; i < 3000; i++)
        {
            int value = random.NextInt(40), label = random.NextInt(classes);
            odds.Fill(value, shares, columns);
            double n = sums.TryGetValue(value, out double[]? s) ? s.Sum() : 0;
            for (int k = 0; k < columns.Length; k++)
            {
                int c = classes == 2 ? 1 : k;
                double expected = n == 0 ? 0 : Logit((s![c] + 3 * shares[c]) / (n + 3)) - Logit(shares[c]);
                Assert.Equal(expected, columns[k], 1e-4);
            }
            if (s is null) sums[value] = s = new double[classes];
            if (n > 19.5) for (int c = 0; c < classes; c++) s[c] *= 19.0 / n;
            s[label]++;
            odds.Learn(value, label);
        }
    }

    [Fact]
    public void Odds_MissingValue_IsMissing()
    {
        ValueOdds odds = new(3);
        double[] columns = new double[3];
        odds.Learn(double.NaN, 1);
        odds.Fill(double.NaN, [0.3, 0.3, 0.4], columns);
        Assert.All(columns, c => Assert.True(double.IsNaN(c)));
    }

    [Fact]
    public void Odds_MoreValuesThanAreToldApart_ShareSlotsAndMemoryIsBounded()
    {
        ValueOdds odds = new(2);
        for (int value = 0; value < 100_000; value++) odds.Learn(value, 1);
        Assert.Equal(4L * 2 * ValueOdds.MostValues, odds.ByteSize);
        double[] one = new double[1], other = new double[1];
        odds.Fill(5, [0.5, 0.5], one);
        odds.Fill(5 + 3 * ValueOdds.MostValues, [0.5, 0.5], other);
        Assert.Equal(one, other);
        Assert.True(one[0] > 1);
    }

    [Fact]
    public void Views_OfManyValues_HaveColumnsInPlaceOfThem()
    {
        using ManyValuesStream stream = new(3);
        InstanceViews views = new(stream.Schema);
        Assert.Equal(["x", "user#0", "user#1", "user#2", "shop#0", "shop#1", "shop#2", "colour", "flag"], views.RawSchema.Attributes.Select(a => a.Name));
        Assert.Equal([false, false, false, false, false, false, false, true, true], views.RawSchema.Attributes.Select(a => a.IsNominal));
        double[] features = [0.5, 7, 1, 44, 1], view = new double[views.Length];
        views.Observe(features, view);
        Assert.Equal([0.5, 0, 0, 0, 0, 0, 0, 31, 1], view[views.TemporalLength..]);
        views.Learn(2, features);
        views.Observe(features, view);
        double[] raw = view[views.TemporalLength..];
        Assert.True(raw[3] > 0.3 && raw[1] < 0 && raw[6] > 0.3, string.Join(" ", raw));
    }

    [Fact]
    public void Views_WithoutNominalAttributes_TheRawOneIsTheInstance()
    {
        InstanceViews views = new(new Schema("numbers", [SchemaAttribute.Numeric("x")], SchemaAttribute.Nominal("class", ["a", "b"])));
        Assert.Equal((0, views.TemporalLength), (views.RawLength, views.Length));
    }

    [Fact]
    public void Views_NameOfAColumnIsTaken_AnotherIsFound()
    {
        Schema schema = new("names", [SchemaAttribute.Nominal("u", []), SchemaAttribute.Numeric("u#1")], SchemaAttribute.Nominal("class", ["a", "b", "c"]));
        Assert.Equal(["u#0", "u#1#", "u#2", "u#1"], new InstanceViews(schema).RawSchema.Attributes.Select(a => a.Name));
    }

    [Fact]
    public void SaveLoad_KeepsTheSums()
    {
        using ManyValuesStream stream = new(2);
        InstanceViews one = new(stream.Schema), other = new(stream.Schema);
        double[] features = new double[5], first = new double[one.Length], second = new double[one.Length];
        for (int i = 0; i < 500; i++) Step(one, first);
        using MemoryStream bytes = new();
        one.Save(new StateWriter(bytes));
        bytes.Position = 0;
        other.Load(new StateReader(bytes));
        for (int i = 0; i < 300; i++)
        {
            stream.Next(features, out int label);
            one.Observe(features, first);
            other.Observe(features, second);
            Assert.Equal(first, second);
            one.Learn(label, features);
            other.Learn(label, features);
        }

        void Step(InstanceViews views, double[] view)
        {
            stream.Next(features, out int label);
            views.Observe(features, view);
            views.Learn(label, features);
        }
    }

    [Fact]
    public void Adaptive_UsersWithEffects_AreLearned()
    {
        using ManyValuesStream stream = new(2);
        using WorkRunner work = new(1);
        ILearner learner = PresetCatalogue.Create("adaptive", []).Create(stream.Schema, 1, work);
        (int right, int counted) = Run(stream, learner, shuffle: false);
        Assert.InRange((double)right / counted, 0.8, 0.97);
        Assert.InRange(learner.ByteSize, 1, 8 << 20);
    }

    [Fact]
    public void Adaptive_LabelsThatHaveNothingToDoWithTheValues_AreNotGuessed()
    {
        using ManyValuesStream stream = new(2);
        using WorkRunner work = new(1);
        ILearner learner = PresetCatalogue.Create("adaptive", []).Create(stream.Schema, 1, work);
        (int right, int counted) = Run(stream, learner, shuffle: true);
        Assert.InRange((double)right / counted, 0.45, 0.5 + 3 * Math.Sqrt(0.25 / counted));
    }

    private static (int Right, int Counted) Run(InstanceStream stream, ILearner learner, bool shuffle)
    {
        const int rows = 6000, counted = 4000;
        InstanceBlock block = new(5, rows);
        stream.Fill(block);
        JavaRandom random = new(9);
        InstanceBlock given = new(5, rows);
        for (int r = 0; r < rows; r++) given.Add(block.Row(r), shuffle ? random.NextInt(2) : block.Labels[r]);
        Predictions answers = new(rows);
        learner.Process(given, answers);
        int right = 0;
        for (int r = rows - counted; r < rows; r++) right += answers.Classes[r] == given.Labels[r] ? 1 : 0;
        return (right, counted);
    }

    private static double Logit(double p) => Math.Log(Math.Clamp(p, 1e-4, 1 - 1e-4) / (1 - Math.Clamp(p, 1e-4, 1 - 1e-4)));
}
