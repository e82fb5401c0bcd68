using StreamMoe.Experts.Numerics;
using StreamMoe.Experts.Randomness;
using StreamMoe.Experts.Trees;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;

namespace StreamMoe.Experts.Tests.Trees;

public sealed class DriftingTreeTests
{
    private const string Reversed = "sine:function=1 @10000/1 sine:function=2";

    [Fact]
    public void Predict_NoDriftAndNoPoisson_IsTheHoeffdingTree()
    {
        DriftingTree expert = new(TestStream.Schema, new() { DriftDelta = 1e-9 });
        HoeffdingTree tree = new(TestStream.Schema);
        TestStream stream = new(1) { Missing = 0.05 };
        double[] features = new double[TestStream.AttributeCount], votes = new double[3], expected = new double[3];
        for (int i = 0; i < 3000; i++)
        {
            int label = stream.Next(features, out double weight);
            expert.PredictThenTrain(features, label, weight, votes);
            tree.PredictThenTrain(features, label, weight, expected);
            Assert.Equal(expected, votes);
        }
        Assert.Equal(0, expert.DriftCount);
    }

    [Theory]
    [InlineData("drifting-tree", 0.95)]
    [InlineData("drifting-tree:tree.gracePeriod=50,tree.splitConfidence=0.0001,lambda=6,warningDelta=0.01,driftDelta=0.001", 0.95)]
    [InlineData("drifting-tree:tree.gracePeriod=50,tree.splitConfidence=0.2,lambda=1,warningDelta=0.01,driftDelta=0.001", 0.95)]
    public void Accuracy_ConceptReversed_RecoversWhereAPlainTreeDoesNot(string text, double level)
    {
        DriftingTree expert = (DriftingTree)ExpertCatalogue.Parse(text).Create(StreamCatalogue.Open(Reversed).Schema, 2);
        Assert.InRange(Accuracy(expert), level, 1);
        Assert.InRange(expert.DriftCount, 1, 10);
        Assert.InRange(Accuracy(new HoeffdingTree(StreamCatalogue.Open(Reversed).Schema)), 0, 0.8);
    }

    [Fact]
    public void PredictThenTrain_DriftAfterWarning_PromotesTheTreeThatLearnedSince()
    {
        // A cautious drift detector leaves the background tree time to learn the new concept.
        DriftingTree expert = new(StreamCatalogue.Open(Reversed).Schema, new() { WarningDelta = 0.05, DriftDelta = 1e-30 });
        using InstanceStream stream = StreamCatalogue.Open(Reversed);
        double[] features = new double[stream.Schema.AttributeCount], votes = new double[2];
        bool background = false;
        for (int i = 0; i < 20_000; i++)
        {
            stream.Next(features, out int label);
            expert.PredictThenTrain(features, label, 1, votes);
            if (expert.DriftCount == 1)
            {
                Assert.True(background, "no background tree before the drift");
                expert.Predict(features, votes);
                Assert.True(votes.Sum() > 0, "the tree in place has learned nothing");
                return;
            }
            background = expert.HasBackground;
        }
        Assert.Fail("no drift was signalled");
    }

    [Fact]
    public void Create_OtherSeed_GivesAnotherTreeOnlyWithPoisson()
    {
        Assert.NotEqual(FinalVotes(6, seed: 1), FinalVotes(6, seed: 2));
        Assert.Equal(FinalVotes(0, seed: 1), FinalVotes(0, seed: 2));
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(100)]
    public void PoissonDraw_ManyDraws_HasItsMeanAndVariance(double lambda)
    {
        const int draws = 200_000;
        PoissonDraw table = new(lambda);
        SeededRandom random = new(8);
        double sum = 0, squares = 0;
        for (int i = 0; i < draws; i++)
        {
            double k = table.At(random.NextDouble());
            sum += k;
            squares += k * k;
        }
        double mean = sum / draws, tolerance = 5 * Math.Sqrt(lambda / draws);
        Assert.Equal(lambda, mean, tolerance);
        Assert.Equal(1, (squares / draws - mean * mean) / lambda, 0.02);
    }

    [Fact]
    public void PoissonDraw_EndsOfTheUnitInterval_AreZeroAndFinite()
    {
        PoissonDraw table = new(1);
        Assert.Equal(0, table.At(0));
        Assert.Equal(0, table.At(Math.Exp(-1) * 0.999999));
        Assert.Equal(1, table.At(Math.Exp(-1) * 1.000001));
        Assert.InRange(table.At(1 - 1.0 / (1L << 53)), 10, 30);
    }

    private static double Accuracy(IExpert expert)
    {
        using InstanceStream stream = StreamCatalogue.Open(Reversed);
        double[] features = new double[stream.Schema.AttributeCount], votes = new double[2];
        int right = 0;
        for (int i = 0; i < 20_000; i++)
        {
            stream.Next(features, out int label);
            expert.PredictThenTrain(features, label, 1, votes);
            if (Votes.ArgMax(votes) == label) right++;
        }
        return right / 20_000.0;
    }

    private static double[] FinalVotes(double lambda, ulong seed)
    {
        DriftingTree expert = new(TestStream.Schema, new() { Lambda = lambda }, seed);
        TestStream stream = new(3);
        double[] features = new double[TestStream.AttributeCount], votes = new double[3];
        for (int i = 0; i < 2000; i++)
        {
            int label = stream.Next(features, out double weight);
            expert.PredictThenTrain(features, label, weight, votes);
        }
        return votes;
    }
}
