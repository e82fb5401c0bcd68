using System.Globalization;
using Spectre.Console;
using StreamMoe.StreamHost.Terminal;

namespace StreamMoe.StreamHost.Compare;

/// <summary>Draws a comparison on a rich terminal; the same figures as <see cref="CompareText"/>, the best of each stream in bold.</summary>
/// <remarks>Names come from users and their files, so they are only ever drawn as <see cref="Text"/>, never as markup.</remarks>
internal static class CompareView
{
    private static readonly Style s_dim = new(decoration: Decoration.Dim), s_best = new(Color.Blue, decoration: Decoration.Bold);

    /// <param name="view">A rich terminal.</param>
    /// <param name="report">The result.</param>
    public static void Write(TerminalView view, CompareReport report)
    {
        IAnsiConsole canvas = view.Canvas();
        canvas.WriteLine();
        canvas.Write(new Rule(Markup.Escape(CompareText.Title(report))) { Justification = Justify.Left, Style = s_dim });
        for (int s = 0; s < report.Streams.Count; s++)
        {
            CompareCell[] row = [.. report.Row(s)];
            if (row.Any(cell => cell.Runs.Count > 0)) WriteStream(canvas, row, report.Seeds.Count);
        }
        WriteRanks(canvas, report);
        canvas.WriteLine();
        foreach (string line in CompareText.Tests(report)) canvas.Write(new Padder(new Text(line), new Padding(2, 0, 0, 0)));
        canvas.WriteLine();
        canvas.Write(new Padder(new Text(CompareText.Legend(report), s_dim), new Padding(2, 0, 0, 0)));
    }

    private static void WriteStream(IAnsiConsole canvas, CompareCell[] row, int seeds)
    {
        canvas.WriteLine();
        canvas.Write(new Text(CompareText.Head(row) + Environment.NewLine));
        Table table = Plain("model", "accuracy %", "rank", "per CPU second", "model KiB");
        double? best = row.Max(cell => cell.Accuracy);
        foreach (CompareCell cell in row)
        {
            Style style = cell.Accuracy is not null && cell.Accuracy == best ? s_best : Style.Plain;
            table.AddRow(new Text(cell.Model + (cell.Runs.Count == seeds ? "" : $" ({cell.Runs.Count} of {seeds} seeds)"), style),
                new Text($"{Number(cell.Accuracy * 100, "0.00")} ± {Number(cell.Deviation * 100, "0.00")}", style), new Text(Number(cell.Rank, "0.#"), style),
                new Text(Number(cell.InstancesPerCpuSecond, "N0")), new Text(Number(cell.PeakModelBytes / 1024.0, "N1")));
        }
        canvas.Write(table);
    }

    private static void WriteRanks(IAnsiConsole canvas, CompareReport report)
    {
        canvas.WriteLine();
        canvas.Write(new Text(CompareText.RanksHead(report) + Environment.NewLine));
        Table table = Plain("model", "mean rank", "mean accuracy %");
        double? best = report.MeanRanks?.Min();
        for (int m = 0; m < report.Models.Count; m++)
        {
            Style style = best is not null && report.MeanRanks![m] == best ? s_best : Style.Plain;
            table.AddRow(new Text(report.Models[m].Name, style), new Text(Number(report.MeanRanks?[m], "0.000"), style), new Text(Number(report.MeanAccuracies?[m] * 100, "0.00"), style));
        }
        canvas.Write(table);
    }

    private static Table Plain(params string[] columns)
    {
        Table table = new Table().Border(TableBorder.Simple).BorderStyle(s_dim);
        for (int c = 0; c < columns.Length; c++)
            table.AddColumn(c == 0 ? new TableColumn(new Text(columns[c], s_dim)) : new TableColumn(new Text(columns[c], s_dim)).NoWrap().RightAligned());
        return table;
    }

    private static string Number(double? value, string format) => value is { } number ? number.ToString(format, CultureInfo.InvariantCulture) : "–";
}
