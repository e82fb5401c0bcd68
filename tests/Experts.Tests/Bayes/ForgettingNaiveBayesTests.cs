using StreamMoe.Experts.Bayes;
using StreamMoe.Experts.Randomness;
using StreamMoe.Experts.State;
using StreamMoe.Experts.Vectors;

namespace StreamMoe.Experts.Tests.Bayes;

public sealed class ForgettingNaiveBayesTests
{
    [Theory]
    [InlineData(1, 2)]
    [InlineData(16, 3)]
    [InlineData(50, 11)]
    public void Predict_AnyShape_FollowsDefinitionWithSameBitsAtEveryWidth(int attributes, int classes)
    {
        KernelWidth[] widths = [.. Enum.GetValues<KernelWidth>().Where(KernelWidths.IsSupported)];
        ForgettingNaiveBayes[] experts = [.. widths.Select(w => new ForgettingNaiveBayes(attributes, classes, new() { Memory = 60 }, w))];
        PlainForgettingBayes plain = new(classes, attributes, 60);
        SeededRandom random = new((ulong)attributes);
        double[] x = new double[attributes], votes = new double[classes], first = new double[classes];
        for (int i = 0; i < 1500; i++)
        {
            int label = random.NextInt(1 + random.NextInt(classes));
            for (int a = 0; a < attributes; a++)
                x[a] = a % 3 == 0 ? random.NextInt(2) : random.NextGaussian() * (1 + a % 2) + (a < 4 ? 0.3 * label * Math.Cos(0.01 * i) : 0);
            if (random.NextInt(100) == 0) x[0] = 8;
            double weight = 0.5 * (1 + random.NextInt(3));
            if (i > 0)
            {
                experts[0].Predict(x, first);
                double[] expected = plain.Votes(x);
                for (int c = 0; c < classes; c++) Assert.Equal(expected[c], first[c], 1e-4);
            }
            foreach (ForgettingNaiveBayes expert in experts)
            {
                ((IExpert)expert).PredictThenTrain(x, label, weight, votes);
                if (i > 0) Assert.Equal(first, votes);
            }
            plain.Train(x, label, weight);
        }
        Assert.All(experts, e => Assert.Equal(Bytes(experts[0]), Bytes(e)));
    }

    [Fact]
    public void Predict_ClassNeverSeen_GetsZeroAndNothingLearnedAllEqual()
    {
        ForgettingNaiveBayes expert = new(2, 4);
        double[] votes = new double[5];
        expert.Predict([0, 1], votes);
        Assert.Equal([0.25, 0.25, 0.25, 0.25, 0], votes);
        expert.Train([0, 1], 2);
        expert.Predict([3, 1], votes);
        Assert.Equal([0, 0, 1, 0, 0], votes);
    }

    [Fact]
    public void Predict_MeansExchanged_FollowsAfterSomeMemories()
    {
        ForgettingNaiveBayes expert = new(1, 2, new() { Memory = 100 });
        SeededRandom random = new(6);
        double[] votes = new double[2];
        for (int i = 0; i < 10_000; i++) Learn(expert, random, 1);
        expert.Predict([1], votes);
        Assert.True(votes[1] > 0.8);
        for (int i = 0; i < 500; i++) Learn(expert, random, -1);
        expert.Predict([1], votes);
        Assert.True(votes[0] > 0.8);
    }

    [Theory]
    [InlineData("led-abrupt", 0.725)]
    [InlineData("sea-abrupt", 0.86)]
    [InlineData("hyperplane-fast", 0.87)]
    public void Accuracy_TwentyThousandInstances_ReachesLevel(string stream, double level)
    {
        using StandardisedStream source = new(stream);
        Assert.InRange(source.Accuracy(new ForgettingNaiveBayes(source.Length, source.Schema.ClassCount), 20_000)[0], level, 1);
    }

    private static void Learn(ForgettingNaiveBayes expert, SeededRandom random, double sign)
    {
        int label = random.NextInt(2);
        expert.Train([sign * (2 * label - 1) + random.NextGaussian()], label);
    }

    private static byte[] Bytes(IExpert expert)
    {
        using MemoryStream bytes = new();
        expert.Save(new StateWriter(bytes));
        return bytes.ToArray();
    }
}
