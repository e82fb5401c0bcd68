using StreamMoe.Experts.Trees;
using StreamMoe.Streams;

namespace StreamMoe.Experts.Tests.Trees;

public class HoeffdingTreeContractTests : ExpertContractTests
{
    protected override int AllocatingInstancesAllowed => 10;

    protected override IExpert Create(Schema schema) => new HoeffdingTree(schema, Options);

    private protected virtual HoeffdingTreeOptions Options => new();
}

public sealed class DriftMoEHoeffdingTreeContractTests : HoeffdingTreeContractTests
{
    private protected override HoeffdingTreeOptions Options => new() { GracePeriod = 50, NoPrePrune = true, MaxByteSize = 33_554_433, TieThreshold = 0.2 };
}

public sealed class MajorityLeavesHoeffdingTreeContractTests : HoeffdingTreeContractTests
{
    private protected override HoeffdingTreeOptions Options => new() { GracePeriod = 50, LeafPrediction = LeafPrediction.MajorityClass, RemovePoorAttributes = true };
}

public sealed class BayesLeavesHoeffdingTreeContractTests : HoeffdingTreeContractTests
{
    private protected override HoeffdingTreeOptions Options
        => new() { GracePeriod = 50, LeafPrediction = LeafPrediction.NaiveBayes, NaiveBayesThreshold = 100, BinarySplits = true, SplitCriterion = SplitCriterion.Gini };
}

public sealed class SmallBudgetHoeffdingTreeContractTests : HoeffdingTreeContractTests
{
    private protected override HoeffdingTreeOptions Options => new() { GracePeriod = 50, TieThreshold = 0.3, MaxByteSize = 20_000, MemoryEstimatePeriod = 100 };

    protected override int AllocatingInstancesAllowed => 40;
}

public sealed class StoppedGrowthHoeffdingTreeContractTests : HoeffdingTreeContractTests
{
    private protected override HoeffdingTreeOptions Options => new() { GracePeriod = 50, TieThreshold = 0.3, MaxByteSize = 20_000, StopMemoryManagement = true };
}
