using StreamMoe.Experts.Neural;

namespace StreamMoe.Experts.Tests.Neural;

/// <summary>What every stack does, to the bit or within its backend's tolerance.</summary>
public abstract partial class MlpStackContract
{
    /// <summary>Makes a stack without members.</summary>
    private protected abstract IMlpStack Make(MlpOptions options);

    /// <summary>By how much two ways to the same number may differ, as a share of 1 + its magnitude; 0 = not by a bit.</summary>
    protected virtual double Tolerance => 0;

    /// <summary>Smallest first moment that may be there besides 0.</summary>
    protected virtual float SmallestFirstMoment => 1e-30f;

    private protected IMlpStack Stack(MlpOptions options, int members = 1, ulong seed = 1)
    {
        IMlpStack stack = Make(options);
        for (int i = 0; i < members; i++) stack.AddMember(seed + (ulong)i);
        return stack;
    }

    private protected void AssertSame(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        if (Tolerance == 0)
        {
            MlpTesting.AssertSameBits(expected, actual);
            return;
        }
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= Tolerance * (1 + Math.Abs(expected[i])), $"Element {i}: expected {expected[i]:R}, found {actual[i]:R}.");
    }
}
