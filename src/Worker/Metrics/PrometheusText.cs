using System.Buffers;
using System.Globalization;
using System.Text;

namespace StreamMoe.Worker.Metrics;

/// <summary>Writes metrics in Prometheus's text format 0.0.4: the lines of a family behind its HELP and TYPE.</summary>
/// <remarks>One thread. Source: Prometheus, "Exposition formats", text-based format.</remarks>
internal sealed class PrometheusText
{
    /// <summary>The format's media type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly ArrayBufferWriter<byte> _bytes = new(4096);

    /// <value>What was written since the last <see cref="Clear"/>.</value>
    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    /// <summary>Begins anew.</summary>
    public void Clear() => _bytes.ResetWrittenCount();

    /// <summary>Begins a family.</summary>
    /// <param name="name">Its name; letters, digits, underscores.</param>
    /// <param name="type"><c>counter</c>, <c>gauge</c> or <c>histogram</c>.</param>
    /// <param name="help">One sentence; anything.</param>
    public void Family(string name, string type, string help)
    {
        Raw("# HELP ");
        Raw(name);
        Raw(" ");
        Escaped(help, quotes: false);
        Raw("\n# TYPE ");
        Raw(name);
        Raw(" ");
        Raw(type);
        Raw("\n");
    }

    /// <summary>Writes one series.</summary>
    /// <param name="name">The family's name, with <paramref name="suffix"/> behind it.</param>
    /// <param name="suffix">Empty, or a histogram's <c>_bucket</c>, <c>_sum</c>, <c>_count</c>.</param>
    /// <param name="labels">Names and values; a value may be anything, null counts as empty.</param>
    /// <param name="value">Any number; the format knows NaN and infinities.</param>
    /// <param name="le">Upper bound of a histogram's bucket; null for none.</param>
    public void Sample(string name, string suffix, ReadOnlySpan<KeyValuePair<string, object?>> labels, double value, double? le = null)
    {
        Raw(name);
        Raw(suffix);
        char before = '{';
        foreach ((string label, object? content) in labels)
        {
            Label(before, label, content);
            before = ',';
        }
        if (le is { } bound)
        {
            Raw(before == '{' ? "{le=\"" : ",le=\"");
            Number(bound);
            Raw("\"");
            before = ',';
        }
        Raw(before == '{' ? " " : "} ");
        Number(value);
        Raw("\n");
    }

    private void Label(char before, string name, object? value)
    {
        Raw(before == '{' ? "{" : ",");
        Raw(name);
        Raw("=\"");
        Escaped(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", quotes: true);
        Raw("\"");
    }

    private void Escaped(string text, bool quotes)
    {
        while (true)
        {
            int at = quotes ? text.AsSpan().IndexOfAny('\\', '\n', '"') : text.AsSpan().IndexOfAny('\\', '\n');
            Raw(at < 0 ? text : text.AsSpan(0, at));
            if (at < 0) return;
            Raw(text[at] switch { '\n' => "\\n", '"' => "\\\"", _ => "\\\\" });
            text = text[(at + 1)..];
        }
    }

    private void Number(double value)
    {
        if (double.IsPositiveInfinity(value)) Raw("+Inf");
        else if (double.IsNegativeInfinity(value)) Raw("-Inf");
        else if (double.IsNaN(value)) Raw("NaN");
        else
        {
            value.TryFormat(_bytes.GetSpan(32), out int length, default, CultureInfo.InvariantCulture);
            _bytes.Advance(length);
        }
    }

    private void Raw(ReadOnlySpan<char> text)
    {
        // Half a surrogate pair becomes U+FFFD, so that the text is valid UTF-8 whatever a label is called.
        int length = Encoding.UTF8.GetBytes(text, _bytes.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length)));
        _bytes.Advance(length);
    }
}
