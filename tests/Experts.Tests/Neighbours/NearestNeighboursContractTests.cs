using StreamMoe.Experts.Neighbours;
using StreamMoe.Streams;

namespace StreamMoe.Experts.Tests.Neighbours;

public class NearestNeighboursContractTests : ExpertContractTests
{
    protected override IExpert Create(Schema schema) => new NearestNeighbours(schema.AttributeCount, schema.ClassCount, Options);

    private protected virtual NearestNeighboursOptions Options => new();
}

public sealed class BalancedNearestNeighboursContractTests : NearestNeighboursContractTests
{
    private protected override NearestNeighboursOptions Options => new() { Window = 200, InnerWindow = 50, Balanced = true, Proportional = true };
}

public sealed class OneWindowNearestNeighboursContractTests : NearestNeighboursContractTests
{
    private protected override NearestNeighboursOptions Options => new() { Window = 100, InnerWindow = 0, Neighbours = 16 };
}
