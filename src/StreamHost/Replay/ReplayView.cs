using System.Globalization;
using Spectre.Console;
using StreamMoe.DriftMoe;
using StreamMoe.DriftMoe.Evaluation;
using StreamMoe.StreamHost.Terminal;

namespace StreamMoe.StreamHost.Replay;

/// <summary>Draws a replay's result on a rich terminal; the same figures as <see cref="ReplayText"/>.</summary>
/// <remarks>Names come from users and their files, so they are only ever drawn as <see cref="Text"/>, never as markup.</remarks>
internal static class ReplayView
{
    // From here on two tables stand beside each other.
    private const int WideColumns = 100;

    // From here on the curve has a title in full.
    private const int RoomyColumns = 80;

    private static readonly Style s_dim = new(decoration: Decoration.Dim), s_bold = new(decoration: Decoration.Bold), s_good = new(Color.Blue, decoration: Decoration.Bold);

    /// <param name="view">A rich terminal.</param>
    /// <param name="report">The result.</param>
    /// <param name="file">The report that was written; null for none.</param>
    public static void Write(TerminalView view, ReplayReport report, string? file = null)
    {
        IAnsiConsole canvas = view.Canvas();
        canvas.WriteLine();
        canvas.Write(new Rule(Markup.Escape(report.Head)) { Justification = Justify.Left, Style = s_dim });
        canvas.WriteLine();
        canvas.Write(Headline(report));
        canvas.WriteLine();
        if (view.Width >= WideColumns) canvas.Write(new Grid().AddColumns(2).AddRow(Figures(report), Classes(report)));
        else
        {
            canvas.Write(Figures(report));
            canvas.Write(Classes(report));
        }
        canvas.Write(Facts(report, file));
        Curve(canvas, view, report);
    }

    private static Grid Headline(ReplayReport report)
    {
        List<(string Figure, string Name)> figures =
        [
            (ReplayText.Percent(report.Total.Accuracy), "accuracy"),
            (ReplayText.Percent(report.Total.KappaM), "kappa-M"),
            (Number(report.InstancesPerSecond), "instances/s"),
            (report.FinalExperts.ToString(CultureInfo.InvariantCulture), report.FinalExperts == 1 ? "expert" : "experts"),
        ];
        if (report.History.MixtureDrifts is > 0 and long drifts) figures.Add((Number(drifts), drifts == 1 ? "drift" : "drifts"));
        Grid grid = new();
        foreach (var _ in figures) grid.AddColumn(new GridColumn { Padding = new Padding(2, 0, 2, 0) });
        grid.AddRow([.. figures.Select((f, i) => new Text(f.Figure, i == 0 ? s_good : s_bold))]);
        return grid.AddRow([.. figures.Select(f => new Text(f.Name, s_dim))]);
    }

    private static Table Figures(ReplayReport report)
    {
        Table table = Plain("", "whole stream", $"last {Number(report.WindowSize)}");
        Row("accuracy", report.Total.Accuracy, report.Window.Accuracy, s_bold);
        Row("  majority class", report.TotalFloors.Majority, report.WindowFloors.Majority, s_dim);
        Row("  no change", report.TotalFloors.NoChange, report.WindowFloors.NoChange, s_dim);
        foreach ((string name, Func<EvaluationSnapshot, double?> figure) in new (string, Func<EvaluationSnapshot, double?>)[]
            { ("kappa", e => e.Kappa), ("kappa-M (majority)", e => e.KappaM), ("kappa-T (no-change)", e => e.KappaT),
              ("balanced accuracy", e => e.BalancedAccuracy), ("G-mean", e => e.GMean) })
            Row(name, figure(report.Total), figure(report.Window), Style.Plain);
        if (report.Total.PrAuc is { } area) Row("PR-AUC (rare class)", area, null, Style.Plain);
        return table;

        void Row(string name, double? total, double? window, Style style)
            => table.AddRow(new Text(name, style), new Text(ReplayText.Percent(total), style), new Text(ReplayText.Percent(window), style));
    }

