using StreamMoe.Experts.Ensembles;
using StreamMoe.Experts.Trees;
using StreamMoe.Streams;

namespace StreamMoe.Experts.Tests.Ensembles;

public sealed class LeveragingBaggingContractTests : ExpertContractTests
{
    protected override int AllocatingInstancesAllowed => 60;

    protected override IExpert Create(Schema schema) => new LeveragingBagging(schema);
}

public sealed class OnlineBaggingContractTests : ExpertContractTests
{
    protected override int AllocatingInstancesAllowed => 60;

    protected override IExpert Create(Schema schema)
        => new LeveragingBagging(schema, new LeveragingBaggingOptions { Learners = 3, Lambda = 1, ReplaceOnDrift = false }, seed: 7);
}

public sealed class AdaptiveRandomForestContractTests : ExpertContractTests
{
    protected override int AllocatingInstancesAllowed => 400;

    protected override IExpert Create(Schema schema) => new AdaptiveRandomForest(schema);
}

public sealed class RestlessAdaptiveRandomForestContractTests : ExpertContractTests
{
    protected override int AllocatingInstancesAllowed => 400;

    protected override IExpert Create(Schema schema)
        => new AdaptiveRandomForest(schema, new AdaptiveRandomForestOptions { Learners = 5, WarningDelta = 0.9, DriftDelta = 0.5, SubspaceMode = SubspaceMode.SquareRoot }, seed: 3);
}

public sealed class StreamingRandomPatchesContractTests : ExpertContractTests
{
    protected override int AllocatingInstancesAllowed => 400;

    protected override IExpert Create(Schema schema) => new StreamingRandomPatches(schema);
}

public sealed class RestlessStreamingRandomPatchesContractTests : ExpertContractTests
{
    protected override int AllocatingInstancesAllowed => 400;

    protected override IExpert Create(Schema schema)
        => new StreamingRandomPatches(schema, new StreamingRandomPatchesOptions { Learners = 5, WarningDelta = 0.9, DriftDelta = 0.5, Training = PatchTraining.RandomSubspaces }, seed: 3);
}

public sealed class ResamplingStreamingRandomPatchesContractTests : ExpertContractTests
{
    protected override int AllocatingInstancesAllowed => 400;

    protected override IExpert Create(Schema schema)
        => new StreamingRandomPatches(schema, new StreamingRandomPatchesOptions { Learners = 5, WarningDelta = 0.9, DriftDelta = 0.5, Training = PatchTraining.Resampling });
}

public sealed class RandomSubspaceTreeContractTests : ExpertContractTests
{
    protected override int AllocatingInstancesAllowed => 40;

    protected override IExpert Create(Schema schema) => new RandomSubspaceTree(schema, new HoeffdingTreeOptions { GracePeriod = 50, SplitConfidence = 0.01 }, 3);
}
