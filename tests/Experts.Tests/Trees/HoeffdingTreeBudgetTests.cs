using StreamMoe.Experts.Bayes;
using StreamMoe.Experts.State;
using StreamMoe.Experts.Trees;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;

namespace StreamMoe.Experts.Tests.Trees;

public class HoeffdingTreeBudgetTests
{
    private static readonly HoeffdingTreeOptions Eager = new() { GracePeriod = 50, TieThreshold = 0.3 };

    [Theory]
    [InlineData("random-tree", 20_000)]
    [InlineData("random-tree", 60_000)]
    [InlineData("agrawal-abrupt", 40_000)]
    [InlineData("led-abrupt", 50_000)]
    public void Train_SmallBudget_IsKeptAndLeavesStillPredict(string name, long budget)
    {
        using InstanceStream stream = StreamCatalogue.Open(name);
        HoeffdingTree tree = new(stream.Schema, Eager with { MaxByteSize = budget }), free = new(stream.Schema, Eager);
        double[] features = new double[stream.Schema.AttributeCount], votes = new double[stream.Schema.ClassCount];
        int right = 0, rightFree = 0;
        int[] perClass = new int[votes.Length];
        for (int i = 0; i < 40_000; i++)
        {
            stream.Next(features, out int label);
            tree.PredictThenTrain(features, label, 1, votes);
            if (Votes.ArgMax(votes) == label) right++;
            free.PredictThenTrain(features, label, 1, votes);
            if (Votes.ArgMax(votes) == label) rightFree++;
            perClass[label]++;
            Assert.InRange(tree.ByteSize, 0, budget);
        }
        Assert.True(free.ByteSize > 2 * budget, $"The free tree has {free.ByteSize} bytes: the budget did not bind.");
        Assert.InRange(tree.ActiveLeafCount, 1, tree.LeafCount - 1);
        Assert.True(right > perClass.Max(), $"{right} right, the majority class alone {perClass.Max()}.");
        Assert.True(right <= rightFree + 400, $"{right} right under a budget, {rightFree} without.");
    }

    [Fact]
    public void Train_BudgetBinds_TheMostPromisingLeavesStayActive()
    {
        // Attribute 0 tells five branches apart; branch 4 alone is mixed, so that only its leaf promises anything.
        Schema schema = new("s", [SchemaAttribute.Nominal("branch", ["0", "1", "2", "3", "4"]), SchemaAttribute.Numeric("x"), SchemaAttribute.Numeric("z")], SchemaAttribute.Nominal("class", ["a", "b"]));
        HoeffdingTree tree = new(schema, new HoeffdingTreeOptions { MaxByteSize = 4000, TieThreshold = 0, LeafPrediction = LeafPrediction.NaiveBayes });
        Random random = new(1);
        for (int i = 0; i < 4000; i++)
        {
            int branch = random.Next(5);
            tree.Train([branch, random.NextDouble(), random.NextDouble()], branch == 4 ? random.Next(2) : branch % 2);
        }
        Assert.Equal(5, tree.LeafCount);
        Assert.InRange(tree.ActiveLeafCount, 1, 4);
        Assert.False(VotesAreTheSame(tree, branch: 4), "The mixed leaf does not look at x any more.");
        Assert.True(VotesAreTheSame(tree, branch: 0), "A pure leaf looks at x.");
    }

    [Fact]
    public void Train_NoBudgetAtAll_CountsClassesOnly()
    {
        HoeffdingTree tree = new(TestStream.Schema, Eager with { MaxByteSize = 0 });
        double[] features = new double[TestStream.AttributeCount], votes = new double[3];
        TestStream stream = new(1);
        double[] counts = new double[3];
        for (int i = 0; i < 1000; i++)
        {
            int label = stream.Next(features, out _);
            tree.PredictThenTrain(features, label, 1, votes);
            Assert.Equal(counts, votes);
            counts[label]++;
        }
        Assert.Equal(0, tree.ActiveLeafCount);
    }

    [Fact]
    public void Train_StopMemoryManagement_StopsGrowingForGood()
    {
        HoeffdingTree tree = new(TestStream.Schema, Eager with { MaxByteSize = 30_000, StopMemoryManagement = true });
        double[] features = new double[TestStream.AttributeCount];
        TestStream stream = new(2);
        int stoppedAt = 0;
        for (int i = 0; i < 30_000; i++)
        {
            int label = stream.Next(features, out _);
            int leaves = tree.LeafCount;
            tree.Train(features, label);
            if (stoppedAt > 0) Assert.Equal(leaves, tree.LeafCount);
            if (stoppedAt == 0 && tree.ByteSize > 30_000) stoppedAt = i;
            Assert.Equal(tree.LeafCount, tree.ActiveLeafCount);
        }
        Assert.InRange(stoppedAt, 1, 20_000);
    }

    [Fact]
    public void ByteSize_AfterEveryInstance_EqualsThatOfTheRestoredTree()
    {
        HoeffdingTree tree = new(TestStream.Schema, Eager with { MaxByteSize = 60_000 });
        double[] features = new double[TestStream.AttributeCount];
        TestStream stream = new(3) { LateFrom = 1000, Missing = 0.02 };
        for (int i = 0; i < 4000; i++)
        {
            int label = stream.Next(features, out _);
            tree.Train(features, label);
            if (i % 97 != 0) continue;
            using MemoryStream bytes = new();
            tree.Save(new StateWriter(bytes));
            bytes.Position = 0;
            HoeffdingTree restored = new(TestStream.Schema, tree.Options);
            restored.Load(new StateReader(bytes));
            Assert.Equal(restored.ByteSize, tree.ByteSize);
        }
    }

    [Theory]
    [InlineData("rbf-fast")]
    [InlineData("led-abrupt")]
    [InlineData("agrawal-abrupt")]
    public void ByteSize_NaiveBayes_IsWhatItAllocated(string name)
    {
        using InstanceStream stream = StreamCatalogue.Open(name);
        double[] features = new double[stream.Schema.AttributeCount];
        stream.Next(features, out int label);
        new NaiveBayes(stream.Schema).Train(features, label);
        NaiveBayes made = new(stream.Schema);
        long before = GC.GetAllocatedBytesForCurrentThread();
        made.Train(features, label);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(allocated, 0.8 * made.ByteSize - 300, 1.1 * made.ByteSize);
    }

    private static bool VotesAreTheSame(HoeffdingTree tree, int branch)
    {
        double[] near = new double[2], far = new double[2];
        tree.Predict([branch, 0.1, 0.5], near);
        tree.Predict([branch, 0.9, 0.5], far);
        return near.AsSpan().SequenceEqual(far);
    }
}
