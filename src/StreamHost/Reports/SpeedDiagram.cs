using System.Globalization;

namespace StreamMoe.StreamHost.Reports;

/// <summary>Draws accuracy over speed, a dot a model; speed on a logarithmic scale.</summary>
internal static class SpeedDiagram
{
    private const int Width = 760, Height = 330, Left = 58, Right = 722, Top = 16, Bottom = 280, LongestName = 34, LabelGap = 15;

    /// <summary>Writes the drawing.</summary>
    /// <param name="html">Receives it.</param>
    /// <param name="models">Name, instances a CPU second (> 0), accuracy (a ratio); at least one.</param>
    public static void Write(HtmlWriter html, IReadOnlyList<(string Name, double Speed, double Accuracy)> models)
    {
        double low = Math.Floor(Math.Log10(models.Min(m => m.Speed))), high = Math.Max(low + 1, Math.Ceiling(Math.Log10(models.Max(m => m.Speed))));
        double worst = Math.Floor(models.Min(m => m.Accuracy) * 20 - 0.2) / 20, best = Math.Min(1, Math.Ceiling(models.Max(m => m.Accuracy) * 20 + 0.2) / 20);
        if (best - worst < 0.1) worst = best - 0.1;
        html.Add($"<div class=\"diagram-scroll\"><svg class=\"diagram\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Words(models)}\">");
        for (double power = low; power <= high; power++)
            html.Add($"<path class=\"grid\" d=\"M{X(Math.Pow(10, power))} {Top} V{Bottom}\"/><text class=\"soft\" x=\"{X(Math.Pow(10, power))}\" y=\"{Bottom + 18}\" text-anchor=\"middle\">{Math.Pow(10, power):N0}</text>");
        double step = best - worst > 0.3 ? 0.1 : best - worst > 0.15 ? 0.05 : 0.02;
        for (int i = (int)Math.Ceiling(worst / step - 1e-9); i * step <= best + 1e-9; i++)
            html.Add($"<path class=\"grid\" d=\"M{Left} {Y(i * step)} H{Right}\"/><text class=\"soft\" x=\"{Left - 8}\" y=\"{Y(i * step) + 4}\" text-anchor=\"end\">{100 * i * step:0} %</text>");
        html.Add($"<text class=\"soft\" x=\"{(Left + Right) / 2}\" y=\"{Bottom + 40}\" text-anchor=\"middle\">instances a CPU second →</text>");
        List<(double X, double Y, double Length, bool IsRight)> taken = [];
        foreach ((string name, double speed, double accuracy) in models.OrderByDescending(m => m.Accuracy))
        {
            string label = name.Length > LongestName ? name[..(LongestName - 1)] + "…" : name;
            double x = X(speed), y = Y(accuracy), length = label.Length * 7.2, at = y + 4;
            bool isRight = x + 12 + length < Width;
            // A label gives way downwards to those of better models.
            while (taken.Exists(t => Math.Abs(t.Y - at) < LabelGap && Begin(t) < Begin((x, at, length, isRight)) + length + 4 && Begin((x, at, length, isRight)) < Begin(t) + t.Length + 4)) at += 2;
            taken.Add((x, at, length, isRight));
            html.Add($"<circle class=\"dot\" cx=\"{x}\" cy=\"{y}\" r=\"5.5\"><title>{name}: {100 * accuracy:0.00} %, {speed:N0} instances a CPU second</title></circle>");
            html.Add($"<text x=\"{(isRight ? x + 10 : x - 10)}\" y=\"{at}\" text-anchor=\"{(isRight ? "start" : "end")}\">{label}</text>");
        }
        html.Add($"</svg></div>");

        double X(double speed) => Math.Round(Left + (Math.Log10(speed) - low) / (high - low) * (Right - Left), 1);
        double Y(double accuracy) => Math.Round(Bottom - (accuracy - worst) / (best - worst) * (Bottom - Top), 1);
        static double Begin((double X, double Y, double Length, bool IsRight) label) => label.IsRight ? label.X + 10 : label.X - 10 - label.Length;
    }

    private static string Words(IReadOnlyList<(string Name, double Speed, double Accuracy)> models)
        => "Accuracy over speed. " + string.Join("; ", models.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Name}: {100 * m.Accuracy:0.00} %, {m.Speed:N0} instances a CPU second"))) + ".";
}
