using System.Buffers;

namespace StreamMoe.Streams.Files.Csv;

/// <summary>Writes instances as CSV, or with another character between the cells: a line of names, then one row an instance; an empty cell is missing.</summary>
/// <remarks>CSV has no types: a nominal attribute whose values are all numbers (or <c>?</c>, <c>nan</c>, <c>inf</c>) comes back as numeric, and indices follow first appearance, unless the file is read with the schema that
/// <see cref="SchemaFile.Save"/> writes. The empty nominal value is written <c>""</c>, which is read as missing: CSV cannot tell the two apart, ARFF can.</remarks>
internal sealed class CsvStreamWriter : StreamFileWriter
{
    private readonly byte[] _separator;
    private readonly SearchValues<char> _special;

    /// <summary>Makes a writer and writes the line of names.</summary>
    /// <param name="output">Where the text goes.</param>
    /// <param name="schema">What the instances look like.</param>
    /// <param name="delimiter">What separates cells. The default is a comma.</param>
    /// <param name="leaveOpen">True to leave the output open when the writer is disposed of.</param>
    /// <exception cref="ArgumentException">A name cannot be written.</exception>
    public CsvStreamWriter(Stream output, Schema schema, char delimiter = ',', bool leaveOpen = false) : base(output, schema, leaveOpen)
    {
        _separator = [(byte)delimiter];
        _special = SearchValues.Create(delimiter, '"', '\n', '\r');
        foreach (SchemaAttribute attribute in schema.Attributes)
        {
            Append(QuoteName(attribute.Name));
            Append(Separator);
        }
        Append(QuoteName(schema.Class.Name));
        Append("\n"u8);
    }

    private protected override ReadOnlySpan<byte> Missing => [];

    private protected override ReadOnlySpan<byte> Separator => _separator;

    /// <summary>Quotes what would not come back as it is: separators, quotes, line ends, blanks at the ends, a lone question mark.</summary>
    private protected override string Quote(string text)
    {
        return text.Length > 0 && text.AsSpan().IndexOfAny(_special) < 0 && text != "?" && !IsBlank(text[0]) && !IsBlank(text[^1]) ? text : InQuotes(text);
    }

    /// <summary>A name is also quoted when it looks like a number, which would make its line look like data, or begins with a byte order mark.</summary>
    private string QuoteName(string name)
        => name.Length > 0 && (char.IsAsciiDigit(name[0]) || name[0] is '+' or '-' or '.' or '\uFEFF') ? InQuotes(name) : Quote(name);

    private static string InQuotes(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static bool IsBlank(char c) => c is ' ' or '\t';
}
