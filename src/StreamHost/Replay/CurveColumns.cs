namespace StreamMoe.StreamHost.Replay;

/// <summary>Squeezes an accuracy curve into the columns of a terminal.</summary>
internal static class CurveColumns
{
    /// <summary>Blocks of height 0 to 8 eighths.</summary>
    public const string Eighths = " ▁▂▃▄▅▆▇█";

    // A range of fewer points of accuracy would make noise look like drift.
    private const double LeastRange = 0.05;

    /// <summary>The lowest point of each of at most so many columns, so that a short dip behind a drift is seen.</summary>
    /// <returns>Ratios; fewer than asked for when there are fewer points, and none without any.</returns>
    public static double[] LowestOf(IReadOnlyList<CurvePoint> points, int most)
    {
        double[] known = [.. points.Where(p => p.Accuracy is not null).Select(p => p.Accuracy!.Value)];
        double[] values = new double[Math.Min(most, known.Length)];
        for (int c = 0; c < values.Length; c++)
        {
            int from = (int)((long)c * known.Length / values.Length), to = (int)((long)(c + 1) * known.Length / values.Length);
            values[c] = known[from..Math.Max(to, from + 1)].Min();
        }
        return values;
    }

    /// <summary>One line of blocks between the smallest and the largest value.</summary>
    /// <returns>As many characters as values.</returns>
    public static string Sparkline(double[] values)
    {
        if (values.Length == 0) return "";
        double low = values.Min(), range = Math.Max(LeastRange, values.Max() - low);
        return string.Concat(values.Select(v => Eighths[1 + (int)Math.Round(7 * (v - low) / range)]));
    }
}
