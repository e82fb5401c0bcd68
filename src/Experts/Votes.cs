namespace StreamMoe.Experts;

/// <summary>What is common to all readers of votes.</summary>
public static class Votes
{
    /// <summary>The predicted class: the lowest index among equal maxima.</summary>
    /// <returns>In [0, length); 0 for an empty vector. A NaN at index 0 stays the winner and a NaN elsewhere never wins, as in MOA.</returns>
    public static int ArgMax(ReadOnlySpan<double> votes)
    {
        int best = 0;
        for (int i = 1; i < votes.Length; i++)
            if (votes[i] > votes[best]) best = i;
        return best;
    }
}
