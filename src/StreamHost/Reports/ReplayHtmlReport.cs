using System.Globalization;
using StreamMoe.DriftMoe;
using StreamMoe.DriftMoe.Evaluation;
using StreamMoe.StreamHost.Replay;

namespace StreamMoe.StreamHost.Reports;

/// <summary>Writes a replay's result as one HTML file: figures, charts, drifts, classes, options, and where it comes from.</summary>
internal sealed partial class ReplayHtmlReport
{
    private readonly ReplayReport _report;
    private readonly ReplayRecorder _recorder;
    private readonly IReadOnlyDictionary<string, string> _defaults;
    private readonly HtmlWriter _html;

    private ReplayHtmlReport(ReplayReport report, ReplayRecorder recorder, IReadOnlyDictionary<string, string> defaults, HtmlWriter html)
        => (_report, _recorder, _defaults, _html) = (report, recorder, defaults, html);

    /// <summary>Makes the file's text.</summary>
    /// <param name="report">The result.</param>
    /// <param name="recorder">What was collected on the way.</param>
    /// <param name="defaults">Default of each option of the model, as text.</param>
    /// <param name="origin">Where the figures come from.</param>
    public static string Make(ReplayReport report, ReplayRecorder recorder, IReadOnlyDictionary<string, string> defaults, ReportOrigin origin)
        => ReportPage.Make($"{report.Model} on {report.Stream}", html => new ReplayHtmlReport(report, recorder, defaults, html).WriteBody(origin),
            json => ReplayCharts.Write(json, report, recorder));

    private void WriteBody(ReportOrigin origin)
    {
        WriteHead();
        WriteAccuracy();
        if (_recorder.Pool.Count > 1) WritePool();
        WriteDrifts();
        WriteClasses();
        WriteThroughput();
        _html.Add($"<section class=\"long\"><h2>Options of {_report.Model}</h2>");
        ReportPage.WriteOptions(_html, _report.Options, _defaults);
        _html.Add($"</section>");
        ReportPage.WriteOrigin(_html, origin, ("Stream", $"{_report.Stream}{_report.Derivation}"), ("Model", _report.Model), ("Seed", Text($"{_report.Seed}")), ("Model seed", Text($"{_report.ModelSeed}")), ("Threads", Text($"{_report.Threads}")),
            ("Label delay", Text($"{_report.LabelDelay:N0} instances")), ("Window", Text($"{_report.WindowSize:N0} instances")));
    }

    private void WriteHead()
    {
        _html.Add($"<header><h1>{_report.Model} on {_report.Stream}{_report.Derivation}</h1>");
        _html.Add($"<p class=\"sub\">Replay of {Count(_report.Instances, "instance")}, {Count(_report.Classes, "class", "classes")}, seed {_report.Seed}</p>");
        if (_report.Interrupted) _html.Add($"<p class=\"warn\">Interrupted: the figures are those of the {_report.Instances:N0} instances that came first.</p>");
        if (_recorder.From > 0)
            _html.Add($"<p class=\"warn\">Resumed at instance {_recorder.From:N0}. Figures and accuracy are those of the whole replay; floors in the chart, pool, routing, throughput, drifts with evidence and the confusion matrix begin there.</p>");
        if (_report.BadRows > 0) _html.Add($"<p class=\"warn\">{_report.BadRows:N0} bad rows of the file were skipped.</p>");
        foreach (string notice in _report.Notices) _html.Add($"<p class=\"warn\">{notice}</p>");
        if (_report.Schema.Count > 0) _html.Add($"<p class=\"sub\">Attributes: {ReportedAttribute.InWords(_report.Schema)}</p>");
        _html.Add($"<p class=\"lead\">{Lead()}</p>\n<ul class=\"cards\">");
        Card(Percent(_report.Total.Accuracy), "accuracy");
        Card(Percent(_report.Window.Accuracy), Text($"of the last {_report.WindowSize:N0}"));
        Card(Percent(_report.Total.KappaM), "kappa-M (against majority)");
        Card(_report.InstancesPerSecond is { } rate ? Text($"{rate:N0}") : "–", "instances a second");
        Card(Text($"{_report.FinalExperts}"), _report.FinalExperts == 1 ? "expert at the end" : "experts at the end");
        Card(Text($"{_report.History.MixtureDrifts:N0}"), "drifts of the mixture");
        _html.Add($"</ul></header>");

        void Card(string figure, string name) => _html.Add($"<li><b>{figure}</b><span>{name}</span></li>");
    }

