using StreamMoe.Experts.Trees;
using StreamMoe.Streams;

namespace StreamMoe.Experts.Tests.Trees;

public class DriftingTreeContractTests : ExpertContractTests
{
    protected override int AllocatingInstancesAllowed => 20;

    protected override IExpert Create(Schema schema) => new DriftingTree(schema, Options, seed: 5);

    private protected virtual DriftingTreeOptions Options => new() { DriftDelta = 0.05 };
}

public sealed class BackgroundDriftingTreeContractTests : DriftingTreeContractTests
{
    private protected override DriftingTreeOptions Options
        => new() { Tree = new() { GracePeriod = 50, SplitConfidence = 0.2 }, Lambda = 1, WarningDelta = 0.3, DriftDelta = 0.1 };
}
