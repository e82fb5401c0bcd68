using StreamMoe.DriftMoe.Presets;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;
using StreamMoe.Streams.Composition;

namespace StreamMoe.DriftMoe.Tests.Presets;

public sealed class MoeDataContract : LabelsAloneContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("moe-data", [new("router.interval", "64")]);
}

public sealed class MoeTaskContract : LabelsAloneContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("moe-task", [new("router.hidden1", "32"), new("router.hidden2", "16")]);
}

public sealed class MoeTaskWithVotesContract : LabelsAloneContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("moe-task",
        [new("router.hidden1", "32"), new("router.hidden2", "0"), new("prediction", "logits-and-votes"), new("dropoutWhilePredicting", "false")]);
}

public sealed class HoeffdingTreeContract : LabelsAloneContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("hoeffding-tree", []);
}

public sealed class NaiveBayesContract : LabelsAloneContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("naive-bayes", []);
}

public sealed class MajorityContract : LabelsAloneContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("majority", []);
}

public sealed class NoChangeContract : LabelsAloneContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("no-change", []);
}

public sealed class HoeffdingAdaptiveTreeContract : LabelsAloneContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("hoeffding-adaptive-tree", [new("gracePeriod", "50")]);
}

public sealed class LeveragingBaggingContract : LabelsAloneContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("leveraging-bagging", []);
}

public sealed class AdaptiveRandomForestContract : LabelsAloneContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("adaptive-random-forest", [new("learners", "4"), new("tree.gracePeriod", "30")]);
}

public sealed class StreamingRandomPatchesContract : LabelsAloneContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("streaming-random-patches", [new("learners", "4")]);
}

public sealed class NetContract : LearnerContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("net", [new("hidden1", "16"), new("stepEvery", "4")]);
}

public sealed class NetWithNominalAttributesContract : LearnerContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("net", [new("hidden1", "0"), new("averaged", "true")]);

    protected override string StreamText => "agrawal:function=1 @1500/100 agrawal:function=4";
}

public sealed class NeighboursContract : LearnerContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("neighbours", [new("window", "300"), new("innerWindow", "100")]);
}

public sealed class ForgettingBayesContract : LearnerContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("forgetting-bayes", []);
}

public sealed class DriftingTreeContract : LabelsAloneContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("drifting-tree", [new("tree.gracePeriod", "50")]);
}

public sealed class AdaptiveContract : LearnerContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("adaptive", []);
}

public sealed class AdaptiveWithNominalAttributesContract : LearnerContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("adaptive", [new("gating", "soft")]);

    protected override string StreamText => "agrawal:function=1 @1500/100 agrawal:function=4";
}

/// <summary>Every decision of the lifecycle falls within the contract's few thousand rows.</summary>
public sealed class AdaptiveWithQuickLifecycleContract : LearnerContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("adaptive",
    [
        new("pool", "net:hidden1=16,averaged=true neighbours:window=300,innerWindow=100 hoeffding-tree drifting-tree no-change net:hidden1=0@temporal"),
        new("lifecycle.evidence", "400"), new("lifecycle.trial", "400"), new("lifecycle.tryEvery", "1000"), new("lifecycle.refractory", "300"),
        new("lifecycle.shadow", "400"), new("lifecycle.background", "true"), new("lifecycle.warningDelta", "0.2"), new("lifecycle.reserve", "naive-bayes majority"),
    ]);

    protected override string StreamText => "sine:function=1 @2200/1 sine:function=2 @2600/1 sine:function=1";
}

/// <summary>Nominal attributes with many values, two classes; every decision of the lifecycle falls within the rows.</summary>
public sealed class AdaptiveWithManyValuesContract : LearnerContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("adaptive",
    [
        new("pool", "net:hidden1=16,averaged=true neighbours:window=300,innerWindow=100 hoeffding-tree drifting-tree no-change net:hidden1=0@temporal"),
        new("lifecycle.evidence", "400"), new("lifecycle.trial", "400"), new("lifecycle.tryEvery", "1000"), new("lifecycle.refractory", "300"),
        new("lifecycle.reserve", "naive-bayes majority"),
    ]);

    protected override InstanceStream OpenStream() => new ManyValuesStream(classes: 2);
}

/// <summary>The same with three classes, and a pool of trees and Bayes alone.</summary>
public sealed class AdaptiveWithManyValuesThreeClassesContract : LearnerContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("adaptive", [new("pool", "hoeffding-tree:gracePeriod=50 naive-bayes forgetting-bayes drifting-tree net:hidden1=0")]);

    protected override InstanceStream OpenStream() => new ManyValuesStream(classes: 3);
}

public sealed class NetWithManyValuesContract : LearnerContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("net", [new("hidden1", "0")]);

    protected override InstanceStream OpenStream() => new ManyValuesStream(classes: 2);
}

/// <summary>Decided by ranks from the first rare row on.</summary>
public sealed class AdaptiveBalancedContract : LearnerContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("adaptive", [new("objective", "balanced"), new("lifecycle.evidence", "400"), new("lifecycle.trial", "400")]);

    protected override InstanceStream OpenStream() => new ThinnedStream(StreamCatalogue.Open("agrawal:function=1 @1500/100 agrawal:function=4", 3), "groupB", 0.004, seed: 3);
}

public sealed class AdaptiveCostContract : LearnerContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("adaptive", [new("objective", "cost"), new("costs", "groupA:5;groupB>groupA:2")]);
}

/// <summary>The experts depend on the gate.</summary>
public sealed class AdaptiveTrainingTheTopContract : LearnerContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("adaptive",
    [
        new("pool", "net:hidden1=16,averaged=true neighbours:window=300,innerWindow=100 hoeffding-tree drifting-tree no-change net:hidden1=0@temporal"),
        new("trainTop", "2"), new("lifecycle.evidence", "400"), new("lifecycle.trial", "400"), new("lifecycle.tryEvery", "1000"),
    ]);
}

public sealed class AdaptiveWithBestTargetContract : LearnerContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("adaptive",
    [
        new("pool", "net:hidden1=16 neighbours:window=300,innerWindow=100 hoeffding-tree net:hidden1=0@temporal"),
        new("routerTarget", "best"),
    ]);
}

public sealed class AdaptiveWithoutLifecycleContract : LearnerContractTests
{
    protected override LearnerPreset Preset => PresetCatalogue.Create("adaptive",
        [new("pool", "net:hidden1=16 hoeffding-tree net:hidden1=0@temporal"), new("lifecycle.enabled", "false")]);
}
