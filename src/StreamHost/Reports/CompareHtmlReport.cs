using System.Globalization;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.StreamHost.Compare;

namespace StreamMoe.StreamHost.Reports;

/// <summary>Writes a comparison as one HTML file: ranks and tests, accuracy, curves, speed, memory, options, and where it comes from.</summary>
internal sealed class CompareHtmlReport
{
    // Of 100 %, in widths of a letter.
    private const double BarWidth = 7;

    private readonly CompareReport _report;
    private readonly HtmlWriter _html;

    private CompareHtmlReport(CompareReport report, HtmlWriter html) => (_report, _html) = (report, html);

    /// <summary>Makes the file's text.</summary>
    /// <param name="report">The result.</param>
    /// <param name="origin">Where the figures come from.</param>
    /// <param name="isFromDocuments">True when nothing was run: the runs were made earlier, perhaps elsewhere.</param>
    public static string Make(CompareReport report, ReportOrigin origin, bool isFromDocuments)
        => ReportPage.Make(CompareText.Title(report), html => new CompareHtmlReport(report, html).WriteBody(origin, isFromDocuments), json => CompareCharts.Write(json, report));

    private void WriteBody(ReportOrigin origin, bool isFromDocuments)
    {
        WriteHead();
        WriteRanks();
        WriteAccuracy();
        WriteCurves(isFromDocuments);
        WriteSpeed();
        _html.Add($"<section class=\"long\"><h2>Options</h2><p class=\"note\">All learning options of each model, those that differ from their default apart.</p>");
        foreach (ReportedModel model in _report.Models)
        {
            _html.Add($"<h3>{model.Name}</h3>");
            if (model.Preset != model.Name) _html.Add($"<p class=\"note\">Preset {model.Preset}</p>");
            ReportPage.WriteOptions(_html, model.Options, PresetCatalogue.Names.Contains(model.Preset) ? PresetCatalogue.Create(model.Preset, []).Options.ToDictionary() : []);
        }
        _html.Add($"</section>");
        if (isFromDocuments) _html.Add($"<p class=\"warn\">The runs were made earlier, perhaps on other machines and by other versions: what follows says what made this page.</p>");
        ReportPage.WriteOrigin(_html, origin, ("Seeds", string.Join(", ", _report.Seeds)), ("Threads", $"{_report.Threads}"), ("Label delay", Text($"{_report.LabelDelay:N0} instances")));
    }

    private void WriteHead()
    {
        _html.Add($"<header><h1>{_report.Models.Count} model{(_report.Models.Count == 1 ? "" : "s")} on {_report.Streams.Count} stream{(_report.Streams.Count == 1 ? "" : "s")}</h1>");
        _html.Add($"<p class=\"sub\">{CompareText.Title(_report)}</p>");
        if (_report.Interrupted) _html.Add($"<p class=\"warn\">Interrupted: runs are missing. Ranks and tests are over the {_report.CompleteStreams} streams that are complete.</p>");
        if (_report.MeanRanks is { } ranks)
        {
            int best = Enumerable.Range(0, ranks.Count).MinBy(m => ranks[m]);
            _html.Add($"<p class=\"lead\">{_report.Models[best].Name} has the best mean rank, {ranks[best]:0.00} of {ranks.Count}, over {_report.CompleteStreams} stream{(_report.CompleteStreams == 1 ? "" : "s")}. {Verdict()}</p>");
        }
        _html.Add($"</header>");
    }

    private string Verdict()
    {
        if (_report.Friedman is not { } test) return "With fewer than two models or two complete streams there is nothing to test.";
        if (double.IsInfinity(test.F)) return $"Every stream ranks the models alike; whether {_report.CompleteStreams} streams are enough to say that they differ, the diagram shows.";
        if (test.FP >= NemenyiTest.Alpha) return "That the models differ is not shown by the Friedman test at 0.05.";
        return _report.DifferentPairs() is { Count: 0 } ? "The models differ (Friedman test by Iman and Davenport, at 0.05), but these streams do not show which."
            : "The models differ (Friedman test by Iman and Davenport, at 0.05); which ones do, the diagram shows.";
    }

    private void WriteRanks()
    {
        _html.Add($"<section><h2>Ranks</h2>");
        if (_report.MeanRanks is not { } ranks)
        {
            _html.Add($"<p>No stream is complete, so nothing is ranked.</p></section>");
            return;
        }
        if (_report.CriticalDifference is { } difference)
        {
            _html.Add($"<p class=\"note\">Mean ranks over the streams, 1 the best. A bar joins models whose ranks lie closer than Nemenyi's critical difference at {NemenyiTest.Alpha}: these streams do not tell them apart.</p>");
            CriticalDifferenceDiagram.Write(_html, [.. _report.Models.Select(m => m.Name)], ranks, difference);
        }
        _html.Add($"<div class=\"scroll\"><table><caption>Over {_report.CompleteStreams} of {_report.Streams.Count} streams, each counting once</caption><thead><tr><th scope=\"col\">Model</th><th scope=\"col\">Mean rank</th><th scope=\"col\">Mean accuracy</th></tr></thead><tbody>");
        foreach (int m in Enumerable.Range(0, ranks.Count).OrderBy(m => ranks[m]))
            _html.Add($"<tr><th scope=\"row\">{_report.Models[m].Name}</th><td>{ranks[m]:0.000}</td><td>{Percent(_report.MeanAccuracies![m])} %</td></tr>");
        _html.Add($"</tbody></table></div><ul>");
        foreach (string line in CompareText.Tests(_report)) _html.Add($"<li>{string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))}</li>");
        _html.Add($"</ul></section>");
    }

