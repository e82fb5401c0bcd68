using System.Globalization;
using System.Text;

namespace StreamMoe.StreamHost.Replay;

/// <summary>Draws the accuracy curve with block characters, the stream's known drifts marked below it.</summary>
internal static class TextCurve
{
    /// <summary>Columns of the drawing when nothing else is asked for: 72, which with its scale fits into 80.</summary>
    public const int UsualWidth = 72;

    private const int Height = 8;

    /// <summary>The drawing, one string a line; empty when there are fewer than two points.</summary>
    public static IReadOnlyList<string> Draw(IReadOnlyList<CurvePoint> points, IEnumerable<long> drifts, int width = UsualWidth)
    {
        double[] values = CurveColumns.LowestOf(points, width);
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
                line.Append(CurveColumns.Eighths[(int)Math.Clamp(Math.Round(filled * 8), row == 0 ? 1 : 0, 8)]);
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
}
