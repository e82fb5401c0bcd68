using StreamMoe.Experts.Neural;
using StreamMoe.Streams;

namespace StreamMoe.Experts.Tests.Neural;

public class NetExpertContractTests : ExpertContractTests
{
    protected override IExpert Create(Schema schema) => new NetExpert(schema.AttributeCount, schema.ClassCount, Options, seed: 7);

    private protected virtual NetExpertOptions Options => new();
}

public sealed class RobustLinearNetExpertContractTests : NetExpertContractTests
{
    private protected override NetExpertOptions Options => new() { Hidden1 = 0, Robust = true, Averaged = true };
}

public sealed class ProportionalNetExpertContractTests : NetExpertContractTests
{
    private protected override NetExpertOptions Options => new() { Hidden1 = 0, Robust = true, Proportional = true };
}

public sealed class TwoLayersNetExpertContractTests : NetExpertContractTests
{
    private protected override NetExpertOptions Options => new() { Hidden2 = 32, StepEvery = 4, Averaged = true };
}

public sealed class RobustBatchesNetExpertContractTests : NetExpertContractTests
{
    private protected override NetExpertOptions Options => new() { Hidden1 = 8, StepEvery = 7, Robust = true };
}
