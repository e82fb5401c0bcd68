using System.Globalization;
using StreamMoe.DriftMoe.Evaluation;
using StreamMoe.DriftMoe.Lifecycle;

namespace StreamMoe.StreamHost.Replay;

/// <summary>Writes a replay's result for people.</summary>
internal static class ReplayText
{
    public static void Write(TextWriter output, ReplayReport report)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        output.WriteLine();
        output.WriteLine($"{report.Model} on {report.Stream}, seed {report.Seed}{(report.Interrupted ? " (interrupted)" : "")}");
        output.WriteLine();
        output.WriteLine(string.Create(culture, $"  {"",-22}{"whole stream",14}{$"last {report.WindowSize:N0}",14}"));
        Row("accuracy", e => e.Accuracy);
        Row("kappa", e => e.Kappa);
        Row("kappa-M (majority)", e => e.KappaM);
        Row("kappa-T (no-change)", e => e.KappaT);
        output.WriteLine();
        WriteClasses(output, report);
        output.WriteLine(string.Create(culture, $"  instances   {report.Instances:N0}{(report.LabelDelay > 0 ? $", labels {report.LabelDelay:N0} instances late" : "")}"));
        if (report.Total.Results != report.Instances)
            output.WriteLine(string.Create(culture, $"  scored      {report.Total.Results:N0} (the others have no label)"));
        if (report.BadRows > 0)
            output.WriteLine(string.Create(culture, $"  bad rows    {report.BadRows:N0}, skipped"));
        output.WriteLine(string.Create(culture, $"  time        {report.Seconds:0.00} s, {report.CpuSeconds:0.00} CPU s, {report.InstancesPerSecond:N0} instances/s on {report.Threads} thread{(report.Threads == 1 ? "" : "s")}"));
        output.WriteLine(string.Create(culture, $"  memory      {report.ModelBytes / 1048576.0:0.0} MiB model, {report.PeakMemoryBytes / 1048576.0:0} MiB process peak"));
        output.WriteLine(string.Create(culture, $"  experts     {report.FinalExperts} at the end{Decisions(report.History)}"));
        if (report.History.CountOf(PoolEventKind.Drift) is > 0 and long drifts)
            output.WriteLine(string.Create(culture, $"  drifts      {drifts:N0} signalled, first at {string.Join(", ", report.History.Signals.Take(6).Select(s => s.Position.ToString("N0", culture)))}"));

        IReadOnlyList<string> curve = TextCurve.Draw(report.Curve, report.KnownDrifts.Select(d => (long)d.Position));
        if (curve.Count > 0)
        {
            output.WriteLine();
            output.WriteLine(string.Create(culture, $"  window accuracy, %, lowest of each column{(report.KnownDrifts.Any(d => d.Position < report.Instances) ? "   (▲ = the stream drifts here)" : "")}"));
            foreach (string line in curve) output.WriteLine($"  {line}");
        }

        void Row(string name, Func<EvaluationSnapshot, double?> figure)
            => output.WriteLine($"  {name,-22}{Percent(figure(report.Total)),14}{Percent(figure(report.Window)),14}");
    }

    private static string Decisions(PoolHistory history)
    {
        (string Name, PoolEventKind Kind)[] kinds =
        [
            ("pruned", PoolEventKind.Prune), ("merged", PoolEventKind.Merge), ("tried again", PoolEventKind.Spawn),
            ("promoted", PoolEventKind.Promote), ("dropped", PoolEventKind.Drop), ("revived", PoolEventKind.Revive),
        ];
        string[] parts = [.. kinds.Where(k => history.CountOf(k.Kind) > 0).Select(k => $"{history.CountOf(k.Kind)} {k.Name}")];
        return parts.Length == 0 ? "" : $" ({string.Join(", ", parts)})";
    }

    private static void WriteClasses(TextWriter output, ReplayReport report)
    {
        const int shown = 12;
        output.WriteLine($"  {"class",-22}{"precision",10}{"recall",10}{"F1",10}");
        for (int c = 0; c < Math.Min(report.Classes, shown); c++)
        {
            string name = report.ClassNames[c].Length > 20 ? report.ClassNames[c][..19] + "…" : report.ClassNames[c];
            output.WriteLine($"  {name,-22}{Percent(At(report.Total.Precision, c)),10}{Percent(At(report.Total.Recall, c)),10}{Percent(At(report.Total.F1, c)),10}");
        }
        if (report.Classes > shown) output.WriteLine($"  … and {report.Classes - shown} classes more (all of them with --format json)");
        output.WriteLine();

        static double? At(IReadOnlyList<double?> values, int index) => index < values.Count ? values[index] : null;
    }

    private static string Percent(double? ratio)
        => ratio is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value * 100:0.00} %") : "–";
}
