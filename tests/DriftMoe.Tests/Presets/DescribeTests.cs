using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;

namespace StreamMoe.DriftMoe.Tests.Presets;

/// <summary>What a pool tells of itself: true of any model, and without a trace in its state.</summary>
public sealed class DescribeTests
{
    public static TheoryData<string> Models => [.. PresetCatalogue.Names];

    [Theory, MemberData(nameof(Models))]
    public void Describe_AnyModel_SharesOfDistinctMembersAddUpToOne(string model)
    {
        using WorkRunner work = new(1);
        ILearner learner = Learned(model, work, 3000);
        PoolSnapshot pool = learner.Describe();
        Assert.Equal(1, pool.Members.Sum(m => m.Share), 1e-4);
        Assert.Equal(pool.Members.Count, pool.Members.Select(m => m.Id).Distinct().Count());
        Assert.All(pool.Members, m => Assert.NotEmpty(m.Kind));
        Assert.InRange(pool.Archived, 0, 1000);
    }

    [Theory, InlineData("adaptive"), InlineData("moe-data"), InlineData("moe-task")]
    public void Describe_Mixture_RouterLossIsThatOfSomethingLearned(string model)
    {
        using WorkRunner work = new(1);
        Assert.True(double.IsNaN(Learned(model, work, 0).Describe().RouterLoss));
        Assert.InRange(Learned(model, work, 5000).Describe().RouterLoss, 1e-6, Math.Log(2));
    }

    [Fact]
    public void Describe_Adaptive_ReserveIsParkedAndTheOthersActive()
    {
        using WorkRunner work = new(1);
        PoolSnapshot pool = Learned("adaptive", work, 500, new("pool", "naive-bayes hoeffding-tree"), new("lifecycle.reserve", "neighbours")).Describe();
        Assert.Equal([PoolMemberState.Active, PoolMemberState.Active, PoolMemberState.Parked], pool.Members.Select(m => m.State));
        Assert.Equal(["naive-bayes", "hoeffding-tree", "neighbours"], pool.Members.Select(m => m.Kind));
        Assert.Equal(0, pool.Members[2].Share);
        Assert.All(pool.Members.Take(2), m => Assert.InRange(m.Share, 0.01, 0.99));
    }

    [Theory, MemberData(nameof(Models))]
    public void Describe_Restored_BeginsAnewAndLeavesTheStateAlone(string model)
    {
        using WorkRunner work = new(1);
        ILearner learner = Learned(model, work, 2000), other = Learned(model, work, 0);
        byte[] before = Bytes(learner);
        learner.Describe();
        Assert.Equal(before, Bytes(learner));
        CheckpointFile.Read(before, "memory").Load(CheckpointSection.Learner, other.Load);
        Assert.Equal(before, Bytes(other));
        Assert.Equal(learner.Describe().Members.Select(m => (m.Id, m.Kind, m.State)), other.Describe().Members.Select(m => (m.Id, m.Kind, m.State)));
    }

    private static byte[] Bytes(ILearner learner)
        => CheckpointFile.ToBytes(new CheckpointHeader("test", 1, "memory", 0, new Dictionary<string, string>()), [new CheckpointSection(CheckpointSection.Learner, learner.Save)]);

    private static ILearner Learned(string model, WorkRunner work, int rows, params KeyValuePair<string, string>[] settings)
    {
        using InstanceStream source = StreamCatalogue.Open("sea-abrupt", 1);
        ILearner learner = PresetCatalogue.Create(model, settings).Create(source.Schema, 1, work);
        InstanceBlock block = new(source.Schema.AttributeCount, 100, learner.ContextLength);
        Predictions predictions = new(100, learner.ContextLength);
        for (int row = 0; row < rows; row += 100)
        {
            block.Clear();
            source.Fill(block);
            learner.Process(block, predictions);
        }
        return learner;
    }
}