    private string Lead()
    {
        string late = _report.LabelDelay > 0 ? Text($", though each label came {_report.LabelDelay:N0} instances late") : "";
        return $"Every instance was predicted before it was learned; {Percent(_report.Total.Accuracy)} of the predictions were right{late}. "
            + $"Always saying the most frequent class would have been right in {Percent(_report.TotalFloors.Majority)}, saying the label before again in {Percent(_report.TotalFloors.NoChange)}.";
    }

    private void WriteAccuracy()
    {
        _html.Add($"<section><h2>Accuracy over the stream</h2>");
        _html.Add($"<p class=\"note\">Each point is the accuracy over the last {_report.WindowSize:N0} scored instances. The floors are what one gets without learning anything, over the same instances. {KnownDrifts()}</p>");
        _html.Add($"<div id=\"chart-accuracy\"></div><noscript><p>The charts need JavaScript; the tables do not.</p></noscript>");
        _html.Add($"<table class=\"figures\"><caption>Figures</caption><thead><tr><th></th><th scope=\"col\">Whole stream</th><th scope=\"col\">Last {_report.WindowSize:N0}</th></tr></thead><tbody>");
        Row("Accuracy", e => e.Accuracy);
        _html.Add($"<tr class=\"indented\"><th scope=\"row\">floor: majority class</th><td>{Percent(_report.TotalFloors.Majority)}</td><td>{Percent(_report.WindowFloors.Majority)}</td></tr>");
        _html.Add($"<tr class=\"indented\"><th scope=\"row\">floor: no change</th><td>{Percent(_report.TotalFloors.NoChange)}</td><td>{Percent(_report.WindowFloors.NoChange)}</td></tr>");
        Row("Kappa", e => e.Kappa);
        Row("Kappa-M (against the majority class)", e => e.KappaM);
        Row("Kappa-T (against no change)", e => e.KappaT);
        Row("Macro F1", e => e.MacroF1);
        Row("Balanced accuracy", e => e.BalancedAccuracy);
        Row("G-mean of the recalls", e => e.GMean);
        if (_report.Total.PrAuc is not null) Row("Area under precision-recall, rarer class", e => e.PrAuc);
        _html.Add($"</tbody></table></section>");

        void Row(string name, Func<EvaluationSnapshot, double?> figure)
            => _html.Add($"<tr><th scope=\"row\">{name}</th><td>{Percent(figure(_report.Total))}</td><td>{Percent(figure(_report.Window))}</td></tr>");
    }

    private string KnownDrifts()
    {
        string[] drifts = [.. _report.KnownDrifts.Where(d => d.Position < _report.Instances).Select(d => Text($"{d.Position:N0}") + (d.Width > 0 ? Text($" (over {d.Width:N0} instances)") : ""))];
        return drifts.Length == 0 ? "" : $"By its making the stream drifts at {string.Join(", ", drifts)}.";
    }

    private void WriteThroughput()
    {
        _html.Add($"<section><h2>Speed and memory</h2>");
        _html.Add($"<p class=\"note\">{_report.Seconds:0.00} s to predict, score and learn, {_report.CpuSeconds:0.00} CPU s, on {Count(_report.Threads, "thread")}; drawing or reading the stream, and collecting what this report shows, are not in it. The model takes {_report.ModelBytes / 1048576.0:0.00} MiB at the end; the process peaked at {_report.PeakMemoryBytes / 1048576.0:0} MiB.</p>");
        _html.Add($"<div id=\"chart-throughput\"></div></section>");
    }

    private static string Percent(double? ratio) => ratio is { } value ? Text($"{value * 100:0.00} %") : "–";

    private static string Count(long count, string one, string? many = null) => Text($"{count:N0} {(count == 1 ? one : many ?? one + "s")}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
