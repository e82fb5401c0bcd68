using StreamMoe.Experts.Trees;
using StreamMoe.Streams;

namespace StreamMoe.Experts.Tests.Trees;

/// <summary>The fast tree against the plain one, on random schemas, options and streams.</summary>
public class HoeffdingTreeReferenceTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 48)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void PredictThenTrain_RandomStream_GivesTheVotesOfThePlainTree(int seed)
    {
        Random random = new(seed);
        Schema schema = RandomSchema(random);
        HoeffdingTreeOptions options = RandomOptions(random);
        HoeffdingTree tree = new(schema, options);
        ReferenceTree reference = new(schema, options);
        double[] x = new double[schema.AttributeCount], votes = new double[40];
        double missing = random.Next(3) * 0.04, late = random.Next(2) * 0.01, infinite = random.Next(4) == 0 ? 0.002 : 0, weighted = random.Next(2);
        for (int i = 0; i < 3000; i++)
        {
            int label = Draw(random, schema, x, i > 1500 ? late : 0, missing, infinite);
            double weight = weighted == 0 ? 1 : random.Next(20) == 0 ? 0 : random.NextDouble() * 2;
            List<double> expected = reference.Predict(x);
            tree.PredictThenTrain(x, label, weight, votes);
            for (int c = 0; c < votes.Length; c++) CheckVote(seed, i, c, c < expected.Count ? expected[c] : 0, votes[c]);
            reference.Train(x, label, weight);
        }
        Assert.True(reference.Splits > 0 || options.TieThreshold == 0, "Nothing ever split: the comparison says little.");
    }

    private static void CheckVote(int seed, int instance, int label, double expected, double found)
    {
        // The exponential functions differ in the last place, and by one denormal unit at the bottom.
        bool same = expected.Equals(found) || Math.Abs(expected - found) <= 1e-12 * Math.Abs(expected) + 1e-300;
        Assert.True(same, $"Seed {seed}, instance {instance}, class {label}: vote {found:R}, expected {expected:R}.");
    }

    private static Schema RandomSchema(Random random)
    {
        int kind = random.Next(3);
        List<SchemaAttribute> attributes = [];
        for (int a = random.Next(1, 8); a >= 0; a--)
        {
            bool nominal = kind == 0 || (kind == 1 && random.Next(2) == 0);
            attributes.Add(nominal ? SchemaAttribute.Nominal($"a{a}", Names(random.Next(1, 7))) : SchemaAttribute.Numeric($"a{a}"));
        }
        return new Schema("random", attributes, SchemaAttribute.Nominal("class", Names(random.Next(2, 12))));
    }

    private static HoeffdingTreeOptions RandomOptions(Random random) => new()
    {
        GracePeriod = random.Next(20, 120),
        SplitConfidence = random.Next(2) == 0 ? 1e-7 : 0.05,
        TieThreshold = random.Next(4) == 0 ? 0 : 0.4,
        SplitCriterion = random.Next(3) == 0 ? SplitCriterion.Gini : SplitCriterion.InformationGain,
        MinBranchFraction = random.Next(2) == 0 ? 0.01 : 0.1,
        NumericSplitPoints = random.Next(1, 14),
        LeafPrediction = (LeafPrediction)random.Next(3),
        NaiveBayesThreshold = random.Next(200),
        BinarySplits = random.Next(3) == 0,
        RemovePoorAttributes = random.Next(2) == 0,
        NoPrePrune = random.Next(2) == 0,
        StopMemoryManagement = random.Next(4) == 0,
        MemoryEstimatePeriod = random.Next(2) * 100,
    };

    private static int Draw(Random random, Schema schema, double[] x, double late, double missing, double infinite)
    {
        double sum = 0;
        for (int a = 0; a < x.Length; a++)
        {
            int values = schema.Attributes[a].Domain?.Count ?? 0;
            x[a] = values == 0 ? Math.Round(random.NextDouble() * 6 - 2, random.Next(3)) : random.NextDouble() < late ? values + random.Next(30) : random.Next(values);
            sum += x[a] * (1 + a % 3);
        }
        int classes = schema.ClassCount;
        int label = random.Next(5) == 0 ? random.Next(classes) : Math.Abs((int)sum) % classes;
        if (random.NextDouble() < late) label = random.Next(classes, 30);
        for (int a = 0; a < x.Length; a++)
        {
            if (random.NextDouble() < missing) x[a] = double.NaN;
            else if (!schema.Attributes[a].IsNominal && random.NextDouble() < infinite) x[a] = random.Next(2) == 0 ? double.PositiveInfinity : double.NegativeInfinity;
        }
        return label;
    }

    private static IEnumerable<string> Names(int count) => Enumerable.Range(0, count).Select(i => i.ToString());
}
