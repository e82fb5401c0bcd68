using System.Globalization;

namespace StreamMoe.StreamHost.Compare;

/// <summary>Writes a comparison as plain text (see <see cref="CompareView"/>): one table a stream, then the ranks and tests over the streams.</summary>
internal static class CompareText
{
    private const string Undefined = "–";
    private const int LegendWidth = 120;

    /// <param name="output">Receives the lines.</param>
    /// <param name="report">The result.</param>
    public static void Write(TextWriter output, CompareReport report)
    {
        int width = Math.Max(5, report.Models.Max(m => m.Name.Length));
        output.WriteLine();
        output.WriteLine(Title(report));
        for (int s = 0; s < report.Streams.Count; s++)
        {
            CompareCell[] row = [.. report.Row(s)];
            if (row.Any(cell => cell.Runs.Count > 0)) WriteStream(output, row, report.Seeds.Count, width);
        }
        WriteRanks(output, report, width);
        output.WriteLine();
        string[] words = Legend(report).Split(' ');
        string line = " ";
        foreach (string word in words)
        {
            if (line.Length + 1 + word.Length > LegendWidth)
            {
                output.WriteLine(line);
                line = " ";
            }
            line += $" {word}";
        }
        output.WriteLine(line);
    }

    /// <summary>What was compared.</summary>
    public static string Title(CompareReport report)
        => $"{Count(report.Models.Count, "model")} on {Count(report.Streams.Count, "stream")}, "
            + $"seed{(report.Seeds.Count == 1 ? "" : "s")} {string.Join(", ", report.Seeds)}, {Count(report.Threads, "thread")}"
            + $"{(report.LabelDelay > 0 ? Text($", labels {report.LabelDelay:N0} instances late") : "")}{(report.ModelSeed is { } model ? Text($", model seed {model}") : "")}{report.Derivation}{(report.Interrupted ? " (interrupted)" : "")}";

    /// <summary>What stands over the results of one stream, of which at least one model has a run.</summary>
    public static string Head(CompareCell[] row)
    {
        long[] instances = [.. row.SelectMany(cell => cell.Runs).Select(r => r.Instances).Distinct().Order()];
        long badRows = row.SelectMany(cell => cell.Runs).Max(r => r.BadRows);
        return Text($"{row[0].Stream}  ·  {string.Join(" to ", instances.Select(i => Text($"{i:N0}")))} instances{(badRows > 0 ? Text($", {badRows:N0} bad rows skipped") : "")}");
    }

    /// <summary>What stands over the ranks.</summary>
    public static string RanksHead(CompareReport report)
    {
        bool all = report.CompleteStreams == report.Streams.Count;
        return $"over {(all ? "" : $"{report.CompleteStreams} of ")}{Count(report.Streams.Count, "stream")}{(all ? "" : "; the others are not complete")}";
    }

    /// <summary>What the tests found, one a line.</summary>
    public static IEnumerable<string> Tests(CompareReport report)
    {
        yield return report.Friedman is { } test
            ? Text($"Friedman        χ² {test.ChiSquare:0.00} ({test.Degrees} degrees of freedom), p {Probability(test.P)}")
            : $"Friedman        {Undefined} (needs two models and two complete streams)";
        yield return report.Friedman is { } same
            ? Text($"Iman–Davenport  F {(double.IsFinite(same.F) ? Text($"{same.F:0.00}") : "∞")} ({same.Degrees} and {same.DenominatorDegrees} degrees of freedom), p {Probability(same.FP)}")
            : $"Iman–Davenport  {Undefined}";
        yield return $"Nemenyi         {Nemenyi(report)}";
    }

    /// <summary>How the figures were taken.</summary>
    public static string Legend(CompareReport report)
        => "accuracy: mean ± standard deviation over the seeds. Per CPU second: instances of all seeds by the CPU time of the "
            + Text($"process while they were predicted and learned. Model KiB: the largest size of the model's state, looked at every {CompareRunner.SizeInterval:N0} ")
            + Text($"instances and at the end. The process peaked at {report.ProcessPeakBytes / 1048576.0:0} MiB, which all runs share.");

    private static void WriteStream(TextWriter output, CompareCell[] row, int seeds, int width)
    {
        output.WriteLine();
        output.WriteLine(Head(row));
        output.WriteLine($"  {"model".PadRight(width)}{"accuracy %",18}{"rank",8}{"per CPU second",17}{"model KiB",12}");
        foreach (CompareCell cell in row)
        {
            string runs = cell.Runs.Count == seeds ? "" : Text($"   ({cell.Runs.Count} of {seeds} seeds)");
            output.WriteLine($"  {cell.Model.PadRight(width)}{$"{Percent(cell.Accuracy)} ± {Percent(cell.Deviation)}",18}{Number(cell.Rank, "0.#"),8}"
                + $"{Number(cell.InstancesPerCpuSecond, "N0"),17}{Number(cell.PeakModelBytes / 1024.0, "N1"),12}{runs}");
        }
    }

    private static void WriteRanks(TextWriter output, CompareReport report, int width)
    {
        output.WriteLine();
        output.WriteLine(RanksHead(report));
        output.WriteLine($"  {"model".PadRight(width)}{"mean rank",18}{"mean accuracy %",18}");
        for (int m = 0; m < report.Models.Count; m++)
            output.WriteLine($"  {report.Models[m].Name.PadRight(width)}{Number(report.MeanRanks?[m], "0.000"),18}{Percent(report.MeanAccuracies?[m]),18}");
        output.WriteLine();
        foreach (string line in Tests(report)) output.WriteLine($"  {line}");
    }

    private static string Nemenyi(CompareReport report)
    {
        if (report.CriticalDifference is not { } difference)
            return report.Models.Count > NemenyiTest.MostModels ? $"{Undefined} (not given beyond {NemenyiTest.MostModels} models)" : Undefined;
        var pairs = report.DifferentPairs()!;
        string found = pairs.Count == 0 ? "no two models differ" : string.Join("; ", pairs.Select(p => $"{p.Better} beats {p.Worse}"));
        return Text($"critical difference {difference:0.00} at {NemenyiTest.Alpha}: {found}");
    }

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private static string Percent(double? ratio) => Number(ratio * 100, "0.00");

    private static string Number(double? value, string format) => value is { } number ? number.ToString(format, CultureInfo.InvariantCulture) : Undefined;

    private static string Probability(double p) => p < 0.0001 ? "< 0.0001" : Text($"{p:0.0000}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
