using System.Text;
using System.Text.Json;
using NodaTime.Text;
using StreamMoe.Worker.Live;

namespace StreamMoe.StreamHost.Reports;

/// <summary>What all reports share: one HTML file with everything in it, which asks no one for anything.</summary>
internal static class ReportPage
{
    // Longer values get a line of their own.
    private const int LongValue = 40;

    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

    /// <summary>Makes the file.</summary>
    /// <param name="title">The document's title.</param>
    /// <param name="body">Writes what stands in the main element.</param>
    /// <param name="charts">Writes one property a chart: the id of its element, and what <see cref="BeginChart"/> begins.</param>
    public static string Make(string title, Action<HtmlWriter> body, Action<Utf8JsonWriter> charts)
    {
        HtmlWriter html = new();
        html.Add($"<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        html.Add($"<meta http-equiv=\"Content-Security-Policy\" content=\"{Policy}\">");
        html.Add($"<meta name=\"generator\" content=\"StreamMoE\">\n<title>{title}</title>");
        html.AddAsItIs($"<style>\n{Asset("uPlot.min.css")}\n{Asset("charts.css")}\n{Asset("report.css")}\n</style>\n</head>\n<body>\n<main>");
        body(html);
        html.Add($"</main>\n<footer><p>Made by StreamMoE. This file is complete: it loads nothing from anywhere. Charts by uPlot (MIT licence, in the source of this page).</p></footer>");
        html.AddAsItIs($"<script type=\"application/json\" id=\"report-data\">{Json(charts)}</script>");
        html.AddAsItIs($"<!--\nuPlot:\n{Asset("uPlot.LICENSE.txt").Replace("--", "- -")}\n-->");
        foreach (string script in (string[])["uPlot.iife.min.js", "charts.js", "charts.pool.js", "report.js"]) html.AddAsItIs($"<script>\n{Asset(script)}\n</script>");
        html.AddAsItIs("</body>\n</html>");
        return html.ToString();
    }

    /// <summary>Begins a chart: the caller writes the data that charts.js documents, then ends two objects.</summary>
    /// <param name="json">Receives it.</param>
    /// <param name="id">Id of the element that it is drawn into.</param>
    /// <param name="kind">The function of StreamMoeCharts.</param>
    /// <param name="title">Its name in words.</param>
    /// <param name="group">Charts of one group share a cursor.</param>
    public static void BeginChart(Utf8JsonWriter json, string id, string kind, string title, string group)
    {
        json.WriteStartObject(id);
        json.WriteString("kind", kind);
        json.WriteString("title", title);
        json.WriteString("group", group);
        json.WriteStartObject("data");
    }

    /// <summary>Writes the axis of a chart over the stream.</summary>
    public static void WriteAxis(Utf8JsonWriter json, long instances)
    {
        json.WriteStartObject("axis");
        json.WriteString("kind", "position");
        json.WriteNumber("min", 0);
        json.WriteNumber("max", instances);
        json.WriteEndObject();
    }

    /// <summary>Writes one line of a chart.</summary>
    /// <param name="json">Receives it.</param>
    /// <param name="name">The line's name.</param>
    /// <param name="role">model or floor.</param>
    /// <param name="values">Its values; four decimals are kept.</param>
    public static void WriteLine(Utf8JsonWriter json, string name, string role, IEnumerable<double?> values)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("role", role);
        json.WriteStartArray("values");
        foreach (double? value in values) WriteRatio(json, value);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes a number with four decimals; null when it is none.</summary>
    public static void WriteRatio(Utf8JsonWriter json, double? value)
    {
        if (value is { } number && double.IsFinite(number)) json.WriteNumberValue(Math.Round(number, 4));
        else json.WriteNullValue();
    }

    /// <summary>Writes the section that says where everything comes from.</summary>
    public static void WriteOrigin(HtmlWriter html, ReportOrigin origin, params (string Name, string Value)[] more)
    {
        html.Add($"<section><h2>Origin</h2>\n<p>This makes the figures again, times apart:</p>\n<pre class=\"command\"><code>{origin.Command}</code></pre>");
        html.Add($"<table class=\"facts\"><caption>Program and machine</caption><tbody>");
        foreach ((string name, string value) in more) Row(name, value);
        Row("StreamMoE", origin.Version);
        if (origin.Commit.Length > 0) Row("Commit", origin.Commit);
        Row("Runtime", origin.Runtime);
        Row("System", origin.OperatingSystem);
        Row("Processor", origin.Processor);
        Row("Made", InstantPattern.General.Format(origin.Made));
        html.Add($"</tbody></table></section>");

        void Row(string name, string value) => html.Add($"<tr><th scope=\"row\">{name}</th><td>{value}</td></tr>");
    }

    /// <summary>Writes a model's options: a table of those that differ from their default, then the others.</summary>
    public static void WriteOptions(HtmlWriter html, IReadOnlyList<KeyValuePair<string, string>> options, IReadOnlyDictionary<string, string> defaults)
    {
        if (options.Count == 0)
        {
            html.Add($"<p>This model has no options.</p>");
            return;
        }
        KeyValuePair<string, string>[] set = [.. options.Where(o => !IsDefault(o))], others = [.. options.Where(IsDefault)];
        if (set.Length == 0) html.Add($"<p>All options have their default.</p>");
        else
        {
            html.Add($"<table class=\"options\"><caption>Set for this run</caption><thead><tr><th scope=\"col\">Option</th><th scope=\"col\">Value</th><th scope=\"col\">Default</th></tr></thead><tbody>");
            foreach ((string name, string value) in set)
                html.Add($"<tr class=\"set\"><th scope=\"row\">{name}</th><td><strong>{value}</strong></td><td>{defaults.GetValueOrDefault(name, "–")}</td></tr>");
            html.Add($"</tbody></table>");
        }
        if (others.Length == 0) return;
        html.Add($"<p class=\"note\">At their default</p>\n<dl class=\"defaults\">");
        foreach ((string name, string value) in others)
            html.Add($"<div{(value.Length > LongValue ? " class=long" : "")}><dt>{name}</dt><dd>{(value.Length == 0 ? "(empty)" : value)}</dd></div>");
        html.Add($"</dl>");

        bool IsDefault(KeyValuePair<string, string> option) => defaults.TryGetValue(option.Key, out string? usual) && usual == option.Value;
    }

    private static string Json(Action<Utf8JsonWriter> charts)
    {
        using MemoryStream bytes = new();
        // The default encoder escapes < > & and quotes, so that no text ends the script element.
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            charts(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static string Asset(string name)
    {
        // What reports share with the live page lies in the worker's assembly.
        using Stream stream = typeof(ReportPage).Assembly.GetManifestResourceStream($"assets/{name}")
            ?? typeof(LiveAsset).Assembly.GetManifestResourceStream($"assets/{name}")
            ?? throw new InvalidOperationException($"The program was built without {name}.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
