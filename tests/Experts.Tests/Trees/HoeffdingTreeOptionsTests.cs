using StreamMoe.Experts.Trees;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Tests.Trees;

public class HoeffdingTreeOptionsTests
{
    [Fact]
    public void Constructor_SeveralFaults_NamesThemAll()
    {
        HoeffdingTreeOptions options = new()
        {
            GracePeriod = -1, SplitConfidence = 1.5, TieThreshold = double.NaN, MinBranchFraction = 0.6, NumericSplitPoints = 0,
            NaiveBayesThreshold = -1, MaxByteSize = -1, MemoryEstimatePeriod = -1, LeafPrediction = (LeafPrediction)9, SplitCriterion = (SplitCriterion)7,
        };
        OptionException fault = Assert.Throws<OptionException>(() => new HoeffdingTree(TestStream.Schema, options));
        Assert.Equal(10, fault.Faults.Count);
        Assert.Contains(fault.Faults, f => f.Contains("splitConfidence", StringComparison.Ordinal) && f.Contains("1.5", StringComparison.Ordinal));
    }

    [Fact]
    public void Train_IndexOutOfRange_ThrowsAndLearnsNothing()
    {
        HoeffdingTree tree = new(TestStream.Schema);
        double[] features = [1, 0, 1, 0, 0, 1];
        tree.Train(features, 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => tree.Train(features, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => tree.Train(features, 65_536));
        Assert.Throws<ArgumentOutOfRangeException>(() => tree.Train([1, -1, 1, 0, 0, 1], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => tree.Train([1, 1e9, 1, 0, 0, 1], 1));
        Assert.Equal(1, tree.TrainedWeight);
    }
}