    private static Table Classes(ReplayReport report)
    {
        Table table = Plain("class", "precision", "recall", "F1");
        for (int c = 0; c < Math.Min(report.Classes, ReplayText.ShownClasses); c++)
        {
            string name = report.ClassNames[c].Length > 20 ? report.ClassNames[c][..19] + "…" : report.ClassNames[c];
            table.AddRow([new Text(name), .. new[] { report.Total.Precision, report.Total.Recall, report.Total.F1 }.Select(v => new Text(ReplayText.Percent(c < v.Count ? v[c] : null)))]);
        }
        if (report.Classes > ReplayText.ShownClasses) table.AddRow(new Text($"… and {report.Classes - ReplayText.ShownClasses} more", s_dim));
        return table;
    }

    private static Grid Facts(ReplayReport report, string? file)
    {
        Grid grid = new Grid().AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(2, 0, 2, 0) }).AddColumn(new GridColumn { Padding = new Padding(0, 0, 0, 0) });
        Add("instances", Number(report.Instances) + (report.LabelDelay > 0 ? $", labels {Number(report.LabelDelay)} instances late" : ""));
        if (report.Total.Results != report.Instances) Add("scored", $"{Number(report.Total.Results)} (the others have no label)");
        Add("attributes", ReportedAttribute.InWords(report.Schema));
        if (report.BadRows > 0) Add("bad rows", $"{Number(report.BadRows)}, skipped");
        Add("time", string.Create(CultureInfo.InvariantCulture, $"{report.Seconds:0.00} s, {report.CpuSeconds:0.00} CPU s on {report.Threads} thread{(report.Threads == 1 ? "" : "s")}"));
        Add("memory", string.Create(CultureInfo.InvariantCulture, $"{report.ModelBytes / 1048576.0:0.0} MiB model, {report.PeakMemoryBytes / 1048576.0:0} MiB process peak"));
        if (ReplayText.Decisions(report.History) is { Length: > 0 } decisions) Add("pool", decisions);
        string[] drifts = [.. ReplayText.FirstDrifts(report)];
        for (int i = 0; i < drifts.Length; i++) Add(i == 0 ? "drifts" : "", drifts[i].TrimStart());
        if (file is not null) Add("report", file);
        return grid;

        void Add(string name, string value) => grid.AddRow(new Text(name, s_dim), new Text(value));
    }

    private static void Curve(IAnsiConsole canvas, TerminalView view, ReplayReport report)
    {
        // The scale before the curve and the last position behind it.
        const int margin = 20;
        IReadOnlyList<string> curve = TextCurve.Draw(report.Curve, report.KnownDrifts.Select(d => (long)d.Position), view.Width - margin);
        if (curve.Count == 0) return;
        canvas.WriteLine();
        canvas.Write(new Text(view.Width < RoomyColumns ? "  window accuracy, %" : "  window accuracy, %, lowest of each column", s_dim));
        if (report.KnownDrifts.Any(d => d.Position < report.Instances)) canvas.Write(new Markup("   [yellow]▲[/][dim] = the stream drifts here[/]"));
        canvas.WriteLine();
        for (int i = 0; i < curve.Count; i++)
        {
            int scale = Math.Min(8, curve[i].Length);
            canvas.Write(new Text($"  {curve[i][..scale]}", s_dim));
            canvas.Write(new Text(curve[i][scale..], new Style(i == curve.Count - 1 ? Color.Yellow : i == curve.Count - 2 ? null : Color.Blue)));
            canvas.WriteLine();
        }
    }

    private static Table Plain(params string[] columns)
    {
        Table table = new Table().Border(TableBorder.Simple).BorderStyle(s_dim);
        for (int c = 0; c < columns.Length; c++)
        {
            TableColumn column = new TableColumn(new Text(columns[c], s_dim)).NoWrap();
            table.AddColumn(c == 0 ? column : column.RightAligned());
        }
        return table;
    }

    private static string Number(double? value) => value is { } number ? number.ToString("N0", CultureInfo.InvariantCulture) : "–";
}
