using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace StreamMoe.Experts;

/// <summary>What is common to all readers of votes.</summary>
public static class Votes
{
    /// <summary>The predicted class: the lowest index among equal maxima.</summary>
    /// <returns>In [0, length); 0 for an empty vector. A NaN at index 0 stays the winner and a NaN elsewhere never wins, as in MOA.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ArgMax(ReadOnlySpan<double> votes)
    {
        // Which class wins cannot be foreseen, so a branch on it would throw the processor's run ahead away every few instances.
        ref double first = ref MemoryMarshal.GetReference(votes);
        int best = 0;
        for (int i = 1; i < votes.Length; i++)
        {
            bool greater = Unsafe.Add(ref first, i) > Unsafe.Add(ref first, best);
            best += (i - best) & -Unsafe.BitCast<bool, byte>(greater);
        }
        return best;
    }
}
