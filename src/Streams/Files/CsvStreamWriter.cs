namespace StreamMoe.Streams.Files;

/// <summary>Writes instances as CSV: a line of names, then one row an instance; an empty cell is missing.</summary>
/// <remarks>CSV has no types: a nominal attribute whose values are all numbers (or <c>?</c>, <c>nan</c>, <c>inf</c>) comes back as numeric, and indices follow first appearance, unless the file is read with the schema that
/// <see cref="SchemaFile.Save"/> writes. The empty nominal value cannot be told from a missing one, so it is refused.</remarks>
public sealed class CsvStreamWriter : StreamFileWriter
{
    /// <summary>Makes a writer and writes the line of names.</summary>
    /// <param name="output">Where the text goes.</param>
    /// <param name="schema">What the instances look like.</param>
    /// <param name="leaveOpen">True to leave the output open when the writer is disposed of.</param>
    /// <exception cref="ArgumentException">A name cannot be written.</exception>
    public CsvStreamWriter(Stream output, Schema schema, bool leaveOpen = false) : base(output, schema, leaveOpen)
    {
        foreach (SchemaAttribute attribute in schema.Attributes)
        {
            Append(QuoteName(attribute.Name));
            Append(","u8);
        }
        Append(QuoteName(schema.Class.Name));
        Append("\n"u8);
    }

    private protected override ReadOnlySpan<byte> Missing => [];

    /// <summary>Quotes what would not come back as it is: separators, quotes, line ends, blanks at the ends, a lone question mark.</summary>
    private protected override string Quote(string text)
    {
        if (text.Length == 0) throw new ArgumentException("The empty nominal value cannot be written as CSV, where it means missing; write ARFF, or give it a name.");
        return text.AsSpan().IndexOfAny(",\"\n\r") < 0 && text != "?" && !IsBlank(text[0]) && !IsBlank(text[^1]) ? text : InQuotes(text);
    }

    /// <summary>A name is also quoted when it looks like a number, which would make its line look like data, or begins with a byte order mark.</summary>
    private string QuoteName(string name)
        => char.IsAsciiDigit(name[0]) || name[0] is '+' or '-' or '.' or '\uFEFF' ? InQuotes(name) : Quote(name);

    private static string InQuotes(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static bool IsBlank(char c) => c is ' ' or '\t';
}
