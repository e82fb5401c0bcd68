using StreamMoe.Experts.Trees;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;

namespace StreamMoe.Experts.Tests.Trees;

public class HoeffdingAdaptiveTreeBudgetTests
{
    private static readonly HoeffdingTreeOptions Eager = new() { GracePeriod = 50, TieThreshold = 0.3 };

    [Theory]
    [InlineData("random-tree", 60_000)]
    [InlineData("random-tree", 200_000)]
    [InlineData("led-abrupt", 100_000)]
    public void Train_SmallBudget_IsKeptAndLeavesStillPredict(string name, long budget)
    {
        using InstanceStream stream = StreamCatalogue.Open(name);
        HoeffdingAdaptiveTree tree = new(stream.Schema, Eager with { MaxByteSize = budget }), free = new(stream.Schema, Eager);
        double[] features = new double[stream.Schema.AttributeCount], votes = new double[stream.Schema.ClassCount];
        int right = 0;
        long largest = 0;
        int[] perClass = new int[votes.Length];
        for (int i = 0; i < 40_000; i++)
        {
            stream.Next(features, out int label);
            free.Train(features, label);
            tree.PredictThenTrain(features, label, 1, votes);
            if (Votes.ArgMax(votes) == label) right++;
            perClass[label]++;
            if (i % 16 != 0) continue;
            Assert.InRange(tree.ByteSize, 0, budget);
            largest = Math.Max(largest, free.ByteSize);
        }
        Assert.True(largest > 2 * budget, $"The free tree has at most {largest} bytes: the budget did not bind.");
        Assert.True(right > perClass.Max(), $"{right} right, the majority class alone {perClass.Max()}.");
    }

    [Fact]
    public void Train_NoBudgetAtAll_CountsClassesOnly()
    {
        HoeffdingAdaptiveTree tree = new(TestStream.Schema, Eager with { MaxByteSize = 0 });
        double[] features = new double[TestStream.AttributeCount], votes = new double[3];
        TestStream stream = new(1);
        for (int i = 0; i < 1000; i++) tree.PredictThenTrain(features, stream.Next(features, out _), 1, votes);
        Assert.Equal((0, 1), (tree.DecisionNodeCount, tree.LeafCount));
        Assert.InRange(tree.ByteSize, 1, 3000);
        Assert.True(votes.Min() > 0, "Not all classes were counted.");
    }

    [Fact]
    public void Train_ConceptChanges_AlternatesReplaceBranches()
    {
        using InstanceStream stream = StreamCatalogue.Open("sea:function=1 @20000/1 sea:function=3");
        HoeffdingAdaptiveTree tree = new(stream.Schema);
        double[] features = new double[stream.Schema.AttributeCount];
        int before = 0, alternates = 0, fewest = int.MaxValue;
        for (int i = 0; i < 40_000; i++)
        {
            stream.Next(features, out int label);
            tree.Train(features, label);
            if (i == 20_000) before = tree.DecisionNodeCount;
            if (i <= 20_000) continue;
            alternates = Math.Max(alternates, tree.AlternateCount);
            fewest = Math.Min(fewest, tree.DecisionNodeCount);
        }
        Assert.True(before > 0, "The tree never split.");
        Assert.InRange(alternates, 1, before);
        Assert.True(fewest < before, $"{before} split nodes before the change, never fewer after it.");
    }
}
