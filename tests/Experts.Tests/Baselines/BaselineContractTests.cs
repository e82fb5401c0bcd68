using StreamMoe.Experts.Baselines;
using StreamMoe.Streams;

namespace StreamMoe.Experts.Tests.Baselines;

public sealed class MajorityClassContractTests : ExpertContractTests
{
    protected override IExpert Create(Schema schema) => new MajorityClass();
}

public sealed class NoChangeContractTests : ExpertContractTests
{
    protected override IExpert Create(Schema schema) => new NoChange();
}
