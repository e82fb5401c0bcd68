using System.Text;
using StreamMoe.Streams.Files.Csv;
using StreamMoe.Streams.Files.Text;

namespace StreamMoe.Streams.Files.Arff;

/// <summary>One <c>@attribute</c> declaration.</summary>
/// <param name="Name">The attribute's name.</param>
/// <param name="Type">The type as it is written; <c>nominal</c> for a list of values.</param>
/// <param name="Domain">The values of a nominal attribute, else null.</param>
/// <param name="Line">The line of the declaration.</param>
/// <param name="Fault">Why the attribute cannot be read, when it cannot; it can still be dropped.</param>
internal sealed record ArffAttribute(string Name, string Type, NominalDomain? Domain, long Line, StreamFileException? Fault = null)
{
    /// <value>True for numeric, real and integer.</value>
    public bool IsNumeric => Domain is null && ArffHeader.IsKeyword(Type, "numeric", "real", "integer");
}

/// <summary>Reads the header of an ARFF file: <c>@relation</c>, <c>@attribute</c> … up to <c>@data</c>; keywords in any case.</summary>
internal sealed class ArffHeader
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, true);

    private readonly string _path;
    private readonly List<ArffAttribute> _attributes = [];
    private string? _relational;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    // Names and types come one at a time; the values of a nominal attribute can be many.
    private readonly CellList _cells = new(int.MaxValue);

    public ArffHeader(string path) => _path = path;

    /// <value>The relation's name; null when none is given.</value>
    public string? Relation { get; private set; }

    /// <value>All attributes in file order.</value>
    public IReadOnlyList<ArffAttribute> Attributes => _attributes;

    /// <summary>Reads one line of the header.</summary>
    /// <returns>True when it was <c>@data</c>: rows come next.</returns>
    /// <exception cref="StreamFileException">The line is not a declaration.</exception>
    public bool ReadLine(ReadOnlySpan<byte> line, long number)
    {
        if (ArffCells.IsEmpty(line)) return false;
        int i = CsvCells.SkipBlanks(line, 0);
        string keyword = ReadKeyword(line, ref i);
        if (_relational is not null)
        {
            // The attributes inside a relational one go with it; it ends with @end and its name.
            if (IsKeyword(keyword, "@end") && ReadName(line, ref i, number, "@end") == _relational) _relational = null;
            else if (IsKeyword(keyword, "@data")) throw Fault(number, $"the relational attribute {Snippet.Of(_relational)} is not ended; expected '@end {_relational}' before @data.");
            return false;
        }
        if (line.Contains((byte)'\r')) throw Fault(number, "a line ends in CR alone; lines end in LF or CRLF.");
        if (IsKeyword(keyword, "@data"))
        {
            RequireEnd(line, i, number, "@data");
            if (_attributes.Count < 2) throw Fault(number, $"the header declares {_attributes.Count} attributes; expected at least 2, one of them the class.");
            return true;
        }
        if (IsKeyword(keyword, "@relation")) Relation = ReadName(line, ref i, number, "@relation");
        else if (IsKeyword(keyword, "@attribute")) ReadAttribute(line, i, number);
        else throw Fault(number, $"found {Snippet.Of(line)}; expected @relation, @attribute or @data.");
        return false;
    }

    internal static bool IsKeyword(string word, params ReadOnlySpan<string> keywords)
    {
        foreach (string keyword in keywords)
            if (word.Equals(keyword, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    private void ReadAttribute(ReadOnlySpan<byte> line, int i, long number)
    {
        string name = ReadName(line, ref i, number, "@attribute");
        if (name.Length == 0) throw Fault(number, "the attribute's name is empty.");
        if (!_names.Add(name)) throw Fault(number, $"attribute {Snippet.Of(name)} is declared twice; names must be distinct.");
        if (_attributes.Count == StreamFileReader.MaxColumns) throw Fault(number, $"there are more than {StreamFileReader.MaxColumns} attributes, the most that are allowed.");
        try
        {
            _attributes.Add(ReadType(line, i, name, number));
        }
        catch (StreamFileException e)
        {
            _attributes.Add(new ArffAttribute(name, "", null, number, e));
        }
    }

    private ArffAttribute ReadType(ReadOnlySpan<byte> line, int i, string name, long number)
    {
        i = CsvCells.SkipBlanks(line, i);
        if (i < line.Length && line[i] == '{')
        {
            NominalDomain domain = ReadValues(line, ref i, name, number);
            RequireEnd(line, i, number, "the values");
            return new ArffAttribute(name, "nominal", domain, number);
        }
        string type = ReadKeyword(line, ref i);
        ArffAttribute attribute = new(name, type, null, number);
        if (IsKeyword(type, "relational"))
        {
            _relational = name;
            throw Fault(number, $"attribute {Snippet.Of(name)} is relational; only numeric (real, integer) and nominal attributes are read. --drop {Snippet.Of(name)} leaves it out.");
        }
        if (attribute.IsNumeric) RequireEnd(line, SkipRange(line, i), number, "the type");
        else if (!IsKeyword(type, "string", "date"))
            throw Fault(number, $"attribute {Snippet.Of(name)} has the type {Snippet.Of(type)}; expected numeric, real, integer or a list of values in braces. --drop {Snippet.Of(name)} leaves it out.");
        return attribute;
    }

    /// <summary>Passes over the range that some tools write after a type, <c>[0, 10]</c>: it says nothing that is needed.</summary>
    private static int SkipRange(ReadOnlySpan<byte> line, int i)
    {
        int open = CsvCells.SkipBlanks(line, i);
        if (open == line.Length || line[open] is not ((byte)'[' or (byte)'(')) return i;
        int close = line[open..].IndexOfAny((byte)']', (byte)')');
        return close < 0 ? i : open + close + 1;
    }

    private NominalDomain ReadValues(ReadOnlySpan<byte> line, ref int i, string name, long number)
    {
        _cells.Clear();
        i++;
        while (true)
        {
            while (i < line.Length && (line[i] == ',' || CsvCells.IsBlank(line[i]))) i++;
            if (i >= line.Length || line[i] == '%') throw Fault(number, $"the values of {Snippet.Of(name)} are not closed; expected '}}' on the same line.");
            if (line[i] == '}') break;
            if (line[i] == '{') throw Fault(number, $"found {Snippet.Of(line[i..])} among the values of {Snippet.Of(name)}; a brace in a value must be quoted.");
            if (ArffCells.ReadValue(line, ref i, _cells, -1) is string problem) throw Fault(number, problem);
        }
        i++;
        if (_cells.Count == 0) throw Fault(number, $"attribute {Snippet.Of(name)} declares no values.");
        if (_cells.Count > NominalDomain.LargestCap) throw Fault(number, $"attribute {Snippet.Of(name)} declares {_cells.Count} values; at most {NominalDomain.LargestCap} can be learned.");
        List<string> values = new(_cells.Count);
        HashSet<string> distinct = new(StringComparer.Ordinal);
        for (int v = 0; v < _cells.Count; v++)
        {
            string value = Decode(_cells.Text(line, v), number);
            if (!distinct.Add(value)) throw Fault(number, $"attribute {Snippet.Of(name)} declares the value {Snippet.Of(value)} twice; values must be distinct.");
            values.Add(value);
        }
        return new NominalDomain(values, values.Count);
    }

    private string ReadName(ReadOnlySpan<byte> line, ref int i, long number, string keyword)
    {
        i = CsvCells.SkipBlanks(line, i);
        _cells.Clear();
        if (i >= line.Length || line[i] is (byte)'%' or (byte)',' or (byte)'{' or (byte)'}') throw Fault(number, $"expected a name behind {keyword}.");
        if (ArffCells.ReadValue(line, ref i, _cells, -1) is string problem) throw Fault(number, problem);
        return Decode(_cells.Text(line, 0), number);
    }

    private static string ReadKeyword(ReadOnlySpan<byte> line, ref int i)
    {
        int start = i;
        while (i < line.Length && !CsvCells.IsBlank(line[i]) && line[i] is not ((byte)'%' or (byte)'[')) i++;
        return Encoding.UTF8.GetString(line[start..i]);
    }

    private void RequireEnd(ReadOnlySpan<byte> line, int i, long number, string what)
    {
        if (!ArffCells.IsEmpty(line[i..])) throw Fault(number, $"found {Snippet.Of(line[CsvCells.SkipBlanks(line, i)..])} behind {what}; expected the end of the line.");
    }

    private string Decode(ReadOnlySpan<byte> text, long number)
    {
        try
        {
            return StrictUtf8.GetString(text);
        }
        catch (DecoderFallbackException e)
        {
            throw new StreamFileException($"{_path}:{number}: found {Snippet.Of(text)}, which is not UTF-8; save the file as UTF-8.", e);
        }
    }

    private StreamFileException Fault(long line, string problem) => new($"{_path}:{line}: {problem}");
}
