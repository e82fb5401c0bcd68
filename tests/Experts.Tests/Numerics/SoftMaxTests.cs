using StreamMoe.Experts.Numerics;
using StreamMoe.Experts.Randomness;

namespace StreamMoe.Experts.Tests.Numerics;

public sealed class SoftMaxTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(13)]
    [InlineData(40)]
    public void Apply_AnyLength_FollowsDefinitionInOneOrder(int length)
    {
        SeededRandom random = new((ulong)length);
        double[] scores = [.. Enumerable.Range(0, length).Select(_ => 20 * random.NextGaussian())], expected = [.. scores];
        double most = scores.Max(), sum = 0;
        for (int i = 0; i < length; i++) sum += expected[i] = VectorExp.Exp(scores[i] - most);
        for (int i = 0; i < length; i++) expected[i] *= 1 / sum;
        double[] plain = [.. scores.Select(s => Math.Exp(s) / scores.Sum(Math.Exp))];
        SoftMax.Apply(scores);
        Assert.Equal(expected, scores);
        for (int i = 0; i < length; i++) Assert.Equal(plain[i], scores[i], 1e-14);
    }

    [Fact]
    public void Apply_PriorsAndImpossibleClass_MultiplyAndStayZero()
    {
        double[] scores = [Math.Log(2), double.NegativeInfinity, 0];
        SoftMax.Apply(scores, [0.3, 0.3, 0.4]);
        Assert.Equal([0.6, 0, 0.4], scores.Select(s => Math.Round(s, 12)));
    }
}
