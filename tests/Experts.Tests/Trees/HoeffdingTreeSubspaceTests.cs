using StreamMoe.Experts.State;
using StreamMoe.Experts.Trees;
using StreamMoe.Streams;

namespace StreamMoe.Experts.Tests.Trees;

public class HoeffdingTreeSubspaceTests
{
    private static readonly HoeffdingTreeOptions Eager = new() { GracePeriod = 50, TieThreshold = 0.2 };
    private static readonly int[] Picked = [0, 2, 3];

    [Fact]
    public void PredictThenTrain_SameSubsetEverywhere_IsTheTreeOfTheProjectedStream()
    {
        int draws = 0;
        HoeffdingTree tree = new(TestStream.Schema, Eager, all =>
        {
            draws++;
            return all.Subset(Picked);
        });
        Schema projected = new("projected", Picked.Select(a => TestStream.Schema.Attributes[a]), TestStream.Schema.Class);
        HoeffdingTree expected = new(projected, Eager);
        double[] features = new double[TestStream.AttributeCount], votes = new double[3], wanted = new double[3];
        TestStream stream = new(1) { Missing = 0.02, Weighted = true };
        for (int i = 0; i < 5000; i++)
        {
            int label = stream.Next(features, out double weight);
            if (i == 2500) tree = Restored(tree, all => all.Subset(Picked));
            tree.PredictThenTrain(features, label, weight, votes);
            expected.PredictThenTrain([.. Picked.Select(a => features[a])], label, weight, wanted);
            Assert.Equal(wanted, votes);
        }
        Assert.True(expected.DecisionNodeCount > 3, "The tree hardly grew.");
        Assert.Equal((expected.DecisionNodeCount, expected.LeafCount, expected.Depth), (tree.DecisionNodeCount, tree.LeafCount, tree.Depth));
        Assert.InRange(draws, 2, 2 * tree.DecisionNodeCount + 1);
    }

    [Fact]
    public void Reset_Grown_IsAsNew()
    {
        HoeffdingTree used = new(TestStream.Schema, Eager), fresh = new(TestStream.Schema, Eager);
        TestStream stream = new(2) { LateFrom = 1000 };
        double[] features = new double[TestStream.AttributeCount], votes = new double[TestStream.VoteLength], wanted = new double[TestStream.VoteLength];
        for (int i = 0; i < 3000; i++) used.Train(features, stream.Next(features, out _));
        used.Reset();
        Assert.Equal(fresh.ByteSize, used.ByteSize);
        for (int i = 0; i < 3000; i++)
        {
            int label = stream.Next(features, out _);
            used.PredictThenTrain(features, label, 1, votes);
            fresh.PredictThenTrain(features, label, 1, wanted);
            Assert.Equal(wanted, votes);
        }
    }

    private static HoeffdingTree Restored(HoeffdingTree tree, Func<AttributePlan, AttributePlan> draw)
    {
        using MemoryStream bytes = new();
        tree.Save(new StateWriter(bytes));
        bytes.Position = 0;
        HoeffdingTree restored = new(TestStream.Schema, Eager, draw);
        restored.Load(new StateReader(bytes));
        Assert.Equal(tree.ByteSize, restored.ByteSize);
        return restored;
    }
}
