using StreamMoe.Experts.Trees;
using StreamMoe.Streams;

namespace StreamMoe.Experts.Tests.Trees;

public class HoeffdingAdaptiveTreeContractTests : ExpertContractTests
{
    protected override int AllocatingInstancesAllowed => 100;

    protected override IExpert Create(Schema schema) => new HoeffdingAdaptiveTree(schema, Options);

    private protected virtual HoeffdingTreeOptions Options => new();
}

public sealed class FastHoeffdingAdaptiveTreeContractTests : HoeffdingAdaptiveTreeContractTests
{
    private protected override HoeffdingTreeOptions Options => new() { GracePeriod = 50, TieThreshold = 0.3, SplitConfidence = 0.01 };
}

public sealed class MajorityLeavesHoeffdingAdaptiveTreeContractTests : HoeffdingAdaptiveTreeContractTests
{
    private protected override HoeffdingTreeOptions Options => new() { GracePeriod = 50, LeafPrediction = LeafPrediction.MajorityClass, RemovePoorAttributes = true };
}

public sealed class BayesLeavesHoeffdingAdaptiveTreeContractTests : HoeffdingAdaptiveTreeContractTests
{
    private protected override HoeffdingTreeOptions Options => new() { GracePeriod = 50, LeafPrediction = LeafPrediction.NaiveBayes, BinarySplits = true };
}

public sealed class SmallBudgetHoeffdingAdaptiveTreeContractTests : HoeffdingAdaptiveTreeContractTests
{
    private protected override HoeffdingTreeOptions Options => new() { GracePeriod = 50, TieThreshold = 0.3, MaxByteSize = 20_000 };
}

public sealed class StoppedGrowthHoeffdingAdaptiveTreeContractTests : HoeffdingAdaptiveTreeContractTests
{
    private protected override HoeffdingTreeOptions Options => new() { GracePeriod = 50, TieThreshold = 0.3, MaxByteSize = 20_000, StopMemoryManagement = true };
}
