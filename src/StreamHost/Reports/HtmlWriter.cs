using System.Globalization;
using System.Net;
using System.Text;

namespace StreamMoe.StreamHost.Reports;

/// <summary>Builds HTML from interpolated strings: their literal parts are markup, what stands in braces is text and is escaped.</summary>
/// <remarks>So a name from a file can end neither an element nor a quoted attribute. Numbers are written in the invariant culture.</remarks>
internal sealed class HtmlWriter
{
    private static readonly Encoder s_encoder = new();
    private readonly StringBuilder _text = new();

    /// <summary>Adds markup with text in it.</summary>
    public void Add(FormattableString markup) => _text.AppendFormat(s_encoder, markup.Format, markup.GetArguments()).Append('\n');

    /// <summary>Adds what is markup, script or style already.</summary>
    public void AddAsItIs(string markup) => _text.Append(markup).Append('\n');

    /// <summary>Everything that was added.</summary>
    public override string ToString() => _text.ToString();

    private sealed class Encoder : IFormatProvider, ICustomFormatter
    {
        public object? GetFormat(Type? formatType) => formatType == typeof(ICustomFormatter) ? this : null;

        public string Format(string? format, object? arg, IFormatProvider? formatProvider)
            => WebUtility.HtmlEncode(arg is IFormattable value ? value.ToString(format, CultureInfo.InvariantCulture) : arg?.ToString()) ?? "";
    }
}
