using System.Text.Json;
using StreamMoe.Experts.Trees;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;

namespace StreamMoe.Experts.Tests.Trees;

/// <summary>Every HAT run of tests/Golden/trees: the same class for every instance, the same structure, the same votes as MOA.</summary>
public class HoeffdingAdaptiveTreeGoldenTests
{
    private static readonly Dictionary<string, HoeffdingTreeOptions> Learners = new() { ["HAT"] = new(), ["HAT50"] = new() { GracePeriod = 50 } };

    public static TheoryData<string, string> Runs() => GoldenRun.Of(Learners.Keys);

    [Theory]
    [MemberData(nameof(Runs))]
    public void PredictThenTrain_GoldenStream_AgreesWithMoaOnEveryInstance(string streamName, string learner)
    {
        GoldenStream stream = GoldenStream.Get(streamName);
        JsonElement run = stream.Run(learner);
        HoeffdingAdaptiveTree tree = new(stream.Schema, Learners[learner]);
        List<int> nodes = [];
        GoldenRun.Agrees(stream, run, tree, () => nodes.Add(tree.DecisionNodeCount));
        Assert.Equal(GoldenRun.Integers(run, "decision_nodes_every_5000"), nodes);
        Assert.Equal(run.GetProperty("leaves").GetInt32(), tree.LeafCount);
        Assert.Equal(run.GetProperty("depth").GetInt32(), tree.Depth);
    }

    /// <summary>Structure after a million instances; MOA's, from the specification's table.</summary>
    [Fact]
    public void Train_MillionInstancesOfSea_GrowsMoasStructure()
    {
        using InstanceStream stream = StreamCatalogue.Open("sea-abrupt");
        HoeffdingAdaptiveTree tree = new(stream.Schema);
        double[] features = new double[stream.Schema.AttributeCount];
        for (int i = 0; i < 1_000_000; i++)
        {
            stream.Next(features, out int label);
            tree.Train(features, label);
        }
        Assert.Equal((126, 127, 11), (tree.DecisionNodeCount, tree.LeafCount, tree.Depth));
    }
}
