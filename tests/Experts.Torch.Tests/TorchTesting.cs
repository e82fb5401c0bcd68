using StreamMoe.Experts.Neural;

namespace StreamMoe.Experts.Torch.Tests;

/// <summary>What the tests of the torch backend share.</summary>
internal static class TorchTesting
{
    public static TorchBackend Backend { get; } = new();

    /// <summary>Skips the test, and says why, where libtorch cannot be loaded; fails where <c>.ci/test-torch</c> found that it can be.</summary>
    public static void RequireLibtorch()
    {
        string? fault = Backend.FaultOf("cpu");
        Assert.False(fault is not null && Environment.GetEnvironmentVariable("STREAMMOE_TORCH") == "required", fault);
        Assert.SkipWhen(fault is not null, fault ?? "");
    }

    /// <summary>A stack on the processor without members.</summary>
    public static IMlpStack Stack(MlpOptions options)
    {
        RequireLibtorch();
        return Backend.Create(options, "cpu");
    }

    public static (IMlpStack Managed, IMlpStack Torch) Pair(MlpOptions options, int members = 1)
    {
        (IMlpStack managed, IMlpStack torch) = (new MlpStack(options), Stack(options));
        for (int i = 0; i < members; i++)
        {
            managed.AddMember((ulong)i + 1);
            torch.AddMember((ulong)i + 1);
        }
        return (managed, torch);
    }

    /// <summary>Asserts that two runs of numbers differ by no more than a share of 1 + their magnitude.</summary>
    public static void AssertNear(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * (1 + Math.Abs(expected[i])), $"Element {i}: managed {expected[i]:R}, torch {actual[i]:R}.");
    }
}