    private void WriteAccuracy()
    {
        _html.Add($"<section><h2>Accuracy</h2>");
        WriteCells("Accuracy in per cent, mean ± standard deviation over the seeds, and rank on the stream; bars from 0 to 100", row =>
        {
            double? best = row.Max(c => c.Accuracy);
            foreach (CompareCell cell in row)
            {
                if (cell.Accuracy is not { } accuracy)
                {
                    _html.Add($"<td>–</td>");
                    continue;
                }
                string missing = cell.Runs.Count == _report.Seeds.Count ? "" : $", {cell.Runs.Count} of {_report.Seeds.Count} seeds";
                _html.Add($"<td><span class=\"{(accuracy == best ? "best" : "")}\">{Percent(accuracy)}</span> ± {Percent(cell.Deviation)} <span class=\"note\">({(cell.Rank is { } rank ? Text($"{rank:0.#}") : "–")}{missing})</span><span class=\"bar\" style=\"width:{BarWidth * accuracy:0.00}em\"></span></td>");
            }
        });
        _html.Add($"</section>");
    }

    private void WriteCurves(bool isFromDocuments)
    {
        _html.Add($"<section class=\"long\"><h2>Accuracy over each stream</h2>");
        if (isFromDocuments) _html.Add($"<p class=\"note\">Earlier documents have no curves; run compare --report itself to see them.</p>");
        else _html.Add($"<p class=\"note\">Accuracy of the last 1,000 instances, mean over the seeds.</p>");
        for (int s = 0; s < _report.Streams.Count; s++)
            if (CompareCharts.HasCurves(_report, s)) _html.Add($"<h3>{_report.Streams[s]}</h3><div id=\"{CompareCharts.IdOf(s)}\"></div>");
        _html.Add($"</section>");
    }

    private void WriteSpeed()
    {
        _html.Add($"<section><h2>Speed and memory</h2>");
        List<(string, double, double)> dots = [];
        for (int m = 0; m < _report.Models.Count; m++)
        {
            ModelRun[] runs = [.. Enumerable.Range(0, _report.Streams.Count).SelectMany(s => _report.Row(s).ElementAt(m).Runs)];
            double speed = runs.Sum(r => r.Instances) / runs.Sum(r => r.CpuSeconds);
            // A document that came from elsewhere may tell of speeds that there are not, and the scale has a line for each power of ten.
            if (speed is > 1e-6 and < 1e15 && _report.MeanAccuracies is { } accuracies) dots.Add((_report.Models[m].Name, speed, accuracies[m]));
        }
        if (dots.Count > 0)
        {
            _html.Add($"<p class=\"note\">Mean accuracy over the complete streams, against all instances by all CPU seconds of predicting and learning.</p>");
            SpeedDiagram.Write(_html, dots);
        }
        WriteCells("Instances a CPU second", row => Each(row, c => c.InstancesPerCpuSecond is { } speed ? Text($"{speed:N0}") : "–"));
        WriteCells(Text($"Size of the model's state in KiB, the largest seen (looked at every {CompareRunner.SizeInterval:N0} instances and at the end)"), row => Each(row, c => c.PeakModelBytes is { } bytes ? Text($"{bytes / 1024.0:N1}") : "–"));
        _html.Add($"<p class=\"note\">The process peaked at {_report.ProcessPeakBytes / 1048576.0:0} MiB, which all runs share.</p></section>");

        void Each(CompareCell[] row, Func<CompareCell, string> figure)
        {
            foreach (CompareCell cell in row) _html.Add($"<td>{figure(cell)}</td>");
        }
    }

    /// <summary>A table with a row a stream and a column a model.</summary>
    private void WriteCells(string caption, Action<CompareCell[]> cells)
    {
        _html.Add($"<div class=\"scroll\"><table class=\"cells\"><caption>{caption}</caption><thead><tr><th scope=\"col\">Stream</th>");
        foreach (ReportedModel model in _report.Models) _html.Add($"<th scope=\"col\" class=\"name\">{model.Name}</th>");
        _html.Add($"</tr></thead><tbody>");
        for (int s = 0; s < _report.Streams.Count; s++)
        {
            _html.Add($"<tr><th scope=\"row\">{_report.Streams[s]}</th>");
            cells([.. _report.Row(s)]);
            _html.Add($"</tr>");
        }
        _html.Add($"</tbody></table></div>");
    }

    private static string Percent(double? ratio) => ratio is { } value ? Text($"{value * 100:0.00}") : "–";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
