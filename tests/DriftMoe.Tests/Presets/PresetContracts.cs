using StreamMoe.DriftMoe.Presets;

namespace StreamMoe.DriftMoe.Tests.Presets;

public sealed class MoeDataContract : LearnerContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("moe-data", [new("router.interval", "64")]);
}

public sealed class MoeTaskContract : LearnerContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("moe-task", [new("router.hidden1", "32"), new("router.hidden2", "16")]);
}

public sealed class MoeTaskWithVotesContract : LearnerContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("moe-task",
        [new("router.hidden1", "32"), new("router.hidden2", "0"), new("prediction", "logits-and-votes"), new("dropoutWhilePredicting", "false")]);
}

public sealed class HoeffdingTreeContract : LearnerContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("hoeffding-tree", []);
}

public sealed class NaiveBayesContract : LearnerContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("naive-bayes", []);
}

public sealed class MajorityContract : LearnerContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("majority", []);
}

public sealed class NoChangeContract : LearnerContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("no-change", []);
}

public sealed class HoeffdingAdaptiveTreeContract : LearnerContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("hoeffding-adaptive-tree", [new("gracePeriod", "50")]);
}

public sealed class LeveragingBaggingContract : LearnerContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("leveraging-bagging", []);
}

public sealed class AdaptiveRandomForestContract : LearnerContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("adaptive-random-forest", [new("learners", "4"), new("tree.gracePeriod", "30")]);
}

public sealed class StreamingRandomPatchesContract : LearnerContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("streaming-random-patches", [new("learners", "4")]);
}
