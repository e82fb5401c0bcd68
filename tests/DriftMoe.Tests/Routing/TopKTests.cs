using StreamMoe.DriftMoe.Routing;

namespace StreamMoe.DriftMoe.Tests.Routing;

public sealed class TopKTests
{
    [Fact]
    public void Gates_LargeLogits_AreFiniteAndTheSameAsOfSmallOnes()
    {
        float[] gates = new float[3], small = new float[3];

        TopK.Gates([1000, 999, 998], 0.8f, gates);
        TopK.Gates([2, 1, 0], 0.8f, small);

        Assert.Equal(small, gates);
        Assert.Equal(1, gates.Sum(), 5);
    }

    [Fact]
    public void Gate_OfOneExpert_IsItsShareOfAllGates()
    {
        float[] logits = [1000, 999, 998], gates = new float[3];
        TopK.Gates(logits, 0.8f, gates);

        for (int e = 0; e < 3; e++) Assert.Equal(gates[e], TopK.Gate(logits, e, 0.8f), 6);
    }
}
