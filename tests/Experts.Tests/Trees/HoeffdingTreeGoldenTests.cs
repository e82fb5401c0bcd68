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

    public static TheoryData<string, string> Runs()
    {
        TheoryData<string, string> runs = [];
        foreach (JsonElement stream in GoldenStream.Descriptions)
            foreach (JsonElement run in stream.GetProperty("runs").EnumerateArray())
                if (Learners.ContainsKey(run.GetProperty("learner").GetString()!))
                    runs.Add(stream.GetProperty("stream").GetString()!, run.GetProperty("learner").GetString()!);
        return runs;
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void PredictThenTrain_GoldenStream_AgreesWithMoaOnEveryInstance(string streamName, string learner)
    {
        GoldenStream stream = GoldenStream.Get(streamName);
        JsonElement run = stream.Run(learner);
        int[] expected = stream.Predictions(run);
        Dictionary<int, JsonElement> votesAt = run.GetProperty("votes_at").EnumerateArray().ToDictionary(v => v.GetProperty("i").GetInt32(), v => v.GetProperty("votes"));
        HoeffdingTree tree = new(stream.Schema, Learners[learner]);
        double[] votes = new double[stream.ClassCount];
        List<int> correct = [], nodes = [];
        int right = 0, n = run.GetProperty("n").GetInt32();
        for (int i = 0; i < n; i++)
        {
            tree.PredictThenTrain(stream.Row(i), stream.Labels[i], stream.Weights[i], votes);
            int predicted = Votes.ArgMax(votes);
            Assert.True(predicted == expected[i], $"Instance {i}: predicted class {predicted}, MOA {expected[i]}; votes {string.Join(", ", votes)}.");
            if (votesAt.TryGetValue(i, out JsonElement golden)) CheckVotes(golden, votes, i);
            if (predicted == stream.Labels[i]) right++;
            if ((i + 1) % 5000 != 0 && i != n - 1) continue;
            correct.Add(right);
            nodes.Add(tree.DecisionNodeCount);
        }
        Assert.Equal(Integers(run, "correct_every_5000"), correct);
        Assert.Equal(Integers(run, "decision_nodes_every_5000"), nodes);
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

    private static void CheckVotes(JsonElement golden, double[] votes, int instance)
    {
        double[] expected = [.. golden.EnumerateArray().Select(Number)];
        for (int c = 0; c < votes.Length; c++)
        {
            double wanted = c < expected.Length ? expected[c] : 0;
            bool same = wanted.Equals(votes[c]) || Math.Abs(wanted - votes[c]) <= 1e-12 * Math.Abs(wanted);
            Assert.True(same, $"Instance {instance}, class {c}: vote {votes[c]:R}, MOA {wanted:R}.");
        }
    }

    private static double Number(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetDouble()
        : double.Parse(value.GetString()!, System.Globalization.CultureInfo.InvariantCulture);

    private static int[] Integers(JsonElement run, string name) => [.. run.GetProperty(name).EnumerateArray().Select(v => v.GetInt32())];
}
