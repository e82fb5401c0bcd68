using StreamMoe.Experts.Neural;
using StreamMoe.Experts.Neural.Kernels;
using static StreamMoe.Experts.Tests.Neural.MlpTesting;

namespace StreamMoe.Experts.Tests.Neural;

/// <summary>What a stack does, on every width of its kernels.</summary>
public abstract partial class MlpStackContract
{
    private readonly KernelWidth _width;

    // A processor without this width runs the contract on its widest one instead.
    private protected MlpStackContract(KernelWidth width) => _width = MlpKernels.IsSupported(width) ? width : KernelWidth.Widest;

    private protected MlpStack Stack(MlpOptions options, int members = 1, ulong seed = 1) => MlpTesting.Stack(options, _width, members, seed);
}

/// <summary>The contract on plain loops.</summary>
public sealed class ScalarMlpStackTests() : MlpStackContract(KernelWidth.Scalar);

/// <summary>The contract on AVX2.</summary>
public sealed class Vector256MlpStackTests() : MlpStackContract(KernelWidth.Vector256);

/// <summary>The contract on AVX-512.</summary>
public sealed class Vector512MlpStackTests() : MlpStackContract(KernelWidth.Vector512);
