using StreamMoe.Experts.Neural;
using StreamMoe.Experts.Randomness;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Tests.Neural;

public sealed class NetExpertTests
{
    private static readonly NetExpertOptions RobustLinear = new() { Hidden1 = 0, Robust = true, Averaged = true };

    [Fact]
    public void Predict_RobustLinear_FollowsDefinitionWithGradientsFromDifferences()
    {
        NetExpert expert = new(5, 3, RobustLinear);
        PlainRobustLinear plain = new(5, 3, 0.003);
        SeededRandom random = new(1);
        double[] votes = new double[6];
        for (int i = 0; i < 2500; i++)
        {
            double[] x = Instance(random, 5);
            int label = random.NextInt(10) == 0 ? random.NextInt(3) : x[0] > 0.3 ? 2 : x[1] > x[2] ? 1 : 0;
            double weight = 0.5 * (1 + random.NextInt(3));
            ((IExpert)expert).PredictThenTrain(x, label, weight, votes);
            double[] expected = plain.Votes(x);
            for (int v = 0; v < 6; v++) Assert.Equal(expected[v], votes[v], 5e-4);
            plain.Train(x, label, weight);
        }
        Assert.Equal(1 / (1 + Math.Exp(-plain.Rho)), expert.NoiseShare, 1e-4);
        Assert.NotEqual(-2.9, plain.Rho, 0.1);
    }

    [Fact]
    public void Train_StepEveryFour_MovesAtEachFourthInstanceDownTheMeanGradient()
    {
        NetExpertOptions options = new() { Hidden1 = 16, Hidden2 = 16, StepEvery = 4 };
        NetExpert expert = new(6, 3, options, seed: 9);
        MlpStack stack = new(new MlpOptions { Inputs = 6, Hidden = [16, 16], Outputs = 3, LearningRate = 0.003, Initialisation = MlpInitialisation.HeNormal });
        stack.AddMember(9);
        SeededRandom random = new(2);
        double[] probe = Instance(random, 6), votes = new double[3], before = new double[3];
        float[] rows = new float[24], logits = new float[3];
        int[] labels = new int[4];
        for (int i = 0; i < 400; i++)
        {
            double[] x = Instance(random, 6);
            labels[i % 4] = x[0] > 0 ? x[1] > 0 ? 2 : 1 : 0;
            for (int a = 0; a < 6; a++) rows[i % 4 * 6 + a] = (float)x[a];
            expert.Predict(probe, before);
            expert.Train(x, labels[i % 4]);
            expert.Predict(probe, votes);
            if (i % 4 < 3)
            {
                Assert.Equal(before, votes);
                continue;
            }
            stack.TrainSoftmax(0, 4, rows, labels);
            stack.Forward(0, 1, [.. probe.Select(p => (float)p)], logits);
            double sum = logits.Sum(z => Math.Exp(z));
            for (int c = 0; c < 3; c++) Assert.Equal(Math.Exp(logits[c]) / sum, votes[c], 1e-4);
        }
    }

    [Theory]
    [InlineData(0.0, 0.015, 0.02)]
    [InlineData(0.2, 0.13, 0.23)]
    public void NoiseShare_LabelsRedrawn_IsLearned(double redrawn, double least, double most)
        => Assert.InRange(Trained(redrawn, 20_000).NoiseShare, least, most);

    [Fact]
    public void NoiseShare_SharpConceptReversed_RisesToItsCapAndNoFurther()
    {
        NetExpert expert = Trained(0, 20_000);
        SeededRandom random = new(7);
        double most = 0;
        for (int i = 0; i < 2000; i++)
        {
            double[] x = Instance(random, 3);
            expert.Train(x, x[0] + x[1] > 0 ? 0 : 1);
            most = Math.Max(most, expert.NoiseShare);
        }
        Assert.Equal(1 / (1 + Math.Exp(1.1)), most, 1e-6);
    }

    [Fact]
    public void Train_ConceptReversed_IsRelearned()
    {
        NetExpert expert = new(3, 2, RobustLinear);
        SeededRandom random = new(5);
        double[] votes = new double[4];
        int right = 0;
        for (int i = 0; i < 12_000; i++)
        {
            double[] x = Instance(random, 3);
            int label = (x[0] > 0) == i < 6000 ? 1 : 0;
            expert.PredictThenTrain(x, label, 1, votes);
            if (i >= 10_000 && Votes.ArgMax(votes.AsSpan(0, 2)) == label) right++;
        }
        Assert.InRange(right, 1900, 2000);
    }

    [Theory]
    [InlineData("sea-abrupt", "net:hidden1=0,robust=true,averaged=true", 0.87, 0.87)]
    [InlineData("led-abrupt", "net:hidden1=0,robust=true,averaged=true", 0.72, 0.72)]
    [InlineData("hyperplane-fast", "net:hidden1=0,robust=true,learningRate=0.01", 0.90, 0)]
    [InlineData("rbf-moderate", "net", 0.85, 0)]
    [InlineData("rbf-moderate", "net:hidden2=64,stepEvery=4,averaged=true", 0.86, 0.70)]
    [InlineData("waveform", "net:hidden2=64,stepEvery=4,averaged=true", 0.82, 0.82)]
    public void Accuracy_TwentyThousandInstances_ReachesLevel(string stream, string text, double level, double averagedLevel)
    {
        using StandardisedStream source = new(stream);
        double[] accuracy = source.Accuracy(new NetExpert(source.Length, source.Schema.ClassCount, (NetExpertOptions)ExpertCatalogue.Parse(text).Options, 3), 20_000);
        Assert.InRange(accuracy[0], level, 1);
        if (accuracy.Length > 1) Assert.InRange(accuracy[1], averagedLevel, 1);
    }

    [Fact]
    public void Options_OutOfRange_AllNamed()
    {
        NetExpertOptions options = new() { Hidden1 = -1, LearningRate = 0, StepEvery = 129 };
        Assert.Equal(3, Assert.Throws<OptionException>(() => new NetExpert(2, 2, options)).Faults.Count);
        Assert.Equal("hidden2 was 8 and hidden1 was 0; hidden2 must be 0 when hidden1 is.", Assert.Single(new NetExpertOptions { Hidden1 = 0, Hidden2 = 8 }.Faults()));
    }

    private static NetExpert Trained(double redrawn, int instances)
    {
        NetExpert expert = new(3, 2, RobustLinear);
        SeededRandom random = new(4);
        for (int i = 0; i < instances; i++)
        {
            double[] x = Instance(random, 3);
            expert.Train(x, random.NextDouble() < redrawn ? random.NextInt(2) : x[0] + x[1] > 0 ? 1 : 0);
        }
        return expert;
    }

    private static double[] Instance(SeededRandom random, int length)
        => [.. Enumerable.Range(0, length).Select(i => i == length - 1 ? 1 : random.NextGaussian())];
}
