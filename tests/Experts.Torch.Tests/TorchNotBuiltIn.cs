#if !TORCH
namespace StreamMoe.Experts.Torch.Tests;

/// <summary>Says that the tests of this project did not run.</summary>
public sealed class TorchNotBuiltIn
{
    [Fact(Skip = "TORCH IS NOT BUILT IN: none of its tests ran. Run them with ./test -p:Torch=cpu where the registry has TorchSharp, or with Torch=dll (docs/torch.md).")]
    [Trait("Category", "Torch")]
    public void TorchTests_AreSkipped() => Assert.Fail("This test must be skipped.");
}
#endif
