using StreamMoe.Experts.State;
using StreamMoe.Experts.Trees;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;

namespace StreamMoe.Experts.Tests.Trees;

public class HoeffdingAdaptiveTreeStateTests
{
    [Theory]
    [InlineData("sine:function=1 @10000/1 sine:function=2", 33_554_432, true)]
    [InlineData("sine:function=1 @10000/1 sine:function=2", 60_000, true)]
    [InlineData("sea:function=1 @10000/1 sea:function=3", 40_000, true)]
    [InlineData("random-tree", 60_000, false)]
    public void Load_RestoredAgainAndAgain_StaysTheSameTree(string text, long budget, bool hasAlternates)
    {
        using InstanceStream stream = StreamCatalogue.Open(text);
        HoeffdingTreeOptions options = new() { GracePeriod = 100, TieThreshold = 0.2, MaxByteSize = budget };
        HoeffdingAdaptiveTree tree = new(stream.Schema, options), restored = new(stream.Schema, options);
        double[] features = new double[stream.Schema.AttributeCount], votes = new double[stream.Schema.ClassCount], expected = new double[votes.Length];
        int restoredWithAlternates = 0;
        for (int i = 0; i < 25_000; i++)
        {
            stream.Next(features, out int label);
            tree.PredictThenTrain(features, label, 1, expected);
            restored.PredictThenTrain(features, label, 1, votes);
            Assert.Equal(expected, votes);
            if (i % 100 != 0) continue;
            if (tree.AlternateCount > 0) restoredWithAlternates++;
            byte[] state = Bytes(tree);
            Assert.Equal(state, Bytes(restored));
            restored = new HoeffdingAdaptiveTree(stream.Schema, options);
            restored.Load(new StateReader(new MemoryStream(state)));
            Assert.Equal((tree.ByteSize, tree.Depth, tree.AlternateCount), (restored.ByteSize, restored.Depth, restored.AlternateCount));
        }
        Assert.Equal(hasAlternates, restoredWithAlternates > 0);
    }

    [Fact]
    public void Reset_Grown_IsAsNew()
    {
        HoeffdingAdaptiveTree used = new(TestStream.Schema), fresh = new(TestStream.Schema);
        double[] features = new double[TestStream.AttributeCount];
        TestStream stream = new(1) { LateFrom = 1000 };
        for (int i = 0; i < 3000; i++) used.Train(features, stream.Next(features, out _));
        used.Reset();
        Assert.Equal(Bytes(fresh), Bytes(used));
        Assert.Equal(fresh.ByteSize, used.ByteSize);
    }

    private static byte[] Bytes(HoeffdingAdaptiveTree tree)
    {
        using MemoryStream bytes = new();
        tree.Save(new StateWriter(bytes));
        return bytes.ToArray();
    }
}
