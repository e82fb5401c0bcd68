using System.Globalization;
using StreamMoe.DriftMoe;
using StreamMoe.StreamHost.Replay;

namespace StreamMoe.StreamHost.Reports;

/// <summary>The parts of a replay report that tell of the pool, the drifts and the classes.</summary>
internal sealed partial class ReplayHtmlReport
{
    /// <summary>Most classes that stand in the table: 100.</summary>
    internal const int MostClasses = 100;

    private void WritePool()
    {
        string decisions = ReplayText.Decisions(_report.History);
        _html.Add($"<section><h2>Experts</h2>");
        _html.Add($"<p class=\"note\">On what terms each expert was in the pool, and what happened to it. {(decisions.Length == 0 ? "The pool decided nothing." : $"Decisions: {decisions}.")}</p>");
        if (_recorder.Pool.CoarseFrom is { } coarse)
            _html.Add($"<p class=\"note\">From instance {coarse:N0} on, the states are those of {ReplayRecorder.MostPoints} points at most: the pool changed too often to draw each change.</p>");
        if (_recorder.Pool.EventsLeftOut > 0) _html.Add($"<p class=\"note\">The first {PoolTimeline.MostEvents:N0} events are marked; {_recorder.Pool.EventsLeftOut:N0} later ones are not.</p>");
        _html.Add($"<div id=\"chart-pool\"></div>");
        _html.Add($"<h3>Routing</h3><p class=\"note\">How the gate spread its weight over the experts, over the last 1,000 instances before each point.</p><div id=\"chart-routing\"></div></section>");
    }

    private void WriteDrifts()
    {
        long all = _report.History.CountOf(PoolEventKind.Drift), warnings = _report.History.CountOf(PoolEventKind.Warning);
        RecordedSignal[] shown = [.. _recorder.Drifts];
        _html.Add($"<section class=\"long\"><h2>Drifts</h2>");
        if (shown.Length == 0)
        {
            _html.Add($"<p>{(all == 0 ? "No detector signalled a drift." : "No drift was signalled after the replay was resumed.")} {Count(warnings, "warning")}.</p></section>");
            return;
        }
        _html.Add($"<p class=\"note\">{Count(all, "drift")} and {Count(warnings, "warning")}: {_recorder.DriftCounts.Mixture:N0} drifts of the mixture, its inputs or its confidence, {_recorder.DriftCounts.Experts:N0} of single experts. The charts mark those of the mixture. {(shown.Length < all ? Text($"The table has the first {ReplayRecorder.MostSignals} of each kind.") : "")}</p>");
        bool known = _report.KnownDrifts.Count > 0;
        _html.Add($"<div class=\"scroll\"><table class=\"words\"><caption>Drifts with what the detector saw</caption><thead><tr><th scope=\"col\">Instance</th>");
        if (known) _html.Add($"<th scope=\"col\">After the stream's drift</th>");
        _html.Add($"<th scope=\"col\">What drifted</th><th scope=\"col\">Detector</th><th scope=\"col\">Evidence</th></tr></thead><tbody>");
        foreach (RecordedSignal drift in shown)
        {
            _html.Add($"<tr><td>{drift.Position:N0}</td>");
            if (known) _html.Add($"<td>{Delay(drift.Position)}</td>");
            string source = drift.Expert < 0 ? drift.Source : $"expert #{drift.Expert}, {drift.Source}";
            _html.Add($"<td>{source}</td><td>{drift.Detector}</td><td>{string.Join(", ", drift.Evidence.Select(e => $"{Words(e.Key)} {Figure(e.Value)}"))}</td></tr>");
        }
        _html.Add($"</tbody></table></div></section>");
    }

    private string Delay(long position)
        => _report.KnownDrifts.LastOrDefault(d => d.Position <= position) is { } drift ? Text($"+{position - drift.Position:N0}") : "–";

    private void WriteClasses()
    {
        ConfusionMatrix matrix = _recorder.Confusion;
        int shown = Math.Min(_report.Classes, MostClasses);
        _html.Add($"<section class=\"long\"><h2>Classes</h2><div class=\"side\"><div class=\"scroll\">");
        _html.Add($"<table><caption>Per class, over the whole stream</caption><thead><tr><th scope=\"col\">Class</th><th scope=\"col\">Precision</th><th scope=\"col\">Recall</th><th scope=\"col\">F1</th></tr></thead><tbody>");
        for (int c = 0; c < shown; c++)
            _html.Add($"<tr><th scope=\"row\">{_report.ClassNames[c]}</th><td>{Percent(At(_report.Total.Precision, c))}</td><td>{Percent(At(_report.Total.Recall, c))}</td><td>{Percent(At(_report.Total.F1, c))}</td></tr>");
        _html.Add($"</tbody></table>");
        if (_report.Classes > shown) _html.Add($"<p class=\"note\">The first {shown} of {_report.Classes:N0} classes; all of them are in the document of --format json.</p>");
        _html.Add($"</div>");
        if (!matrix.GivenUp && matrix.Classes > 0) WriteMatrix(matrix);
        _html.Add($"</div></section>");

        static double? At(IReadOnlyList<double?> values, int index) => index < values.Count ? values[index] : null;
    }

    private void WriteMatrix(ConfusionMatrix matrix)
    {
        int classes = Math.Min(Math.Max(matrix.Classes, _report.Classes), ConfusionMatrix.MostClasses);
        _html.Add($"<div class=\"scroll\"><table class=\"matrix\"><caption>Confusion: rows are true classes, columns are predictions{(_recorder.From > 0 ? Text($", from instance {_recorder.From:N0} on") : "")}</caption><thead><tr><th></th>");
        for (int c = 0; c < classes; c++) _html.Add($"<th scope=\"col\">{Name(c)}</th>");
        _html.Add($"</tr></thead><tbody>");
        for (int label = 0; label < classes; label++)
        {
            long sum = 0;
            for (int c = 0; c < classes; c++) sum += matrix[label, c];
            _html.Add($"<tr><th scope=\"row\">{Name(label)}</th>");
            for (int c = 0; c < classes; c++)
            {
                // A tint that leaves the number readable in both themes.
                double tint = sum == 0 ? 0 : 55.0 * matrix[label, c] / sum;
                _html.Add($"<td{(c == label ? " class=right" : "")} style=\"background:color-mix(in srgb,var(--chart-active) {tint:0}%,transparent)\">{matrix[label, c]:N0}</td>");
            }
            _html.Add($"</tr>");
        }
        _html.Add($"</tbody></table></div>");

        string Name(int c) => c < _report.ClassNames.Count ? _report.ClassNames[c] : Text($"{c}");
    }

    /// <summary>errorBefore as error before.</summary>
    private static string Words(string name) => string.Concat(name.Select(c => char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : c.ToString()));

    private static string Figure(double value)
        => value == Math.Floor(value) && Math.Abs(value) < 1e15 ? value.ToString("N0", CultureInfo.InvariantCulture) : value.ToString("0.0000", CultureInfo.InvariantCulture);
}
