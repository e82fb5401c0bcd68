using System.Buffers;
using StreamMoe.Streams.Files.Text;

namespace StreamMoe.Streams.Files.Arff;

/// <summary>An ARFF file as a stream: the format of Weka and MOA (Hall et al. 2009), plain or gzip.</summary>
/// <remarks>
/// Read are <c>numeric</c>, <c>real</c> and <c>integer</c> attributes (all as doubles) and lists of nominal values; names and values may stand in single or
/// double quotes with backslash escapes; keywords in any case; <c>%</c> outside quotes begins a comment; commas, spaces and tabs separate;
/// <c>?</c> is missing, <c>'?'</c> a value. In a sparse row <c>{3 X, 5 Y}</c> columns are numbered from 0, and one that is not named is 0, or the first declared value,
/// the class too. An attribute of another type
/// (<c>string</c>, <c>date</c>, relational, unknown) must be dropped; instance weights are refused. A range after a type (<c>integer [0,10]</c>) and a comma at a row's end, as MOA
/// writes it, are passed over.
/// A nominal value that is not declared makes a bad row. The class is the last attribute unless another is named, and must be nominal.
/// </remarks>
internal sealed class ArffStream : StreamFileReader
{
    // What a line must not hold to be read by the plain parser.
    private static readonly SearchValues<byte> Special = SearchValues.Create("'\"\\%{}"u8);

    private readonly RowParser _parser;
    private readonly int _columns;

    internal ArffStream(TextSource source, StreamFileOptions options) : base(source, options)
    {
        try
        {
            if (options.SchemaPath is not null) throw new StreamFileException($"{FilePath}: an ARFF file declares its own types; leave the schema file {options.SchemaPath} out.");
            if (options.Delimiter is not null || !options.HasHeader)
                throw new StreamFileException($"{FilePath}: {(options.HasHeader ? "--delimiter" : "--no-header")} is for CSV; an ARFF file says itself what its columns are.");
            ArffHeader header = ReadHeader();
            EndHeader();
            Column[] columns = MakeColumns(header, options);
            _columns = columns.Length;
            _parser = new RowParser(columns, new CellRules(Growing: false, (byte)',', new MissingText(options.Missing)));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private protected override bool ReadRow(out ReadOnlySpan<byte> row)
    {
        while (ReadLine())
        {
            row = Lines.Row;
            if (row.Length > 0 && !ArffCells.IsEmpty(row)) return true;
        }
        row = default;
        return false;
    }

    private protected override string? ParseRow(ReadOnlySpan<byte> row, Span<double> features, out int label)
    {
        if (row.IndexOfAny(Special) < 0 && _parser.TryPlain(row, features, out label)) return null;
        label = InstanceBlock.NoLabel;
        return ArffCells.Split(row, _columns, _parser.Cells) ?? _parser.ReadCells(row, features, out label);
    }

    private ArffHeader ReadHeader()
    {
        ArffHeader header = new(FilePath);
        while (ReadLine())
        {
            if (Lines.RowHasNul) throw new StreamFileException($"{FilePath}:{Lines.LineNumber}: {NulProblem}");
            if (header.ReadLine(Lines.Row, Lines.LineNumber)) return header;
        }
        if (header.Attributes.FirstOrDefault(a => a.Fault is not null) is { } faulty) throw faulty.Fault!;
        throw new StreamFileException(header.Attributes.Count == 0 && header.Relation is null
            ? $"{FilePath}: the file is empty; expected @relation, @attribute and @data."
            : $"{FilePath}: the file ends without @data.");
    }

    private Column[] MakeColumns(ArffHeader header, StreamFileOptions options)
    {
        IReadOnlyList<ArffAttribute> declared = header.Attributes;
        ColumnSelection selection = ColumnSelection.Make(FilePath, [.. declared.Select(a => a.Name)], options.Label, options.Drop);
        ArffAttribute theClass = declared[selection.Class];
        if (theClass.Fault is { } fault && !selection.Dropped[selection.Class]) throw fault;
        if (theClass.Domain is null)
            throw new StreamFileException($"{FilePath}:{theClass.Line}: the class {Snippet.Of(theClass.Name)} is of type {theClass.Type}; it must be nominal. {(theClass.IsNumeric ? "Is this a number to predict? Only classes are predicted: declare" : "Declare")} its values, as in '@attribute class {{0,1}}', or name another column by --label.");
        List<SchemaAttribute> features = [];
        Column[] columns = new Column[declared.Count];
        SchemaAttribute? classAttribute = null;
        for (int i = 0; i < columns.Length; i++)
        {
            ArffAttribute a = declared[i];
            if (selection.Dropped[i])
            {
                columns[i] = new Column(a.Name, ColumnRole.Dropped, -1, null);
                continue;
            }
            if (a.Fault is not null) throw a.Fault;
            if (a.Domain is null && !a.IsNumeric)
                throw new StreamFileException($"{FilePath}:{a.Line}: attribute {Snippet.Of(a.Name)} is of type {a.Type}; only numeric (real, integer) and nominal attributes are read. --drop {Snippet.Of(a.Name)} leaves it out.");
            SchemaAttribute attribute = a.Domain is null ? SchemaAttribute.Numeric(a.Name) : SchemaAttribute.Nominal(a.Name, a.Domain.Values, a.Domain.Count);
            ColumnRole role = i == selection.Class ? ColumnRole.Class : attribute.IsNominal ? ColumnRole.Nominal : ColumnRole.Numeric;
            columns[i] = new Column(a.Name, role, role == ColumnRole.Class ? -1 : features.Count, attribute.Domain);
            if (role == ColumnRole.Class) classAttribute = attribute;
            else features.Add(attribute);
        }
        SetSchema(new Schema(header.Relation ?? Source.Relation, features, classAttribute!));
        return columns;
    }
}
