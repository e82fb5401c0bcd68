using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace StreamMoe.Experts.Vectors;

/// <summary>What all kernels share: how floats are padded, and which widths this processor accelerates.</summary>
internal static class KernelWidths
{
    /// <summary>Floats that are padded to and summed side by side, whatever the width.</summary>
    public const int Lanes = 16;

    /// <summary>A number of columns with its padding.</summary>
    public static int Pad(int columns) => (columns + Lanes - 1) / Lanes * Lanes;

    /// <summary>Whether the processor accelerates a width.</summary>
    public static bool IsSupported(KernelWidth width) => width switch
    {
        KernelWidth.Vector256 => Vector256.IsHardwareAccelerated && Fma.IsSupported,
        KernelWidth.Vector512 => Vector512.IsHardwareAccelerated && Avx512F.IsSupported,
        _ => true,
    };

    /// <summary>The width itself, or for <see cref="KernelWidth.Widest"/> the widest that the processor accelerates.</summary>
    /// <exception cref="NotSupportedException">The processor lacks it.</exception>
    public static KernelWidth Resolve(KernelWidth width)
        => width == KernelWidth.Widest ? WidestSupported
            : IsSupported(width) ? width
            : throw new NotSupportedException($"Kernel width {width} is not accelerated by this processor; the widest is {WidestSupported}.");

    private static KernelWidth WidestSupported =>
        IsSupported(KernelWidth.Vector512) ? KernelWidth.Vector512 : IsSupported(KernelWidth.Vector256) ? KernelWidth.Vector256 : KernelWidth.Scalar;
}
