using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace StreamMoe.Experts.Numerics;

/// <summary>An instance as the float32 row that nets and neighbour windows work on.</summary>
internal static class FeatureRow
{
    /// <summary>What values are clipped at: far outside any standardised value, and small enough that no sum of squares overflows.</summary>
    public const double Limit = 1000;

    /// <summary>Copies an instance; a missing value becomes 0, the mean of a standardised attribute, and values are clipped at ±<see cref="Limit"/>.</summary>
    /// <param name="features">The instance.</param>
    /// <param name="row">Receives as many floats; they are finite.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Read(ReadOnlySpan<double> features, Span<float> row)
    {
        if (features.Length != row.Length)
            throw new ArgumentException($"an instance had {features.Length} features; must have {row.Length}.", nameof(features));
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; i + 8 <= row.Length; i += 8)
                Vector256.Narrow(Clean(Vector256.Create(features[i..])), Clean(Vector256.Create(features[(i + 4)..])))
                    .StoreUnsafe(ref MemoryMarshal.GetReference(row), (nuint)i);
        }
        for (; i < row.Length; i++) row[i] = (float)Clean(features[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Clean(double x) => double.IsNaN(x) ? 0 : Math.Min(Math.Max(x, -Limit), Limit);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Clean(Vector256<double> x)
    {
        Vector256<double> limit = Vector256.Create(Limit);
        x = Vector256.Equals(x, x).AsDouble() & x;
        return Vector256.Min(Vector256.Max(x, -limit), limit);
    }
}
