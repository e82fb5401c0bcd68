using System.ComponentModel;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.Streams.Options;

namespace StreamMoe.DriftMoe.Tests.Checkpoints;

/// <summary>What a run takes from a checkpoint, and what it insists on.</summary>
public sealed class ContinuationTests
{
    [Fact]
    public void Model_OptionThatNobodySet_IsTheCheckpoints()
    {
        CheckpointHeader found = HeaderOf(PresetCatalogue.Create("moe-data", [new("topK", "5"), new("router.interval", "64")]));

        LearnerPreset model = Continuation.Model(PresetCatalogue.Create("moe-data", [new("router.interval", "128")]), isNamed: true, found);

        Assert.Contains(KeyValuePair.Create("topK", "5"), model.LearningOptions);
        Assert.Equal(["option router.interval is '64' in the checkpoint and '128' in this run"], found.DifferencesFrom(HeaderOf(model)));
    }

    [Fact]
    public void Model_NotNamed_IsTheCheckpoints()
    {
        CheckpointHeader found = HeaderOf(PresetCatalogue.Create("moe-data", [new("topK", "5")]));

        Assert.Equal("moe-data", Continuation.Model(PresetCatalogue.Create("adaptive", []), isNamed: false, found).Name);
        Assert.Equal("adaptive", Continuation.Model(PresetCatalogue.Create("adaptive", []), isNamed: true, found).Name);
        Assert.Contains("has no option 'gating'", Assert.Throws<OptionException>(
            () => Continuation.Model(PresetCatalogue.Create("adaptive", [new("gating", "soft")]), isNamed: false, found)).Message);
    }

    /// <summary>The defaults of an expert's own options may change too: a pool stands in the checkpoint in full.</summary>
    [Fact]
    public void Model_ExpertsOptionThatNobodySet_IsTheCheckpoints()
    {
        CheckpointHeader found = HeaderOf(PresetCatalogue.Create("adaptive", [new("pool", "hoeffding-tree:gracePeriod=37,splitConfidence=0.5 net:hidden1=3@temporal")]));

        LearnerPreset same = Continuation.Model(PresetCatalogue.Create("adaptive", [new("pool", "hoeffding-tree:splitConfidence=0.5 net:device=auto")]), true, found);
        LearnerPreset other = Continuation.Model(PresetCatalogue.Create("adaptive", [new("pool", "hoeffding-tree:gracePeriod=38 net@raw")]), true, found);
        LearnerPreset none = Continuation.Model(PresetCatalogue.Create("adaptive", []), true, found);

        Assert.Empty(found.DifferencesFrom(HeaderOf(same)));
        Assert.Contains("device=auto", same.Options.Single(o => o.Key == "pool").Value);
        Assert.Empty(found.DifferencesFrom(HeaderOf(none)));
        Assert.StartsWith("option pool is 'hoeffding-tree:gracePeriod=37,", Assert.Single(found.DifferencesFrom(HeaderOf(other))), StringComparison.Ordinal);
    }

    [Fact]
    public void Section_OptionThatTheCheckpointDoesNotKnow_DoesWhatWasDoneBefore()
    {
        CheckpointHeader found = new("majority", 1, "s", 0, new Dictionary<string, string> { ["part:old"] = "3" });
        Dictionary<string, OptionInfo> known = OptionSet.Describe<Grown>().ToDictionary(o => "part:" + o.Name);

        Grown nothingSet = Continuation.Section("part", new Grown(), _ => false, found);
        Grown set = Continuation.Section("part", new Grown { Later = "wild" }, name => name == "later", found);

        Assert.Equal(new Grown { Old = 3, Later = "tame" }, nothingSet);
        Assert.Empty(Continuation.Completed(found, HeaderOf(nothingSet), known).DifferencesFrom(HeaderOf(nothingSet)));
        Assert.Equal(["option part:later is 'tame' in the checkpoint and 'wild' in this run"], Continuation.Completed(found, HeaderOf(set), known).DifferencesFrom(HeaderOf(set)));
    }

    [Fact]
    public void Completed_ExpertsWithOptionsLeftOut_AreWrittenOut()
    {
        LearnerPreset preset = PresetCatalogue.Create("adaptive", [new("pool", "hoeffding-tree")]);
        CheckpointHeader wanted = HeaderOf(preset), found = wanted with { LearningOptions = new Dictionary<string, string>(wanted.LearningOptions) { ["pool"] = "hoeffding-tree" } };

        Assert.Empty(Continuation.Completed(found, wanted, preset.Known.ToDictionary(o => o.Name)).DifferencesFrom(wanted));
    }

    private static CheckpointHeader HeaderOf(LearnerPreset preset) => new(preset.Name, 1, "s", 0, preset.LearningOptions.ToDictionary());

    private static CheckpointHeader HeaderOf(Grown options) => new("majority", 1, "s", 0, options.ToPairs().ToDictionary(o => "part:" + o.Key, o => o.Value));

    /// <summary>Options of which one came later.</summary>
    private sealed record Grown : OptionSet
    {
        [Description("There from the beginning.")]
        public int Old { get; init; } = 1;

        [Description("Came later."), Before("tame")]
        public string Later { get; init; } = "wild";
    }
}
