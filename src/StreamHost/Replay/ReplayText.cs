using System.Globalization;
using StreamMoe.DriftMoe;
using StreamMoe.DriftMoe.Evaluation;

namespace StreamMoe.StreamHost.Replay;

/// <summary>Writes a replay's result as plain text, for files, pipes and terminals without colours (see <see cref="ReplayView"/>).</summary>
internal static class ReplayText
{
    /// <summary>Most classes that are told of: 12.</summary>
    public const int ShownClasses = 12;

    /// <summary>Most drifts that are told of: 6.</summary>
    public const int ShownDrifts = 6;

    /// <param name="output">Receives the lines.</param>
    /// <param name="report">The result.</param>
    /// <param name="file">The report that was written; null for none.</param>
    public static void Write(TextWriter output, ReplayReport report, string? file = null)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        output.WriteLine();
        output.WriteLine(report.Head);
        output.WriteLine();
        output.WriteLine(string.Create(culture, $"  {"",-22}{"whole stream",14}{$"last {report.WindowSize:N0}",14}"));
        Row("accuracy", e => e.Accuracy);
        Floor("  majority class", f => f.Majority);
        Floor("  no change", f => f.NoChange);
        Row("kappa", e => e.Kappa);
        Row("kappa-M (majority)", e => e.KappaM);
        Row("kappa-T (no-change)", e => e.KappaT);
        Row("balanced accuracy", e => e.BalancedAccuracy);
        Row("G-mean", e => e.GMean);
        if (report.Total.PrAuc is not null) Row("PR-AUC (rare class)", e => e.PrAuc);
        output.WriteLine();
        WriteClasses(output, report);
        output.WriteLine(string.Create(culture, $"  instances   {report.Instances:N0}{(report.LabelDelay > 0 ? $", labels {report.LabelDelay:N0} instances late" : "")}"));
        output.WriteLine($"  attributes  {ReportedAttribute.InWords(report.Schema)}");
        if (report.Partitions is { } p)
            output.WriteLine(string.Create(culture, $"  partitions  {p.Partitions} ({p.Split}{(p.Disorder > 0 ? $", up to {p.Disorder:N0} places late" : "")}{(p.PartitionAsAttribute ? ", an attribute" : "")}), {p.Each.Count} learner{(p.Each.Count == 1 ? "" : "s")}{(p.Each.Count == 1 ? "" : $": accuracy {p.Each.Min(l => l.Total.Accuracy):0.0000} to {p.Each.Max(l => l.Total.Accuracy):0.0000}")}"));
        if (report.Total.Results != report.Instances)
            output.WriteLine(string.Create(culture, $"  scored      {report.Total.Results:N0} (the others have no label)"));
        if (report.BadRows > 0)
            output.WriteLine(string.Create(culture, $"  bad rows    {report.BadRows:N0}, skipped"));
        output.WriteLine(string.Create(culture, $"  time        {report.Seconds:0.00} s, {report.CpuSeconds:0.00} CPU s, {report.InstancesPerSecond:N0} instances/s on {report.Threads} thread{(report.Threads == 1 ? "" : "s")}"));
        output.WriteLine(string.Create(culture, $"  memory      {report.ModelBytes / 1048576.0:0.0} MiB model, {report.PeakMemoryBytes / 1048576.0:0} MiB process peak"));
        output.WriteLine(string.Create(culture, $"  experts     {report.FinalExperts} at the end{Decisions(report.History) switch { "" => "", var d => $" ({d})" }}"));
        if (report.History.CountOf(PoolEventKind.Drift) is > 0 and long drifts)
        {
            output.WriteLine(string.Create(culture, $"  drifts      {report.History.MixtureDrifts:N0} of the mixture, {drifts - report.History.MixtureDrifts:N0} of single experts"));
            foreach (string line in FirstDrifts(report)) output.WriteLine($"    {line}");
        }

        if (file is not null) output.WriteLine($"  report      {file}");

        IReadOnlyList<string> curve = TextCurve.Draw(report.Curve, report.KnownDrifts.Select(d => (long)d.Position));
        if (curve.Count > 0)
        {
            output.WriteLine();
            output.WriteLine(string.Create(culture, $"  window accuracy, %, lowest of each column{(report.KnownDrifts.Any(d => d.Position < report.Instances) ? "   (▲ = the stream drifts here)" : "")}"));
            foreach (string line in curve) output.WriteLine($"  {line}");
        }

        void Floor(string name, Func<Floors, double?> figure)
            => output.WriteLine($"  {name,-22}{Percent(figure(report.TotalFloors)),14}{Percent(figure(report.WindowFloors)),14}");

        void Row(string name, Func<EvaluationSnapshot, double?> figure)
            => output.WriteLine($"  {name,-22}{Percent(figure(report.Total)),14}{Percent(figure(report.Window)),14}");
    }

    /// <summary>How often the pool decided what, in words; empty when it never did.</summary>
    public static string Decisions(PoolHistory history)
    {
        (string Name, PoolEventKind Kind)[] kinds =
        [
            ("pruned", PoolEventKind.Prune), ("merged", PoolEventKind.Merge), ("tried again", PoolEventKind.Spawn),
            ("promoted", PoolEventKind.Promote), ("dropped", PoolEventKind.Drop), ("revived", PoolEventKind.Revive),
        ];
        return string.Join(", ", kinds.Where(k => history.CountOf(k.Kind) > 0).Select(k => string.Create(CultureInfo.InvariantCulture, $"{history.CountOf(k.Kind):N0} {k.Name}")));
    }

    /// <summary>The first drifts, one a line, and what there is beyond them.</summary>
    public static IEnumerable<string> FirstDrifts(ReplayReport report)
    {
        SignalPoint[] drifts = [.. report.History.Signals.Where(s => s.Signal == "drift").Take(ShownDrifts)];
        foreach (SignalPoint drift in drifts)
            yield return string.Create(CultureInfo.InvariantCulture, $"{drift.Position,13:N0}  {drift.Source} ({drift.Detector})");
        if (report.History.CountOf(PoolEventKind.Drift) - drifts.Length is > 0 and long more)
            yield return string.Create(CultureInfo.InvariantCulture, $"… and {more:N0} more (all with --format json or --report FILE.html)");
    }

    private static void WriteClasses(TextWriter output, ReplayReport report)
    {
        output.WriteLine($"  {"class",-22}{"precision",10}{"recall",10}{"F1",10}");
        for (int c = 0; c < Math.Min(report.Classes, ShownClasses); c++)
        {
            string name = report.ClassNames[c].Length > 20 ? report.ClassNames[c][..19] + "…" : report.ClassNames[c];
            output.WriteLine($"  {name,-22}{Percent(At(report.Total.Precision, c)),10}{Percent(At(report.Total.Recall, c)),10}{Percent(At(report.Total.F1, c)),10}");
        }
        if (report.Classes > ShownClasses) output.WriteLine($"  … and {report.Classes - ShownClasses} classes more (all of them with --format json)");
        output.WriteLine();

        static double? At(IReadOnlyList<double?> values, int index) => index < values.Count ? values[index] : null;
    }

    /// <summary>A ratio in per cent.</summary>
    public static string Percent(double? ratio)
        => ratio is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value * 100:0.00} %") : "–";
}
