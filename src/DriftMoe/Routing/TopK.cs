namespace StreamMoe.DriftMoe.Routing;

/// <summary>Picks the k experts with the largest gate.</summary>
internal static class TopK
{
    /// <summary>Marks the k largest logits of a row; among equals the lower index wins.</summary>
    /// <param name="logits">One logit an expert.</param>
    /// <param name="k">In [1, number of logits].</param>
    /// <param name="chosen">Receives 1 where the expert is among the k, else 0; length = number of logits.</param>
    /// <returns>The index of the largest logit.</returns>
    /// <remarks>The gate is a monotone function of the logits at any temperature, so the order of the logits is the order of the gate.</remarks>
    public static int Mark(ReadOnlySpan<float> logits, int k, Span<byte> chosen)
    {
        chosen.Clear();
        int first = -1;
        for (int n = 0; n < k; n++)
        {
            int best = -1;
            for (int e = 0; e < logits.Length; e++)
                if (chosen[e] == 0 && (best < 0 || logits[e] > logits[best])) best = e;
            chosen[best] = 1;
            if (n == 0) first = best;
        }
        return first;
    }

    /// <summary>The gate of one expert: soft-max of the logits at a temperature.</summary>
    /// <param name="logits">One logit an expert.</param>
    /// <param name="expert">The expert asked for.</param>
    /// <param name="temperature">τ &gt; 0.</param>
    /// <returns>In (0, 1].</returns>
    public static float Gate(ReadOnlySpan<float> logits, int expert, float temperature)
    {
        float max = logits[0];
        foreach (float logit in logits) max = MathF.Max(max, logit);
        float sum = 0;
        foreach (float logit in logits) sum += MathF.Exp((logit - max) / temperature);
        return MathF.Exp((logits[expert] - max) / temperature) / sum;
    }

    /// <summary>The gates of all experts: soft-max of the logits at a temperature.</summary>
    /// <param name="logits">One logit an expert.</param>
    /// <param name="temperature">τ &gt; 0.</param>
    /// <param name="gates">Receives a gate an expert, sum 1; length = number of logits.</param>
    public static void Gates(ReadOnlySpan<float> logits, float temperature, Span<float> gates)
    {
        float max = logits[0], sum = 0;
        foreach (float logit in logits) max = MathF.Max(max, logit);
        for (int e = 0; e < logits.Length; e++) sum += gates[e] = MathF.Exp((logits[e] - max) / temperature);
        for (int e = 0; e < logits.Length; e++) gates[e] /= sum;
    }
}
