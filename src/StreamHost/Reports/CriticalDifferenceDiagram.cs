using System.Globalization;

namespace StreamMoe.StreamHost.Reports;

/// <summary>Draws mean ranks on an axis, with a bar over each group of models that the Nemenyi test does not tell apart.</summary>
/// <remarks>Source: Demšar 2006, Statistical Comparisons of Classifiers over Multiple Data Sets, JMLR 7, section 3.2.2, figure 1.</remarks>
internal static class CriticalDifferenceDiagram
{
    private const int AxisWidth = 420, AxisTop = 56, LabelHeight = 22, BarHeight = 11, LongestName = 34;

    /// <summary>Writes the drawing.</summary>
    /// <param name="html">Receives it.</param>
    /// <param name="names">The models.</param>
    /// <param name="ranks">Their mean ranks, in the same order.</param>
    /// <param name="difference">The critical difference, > 0.</param>
    public static void Write(HtmlWriter html, IReadOnlyList<string> names, IReadOnlyList<double> ranks, double difference)
    {
        int[] order = [.. Enumerable.Range(0, names.Count).OrderBy(m => ranks[m])];
        double[] sorted = [.. order.Select(m => ranks[m])];
        string[] labels = [.. order.Select(m => names[m].Length > LongestName ? names[m][..(LongestName - 1)] + "…" : names[m])];
        IReadOnlyList<(int First, int Last)> groups = Groups(sorted, difference);
        int margin = Math.Max(120, labels.Max(l => l.Length) * 8 + 90), width = AxisWidth + 2 * margin, left = (names.Count + 1) / 2;
        int labelTop = AxisTop + 24 + groups.Count * BarHeight, height = labelTop + left * LabelHeight + 4;

        html.Add($"<div class=\"diagram-scroll\"><svg class=\"diagram\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{Words(names, order, ranks, difference)}\">");
        html.Add($"<path class=\"rule\" d=\"M{At(1)} 24 H{At(Math.Min(names.Count, 1 + difference))} M{At(1)} 20 v8 M{At(Math.Min(names.Count, 1 + difference))} 20 v8\"/>");
        html.Add($"<text class=\"soft\" x=\"{At(1)}\" y=\"14\">critical difference {difference:0.00}</text>");
        html.Add($"<path class=\"rule\" d=\"M{At(1)} {AxisTop} H{At(names.Count)}\"/>");
        for (int rank = 1; rank <= names.Count; rank++)
            html.Add($"<path class=\"rule\" d=\"M{At(rank)} {AxisTop - 5} v5\"/><text class=\"soft\" x=\"{At(rank)}\" y=\"{AxisTop - 9}\" text-anchor=\"middle\">{rank}</text>");
        for (int i = 0; i < order.Length; i++)
        {
            bool isLeft = i < left;
            int y = labelTop + 8 + (isLeft ? i : order.Length - 1 - i) * LabelHeight, x = isLeft ? margin - 20 : margin + AxisWidth + 20;
            html.Add($"<path class=\"rule\" d=\"M{At(sorted[i])} {AxisTop} V{y} H{x}\"/>");
            html.Add($"<text x=\"{(isLeft ? x - 6 : x + 6)}\" y=\"{y + 4}\" text-anchor=\"{(isLeft ? "end" : "start")}\">{labels[i]} ({sorted[i]:0.00})</text>");
        }
        for (int g = 0; g < groups.Count; g++)
        {
            int y = AxisTop + 12 + g * BarHeight;
            html.Add($"<path class=\"clique\" d=\"M{At(sorted[groups[g].First]) - 4:0.0} {y} H{At(sorted[groups[g].Last]) + 4:0.0}\"/>");
        }
        html.Add($"</svg></div>");

        double At(double rank) => Math.Round(margin + (names.Count == 1 ? 0 : (rank - 1) / (names.Count - 1) * AxisWidth), 1);
    }

    /// <summary>The longest runs of neighbours whose first and last rank differ by less than the critical difference.</summary>
    /// <param name="sorted">Mean ranks, ascending.</param>
    /// <param name="difference">The critical difference.</param>
    /// <returns>Indices of first and last, of at least two models each; none lies within another.</returns>
    internal static IReadOnlyList<(int First, int Last)> Groups(IReadOnlyList<double> sorted, double difference)
    {
        List<(int, int)> groups = [];
        int reached = -1;
        for (int first = 0; first < sorted.Count; first++)
        {
            int last = first;
            while (last + 1 < sorted.Count && sorted[last + 1] - sorted[first] < difference) last++;
            if (last == first || last <= reached) continue;
            groups.Add((first, last));
            reached = last;
        }
        return groups;
    }

    private static string Words(IReadOnlyList<string> names, int[] order, IReadOnlyList<double> ranks, double difference)
        => string.Create(CultureInfo.InvariantCulture, $"Critical difference diagram. Mean ranks: {string.Join(", ", order.Select(m => $"{names[m]} {ranks[m].ToString("0.00", CultureInfo.InvariantCulture)}"))}. Critical difference {difference:0.00}.");
}
