using StreamMoe.Experts.Neighbours;
using StreamMoe.Experts.Randomness;
using StreamMoe.Experts.State;
using StreamMoe.Experts.Vectors;

namespace StreamMoe.Experts.Tests.Neighbours;

public sealed class NearestNeighboursTests
{
    public static TheoryData<int, int, int, int, int> Shapes => new()
    {
        { 2000, 7, 600, 3, 11 }, { 64, 1, 63, 16, 1 }, { 100, 16, 1, 1, 5 }, { 128, 5, 64, 4, 17 },
        { 1, 1, 0, 1, 3 }, { 65, 7, 10, 7, 2 }, { 500, 8, 130, 8, 33 }, { 1999, 3, 1998, 3, 4 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Predict_AnyShape_SameBitsAsPlainDefinitionAtEveryWidth(int window, int k, int innerWindow, int innerK, int attributes)
        => ComparePlain(window, k, innerWindow, innerK, attributes, weighted: false);

    [Theory]
    [InlineData(2000, 7, 600, 3, 11), InlineData(100, 16, 1, 1, 5), InlineData(300, 5, 64, 4, 17), InlineData(40, 3, 0, 1, 3)]
    public void Predict_Weighted_SameBitsAsPlainDefinitionAtEveryWidth(int window, int k, int innerWindow, int innerK, int attributes)
        => ComparePlain(window, k, innerWindow, innerK, attributes, weighted: true);

    private static void ComparePlain(int window, int k, int innerWindow, int innerK, int attributes, bool weighted)
    {
        NearestNeighboursOptions options = new() { Window = window, Neighbours = k, InnerWindow = innerWindow, InnerNeighbours = innerK, Weighted = weighted };
        KernelWidth[] widths = [.. Enum.GetValues<KernelWidth>().Where(KernelWidths.IsSupported)];
        NearestNeighbours[] experts = [.. widths.Select(w => new NearestNeighbours(attributes, 3, options, w))];
        PlainNeighbours plain = new(3, weighted, window);
        SeededRandom random = new((ulong)(window + attributes));
        double[] features = new double[attributes];
        for (int i = 0; i < 2 * window + (weighted ? 1100 : 300); i++)
        {
            // Coarse values make ties, exact repetitions among them.
            for (int a = 0; a < attributes; a++) features[a] = i % 3 == 0 ? random.NextInt(3) : random.NextGaussian();
            int label = weighted && i % 2 == 0 ? features[0] > 0.5 ? 1 : 0 : random.NextInt(i < window ? 3 : 5);
            double weight = 0.5 * (1 + random.NextInt(3));
            if (i % 7 == 0 || i < 40)
            {
                double[] expected = [.. innerWindow > 0 ? plain.Votes(features, innerWindow, innerK, 6) : [], .. plain.Votes(features, window, k, 6)];
                double[] votes = new double[expected.Length];
                foreach (NearestNeighbours expert in experts)
                {
                    expert.Predict(features, votes);
                    Assert.Equal(expected, votes);
                }
            }
            plain.Add(features, label, weight);
            foreach (NearestNeighbours expert in experts) expert.Train(features, label, weight);
        }
    }

    [Fact]
    public void Predict_NothingLearned_AllKnownClassesEqual()
    {
        double[] votes = new double[10];
        new NearestNeighbours(2, 4).Predict([0.5, 1], votes);
        Assert.Equal([0.25, 0.25, 0.25, 0.25, 0, 0.25, 0.25, 0.25, 0.25, 0], votes);
    }

    [Theory]
    [InlineData(1e-300)]
    [InlineData(1e300)]
    public void Predict_ExtremeWeight_StaysProbabilitiesAndIsRestored(double weight)
    {
        NearestNeighbours expert = new(1, 2), restored = new(1, 2);
        double[] votes = new double[4];
        expert.Train([1], 1, weight);
        using MemoryStream bytes = new();
        expert.Save(new StateWriter(bytes));
        bytes.Position = 0;
        restored.Load(new StateReader(bytes));
        restored.Predict([2], votes);
        Assert.Equal(1, votes[2] + votes[3], 1e-12);
        Assert.True(votes[1] > 0.5 && votes[3] > 0.5);
    }

    [Fact]
    public void Predict_ConceptReversed_FollowsAfterOneWindow()
    {
        NearestNeighbours expert = new(1, 2, new NearestNeighboursOptions { Window = 200, InnerWindow = 50 });
        SeededRandom random = new(3);
        double[] features = new double[1], votes = new double[4];
        for (int i = 0; i < 1200; i++)
        {
            features[0] = random.NextDouble() - 0.5;
            expert.Train(features, features[0] > 0 == i < 1000 ? 1 : 0);
        }
        expert.Predict([0.25], votes);
        Assert.True(votes[0] > 0.8 && votes[2] > 0.8, string.Join(" ", votes));
    }

    [Theory]
    [InlineData("rbf-fast", 0.91, 0.87)]
    [InlineData("rbf-moderate", 0.90, 0.90)]
    public void Accuracy_TwentyThousandInstances_ReachesLevel(string stream, double innerLevel, double level)
    {
        using StandardisedStream source = new(stream);
        double[] accuracy = source.Accuracy(new NearestNeighbours(source.Length, source.Schema.ClassCount), 20_000);
        Assert.InRange(accuracy[0], innerLevel, 1);
        Assert.InRange(accuracy[1], level, 1);
    }

    [Fact]
    public void Weights_OneAttributeTellsAndThreeSayNothing_TheyFade()
    {
        NearestNeighbours expert = new(4, 2);
        SeededRandom random = new(3);
        double[] features = new double[4];
        for (int i = 0; i < 3000; i++)
        {
            for (int a = 0; a < 4; a++) features[a] = random.NextGaussian();
            expert.Train(features, features[2] > 0 ? 1 : 0);
        }
        Assert.Equal(1, expert.Weights[2], 1e-3);
        foreach (int a in (int[])[0, 1, 3]) Assert.InRange(expert.Weights[a], 0.14, 0.35);
    }

    [Fact]
    public void Weights_TwoAttributesTellTogetherAlone_BothAreKept()
    {
        NearestNeighbours expert = new(5, 2);
        SeededRandom random = new(4);
        double[] features = new double[5];
        for (int i = 0; i < 6000; i++)
        {
            for (int a = 0; a < 5; a++) features[a] = 2 * random.NextDouble() - 1;
            expert.Train(features, features[0] > 0 ^ features[3] > 0 ? 1 : 0);
        }
        foreach (int a in (int[])[0, 3]) Assert.InRange(expert.Weights[a], 0.9, 1);
        foreach (int a in (int[])[1, 2, 4]) Assert.InRange(expert.Weights[a], 0.14, 0.6);
    }

    [Fact]
    public void Weights_NothingTells_StayEqual()
    {
        NearestNeighbours expert = new(3, 2);
        SeededRandom random = new(5);
        double[] features = new double[3];
        for (int i = 0; i < 4000; i++)
        {
            for (int a = 0; a < 3; a++) features[a] = random.NextGaussian();
            expert.Train(features, random.NextInt(2));
        }
        Assert.True(expert.Weights.ToArray().Max() < 2.5 * expert.Weights.ToArray().Min(), string.Join(" ", expert.Weights.ToArray()));
    }

    [Theory]
    [InlineData(20, 0.5)]
    public void Accuracy_NoiseAttributes_WeightsFindThoseThatTell(int noise, double least)
    {
        NearestNeighbours weighted = new(2 + noise, 2), plain = new(2 + noise, 2, new NearestNeighboursOptions { Weighted = false });
        SeededRandom random = new(6);
        double[] features = new double[2 + noise], votes = new double[4];
        int[] right = new int[2];
        const int rows = 4000, counted = 2000;
        for (int i = 0; i < rows; i++)
        {
            for (int a = 0; a < features.Length; a++) features[a] = random.NextGaussian();
            int label = features[0] * features[1] > 0 ? 1 : 0;
            foreach ((NearestNeighbours expert, int which) in ((NearestNeighbours, int)[])[(weighted, 0), (plain, 1)])
            {
                expert.PredictThenTrain(features, label, 1, votes);
                if (i >= rows - counted && votes[2] > votes[3] == (label == 0)) right[which]++;
            }
        }
        Assert.True(noise == 0 ? Math.Abs(right[0] - right[1]) < 0.02 * counted : right[0] - right[1] > least * (counted - right[1]), string.Join(" ", right));
    }

    [Fact]
    public void Options_InnerWindowNotBelowWindow_SaysBoth()
    {
        NearestNeighboursOptions options = new() { Window = 100, InnerWindow = 100 };
        Assert.Equal(["innerWindow was 100 and window 100; innerWindow must be below window (0 = no inner window)."], options.Faults());
    }
}
