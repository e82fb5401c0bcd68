using System.Text.Json;
using StreamMoe.Experts.Trees;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;

namespace StreamMoe.Experts.Tests.Trees;

/// <summary>Every plain-tree run of tests/Golden/trees: the same class for every instance, the same structure, the same votes as MOA.</summary>
public class HoeffdingTreeGoldenTests
{
    private static readonly HoeffdingTreeOptions Default = new(), Grace50 = new() { GracePeriod = 50 };

    private static readonly Dictionary<string, HoeffdingTreeOptions> Learners = new()
    {
        ["HT"] = Default,
        ["HT50"] = Grace50,
        ["HT50p"] = new() { GracePeriod = 50, NoPrePrune = true, MaxByteSize = 33_554_433 },
        ["HT_mc"] = Default with { LeafPrediction = LeafPrediction.MajorityClass },
        ["HT_mc_r"] = Grace50 with { LeafPrediction = LeafPrediction.MajorityClass, RemovePoorAttributes = true },
        ["HT_nbq"] = Default with { LeafPrediction = LeafPrediction.NaiveBayes, NaiveBayesThreshold = 1000 },
        ["HT_bin"] = Grace50 with { BinarySplits = true },
        ["HT_gini"] = Default with { SplitCriterion = SplitCriterion.Gini },
        ["HT_z"] = Grace50 with { StopMemoryManagement = true },
    };

    public static TheoryData<string, string> Runs() => GoldenRun.Of(Learners.Keys);

    [Theory]
    [MemberData(nameof(Runs))]
    public void PredictThenTrain_GoldenStream_AgreesWithMoaOnEveryInstance(string streamName, string learner)
    {
        GoldenStream stream = GoldenStream.Get(streamName);
        JsonElement run = stream.Run(learner);
        HoeffdingTree tree = new(stream.Schema, Learners[learner]);
        List<int> nodes = [];
        GoldenRun.Agrees(stream, run, tree, () => nodes.Add(tree.DecisionNodeCount));
        Assert.Equal(GoldenRun.Integers(run, "decision_nodes_every_5000"), nodes);
        Assert.Equal(run.GetProperty("decision_nodes").GetInt32(), tree.DecisionNodeCount);
        Assert.Equal(run.GetProperty("leaves").GetInt32(), tree.LeafCount);
        Assert.Equal(run.GetProperty("active_leaves").GetInt32(), tree.ActiveLeafCount);
        Assert.Equal(run.GetProperty("depth").GetInt32(), tree.Depth);
    }

    /// <summary>Structure after a million instances; MOA's, from the specification's table.</summary>
    [Theory]
    [InlineData("HT", 377, 378, 15)]
    [InlineData("HT50p", 407, 408, 17)]
    public void Train_MillionInstancesOfSea_GrowsMoasStructure(string learner, int decisionNodes, int leaves, int depth)
    {
        using InstanceStream stream = StreamCatalogue.Open("sea-abrupt");
        HoeffdingTree tree = new(stream.Schema, Learners[learner]);
        double[] features = new double[stream.Schema.AttributeCount];
        for (int i = 0; i < 1_000_000; i++)
        {
            stream.Next(features, out int label);
            tree.Train(features, label);
        }
        Assert.Equal((decisionNodes, leaves, depth), (tree.DecisionNodeCount, tree.LeafCount, tree.Depth));
    }
}
