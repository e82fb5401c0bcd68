using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace StreamMoe.Experts.Trees;

/// <summary>Products of many factors a class, each class's multiplied strictly in order, several classes side by side.</summary>
internal static class Products
{
    /// <summary>votes[c] = votes[c] · factors[c·stride + rows[0]] · factors[c·stride + rows[1]] · …</summary>
    public static void Multiply(Span<double> votes, ReadOnlySpan<double> factors, int stride, ReadOnlySpan<int> rows)
    {
        CheckReach(votes.Length, factors.Length, stride);
        ref double factor = ref MemoryMarshal.GetReference(factors);
        int c = 0;
        for (; c + 4 <= votes.Length; c += 4)
        {
            ref double first = ref Unsafe.Add(ref factor, c * stride), second = ref Unsafe.Add(ref first, stride);
            ref double third = ref Unsafe.Add(ref second, stride), fourth = ref Unsafe.Add(ref third, stride);
            double p0 = votes[c], p1 = votes[c + 1], p2 = votes[c + 2], p3 = votes[c + 3];
            foreach (int row in rows)
            {
                p0 *= Unsafe.Add(ref first, (nint)row);
                p1 *= Unsafe.Add(ref second, (nint)row);
                p2 *= Unsafe.Add(ref third, (nint)row);
                p3 *= Unsafe.Add(ref fourth, (nint)row);
            }
            (votes[c], votes[c + 1], votes[c + 2], votes[c + 3]) = (p0, p1, p2, p3);
        }
        for (; c < votes.Length; c += 2)
        {
            // The last of an odd number is worked out twice.
            int next = Math.Min(c + 1, votes.Length - 1);
            ref double first = ref Unsafe.Add(ref factor, c * stride), second = ref Unsafe.Add(ref factor, next * stride);
            double p0 = votes[c], p1 = votes[next];
            foreach (int row in rows)
            {
                p0 *= Unsafe.Add(ref first, (nint)row);
                p1 *= Unsafe.Add(ref second, (nint)row);
            }
            (votes[next], votes[c]) = (p1, p0);
        }
    }

    /// <summary>votes[c] = votes[c] · factors[c·stride] · factors[c·stride + 1] · … (count factors)</summary>
    public static void Multiply(Span<double> votes, ReadOnlySpan<double> factors, int stride, int count)
    {
        CheckReach(votes.Length, factors.Length, stride);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, stride);
        ref double factor = ref MemoryMarshal.GetReference(factors);
        int c = 0;
        for (; c + 2 <= votes.Length; c += 2)
        {
            ref double first = ref Unsafe.Add(ref factor, c * stride), second = ref Unsafe.Add(ref first, stride);
            double p0 = votes[c], p1 = votes[c + 1];
            for (nint i = 0; i < count; i++)
            {
                p0 *= Unsafe.Add(ref first, i);
                p1 *= Unsafe.Add(ref second, i);
            }
            (votes[c], votes[c + 1]) = (p0, p1);
        }
        if (c == votes.Length) return;
        ref double own = ref Unsafe.Add(ref factor, c * stride);
        double product = votes[c];
        for (nint i = 0; i < count; i++) product *= Unsafe.Add(ref own, i);
        votes[c] = product;
    }

    private static void CheckReach(int classes, int factors, int stride)
    {
        if ((long)classes * stride > factors)
            throw new ArgumentException($"There are {factors} factors; must be at least {classes} classes × {stride}.", nameof(factors));
    }
}
