using StreamMoe.Experts.Neural;

namespace StreamMoe.Experts.Tests.Neural;

public sealed class MlpOptionsTests
{
    [Fact]
    public void Validate_SeveralFaults_ReportsAllTogether()
    {
        MlpOptions options = new()
        {
            Inputs = 0, Hidden = [16, -1], Outputs = 70_000, LearningRate = double.NaN, Beta1 = 1, Beta2 = -0.1, Epsilon = 0, Dropout = 1,
            Initialisation = (MlpInitialisation)9,
        };
        string message = Assert.Throws<ArgumentException>(options.Validate).Message;
        foreach (string fault in (string[])[
            "Inputs was 0; must be in [1, 65536]", "Hidden[1] was -1", "Outputs was 70000", "LearningRate was NaN; must be in (0, ∞)", "Beta1 was 1; must be in [0, 1)",
            "Beta2 was -0.1", "Epsilon was 0", "Dropout was 1", "must be one of XavierUniform, HeNormal, Zero"])
            Assert.Contains(fault, message);
    }

    [Fact]
    public void Validate_TooManyWeights_SaysSo() =>
        Assert.Contains("4294967296 weights", Assert.Throws<ArgumentException>(new MlpOptions { Inputs = 65_536, Outputs = 65_536 }.Validate).Message);

    [Fact]
    public void Equals_SameHiddenWidthsInAnotherList_IsEqual()
    {
        MlpOptions one = new() { Inputs = 3, Hidden = [4, 5], Outputs = 2 }, other = one with { Hidden = [4, 5] };
        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(one, one with { Hidden = [5, 4] });
        Assert.NotEqual(one, one with { Epsilon = 1e-7 });
    }
}
