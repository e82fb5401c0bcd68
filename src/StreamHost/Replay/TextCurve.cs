using System.Globalization;
using System.Text;

namespace StreamMoe.StreamHost.Replay;

/// <summary>Draws the accuracy curve with block characters, the stream's known drifts marked below it.</summary>
internal static class TextCurve
{
    private const int Width = 72;
    private const int Height = 8;
    private const string Eighths = " ▁▂▃▄▅▆▇█";

    /// <summary>The drawing, one string a line; empty when there are fewer than two points.</summary>
    public static IReadOnlyList<string> Draw(IReadOnlyList<CurvePoint> points, IEnumerable<long> drifts)
    {
        double[] values = Columns(points);
        if (values.Length < 2) return [];
        double low = Math.Floor(values.Min() * 20 - 1e-9) / 20, high = Math.Ceiling(values.Max() * 20 + 1e-9) / 20;
        if (high - low < 0.05) high = low + 0.05;

        List<string> lines = [];
        for (int row = Height - 1; row >= 0; row--)
        {
            StringBuilder line = new();
            double label = low + (high - low) * (row + 1) / Height;
            line.Append(CultureInfo.InvariantCulture, $"{label * 100,6:0.0} ┤");
            foreach (double value in values)
            {
                double filled = (value - low) / (high - low) * Height - row;
                line.Append(Eighths[(int)Math.Clamp(Math.Round(filled * 8), row == 0 ? 1 : 0, 8)]);
            }
            lines.Add(line.ToString().TrimEnd());
        }
        lines.Add($"{"",6} └{new string('─', values.Length)}");

        long end = points[^1].Position;
        char[] marks = [.. Enumerable.Repeat(' ', values.Length)];
        foreach (long drift in drifts)
            if (drift < end) marks[Math.Min(values.Length - 1, (int)(drift * values.Length / end))] = '▲';
        string last = string.Create(CultureInfo.InvariantCulture, $"{end:N0}");
        string axis = new(marks);
        lines.Add($"{"0",8}{axis} {last}".TrimEnd());
        return lines;
    }

    /// <summary>The lowest point of each of at most <see cref="Width"/> columns, so that a short dip behind a drift is seen.</summary>
    private static double[] Columns(IReadOnlyList<CurvePoint> points)
    {
        double[] known = [.. points.Where(p => p.Accuracy is not null).Select(p => p.Accuracy!.Value)];
        int columns = Math.Min(Width, known.Length);
        double[] values = new double[columns];
        for (int c = 0; c < columns; c++)
        {
            int from = (int)((long)c * known.Length / columns), to = (int)((long)(c + 1) * known.Length / columns);
            values[c] = known[from..Math.Max(to, from + 1)].Min();
        }
        return values;
    }
}
