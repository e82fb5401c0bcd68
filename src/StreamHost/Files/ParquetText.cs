using System.Globalization;
using System.Text;
using Parquet;
using Parquet.Schema;
using StreamMoe.Streams.Files;
using StreamMoe.Streams.Files.Text;

namespace StreamMoe.StreamHost.Files;

/// <summary>A Parquet file as the text that a CSV file of the same table would be, with the types that the file declares.</summary>
/// <remarks>Numbers are numeric, texts and booleans nominal, times numeric, as seconds since 1970. A column of lists or of nested fields must be dropped.
/// One row group is in memory at a time.</remarks>
internal sealed class ParquetText : ReadOnlyInput
{
    // A group that is larger than this is no table of events; the figure comes from the file, which may be made up.
    private const long MostCells = 50_000_000;

    private readonly Stream _file;
    private readonly ParquetReader _reader;
    private readonly IReadOnlyCollection<string> _drop;
    private readonly MemoryStream _text = new();
    private Func<int, string>[] _columns = [];
    private int _group, _rows, _row;
    private long _served;

    private ParquetText(string path, IReadOnlyCollection<string> drop)
    {
        _file = File.OpenRead(path);
        _drop = drop;
        try
        {
            _reader = ParquetReader.CreateAsync(_file, new ParquetOptions { TreatByteArrayAsString = true }).GetAwaiter().GetResult();
            Write(Fields(_reader).Select(f => f.Name).Select(Quoted));
        }
        catch (Exception e)
        {
            _file.Dispose();
            throw Damaged(e);
        }
    }

    /// <summary>The source of such a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="drop">Columns that are left out, which may be of any type.</param>
    /// <exception cref="StreamFileException">It is no Parquet file, or a column that is not dropped has a type that is not read.</exception>
    public static TextSource Source(string path, IReadOnlyCollection<string> drop)
    {
        using ParquetText first = new(path, drop);
        Dictionary<string, bool> nominal = [];
        int index = 0;
        foreach (DataField field in Fields(first._reader))
        {
            bool? known = IsNominal(field);
            if (known is null && !drop.Contains(field.Name) && !drop.Contains(index.ToString(CultureInfo.InvariantCulture)))
                throw new StreamFileException($"{path}: column '{field.Name}' is {(field.IsArray || field.MaxRepetitionLevel > 0 ? "a list" : $"of type {field.ClrType.Name}")}; numbers, texts, booleans and times are read. --drop {field.Name} leaves it out.");
            nominal[field.Name] = known ?? true;
            index++;
        }
        return new TextSource
        {
            Name = path,
            Kind = TextKind.Csv,
            Open = () => new ParquetText(path, drop),
            Relation = Path.GetFileNameWithoutExtension(path),
            Nominal = nominal,
        };
    }

    public override int Read(Span<byte> buffer)
    {
        while (_served == _text.Length)
        {
            _text.SetLength(0);
            _served = 0;
            if (_row == _rows && !NextGroup()) return 0;
            for (int end = Math.Min(_rows, _row + 1000); _row < end; _row++) Write(_columns.Select(c => c(_row)));
        }
        int length = (int)Math.Min(buffer.Length, _text.Length - _served);
        _text.GetBuffer().AsSpan((int)_served, length).CopyTo(buffer);
        _served += length;
        return length;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
            _file.Dispose();
        }
        base.Dispose(disposing);
    }

    private bool NextGroup()
    {
        DataField[] fields = Fields(_reader);
        while (_group < _reader.RowGroupCount)
        {
            try
            {
                using ParquetRowGroupReader group = _reader.OpenRowGroupReader(_group++);
                if (group.RowCount == 0) continue;
                if (group.RowCount > MostCells / fields.Length)
                    throw new InvalidDataException($"row group {_group} has {group.RowCount:N0} rows of {fields.Length} columns, more than {MostCells:N0} cells; write smaller row groups");
                (_rows, _row) = ((int)group.RowCount, 0);
                _columns = [.. fields.Select(field => IsNominal(field) is null || _drop.Contains(field.Name) ? static _ => "" : Column(group, field))];
                return true;
            }
            catch (Exception e) when (e is not InvalidDataException and not OutOfMemoryException)
            {
                throw new InvalidDataException($"the Parquet data are damaged in row group {_group} ({e.Message.TrimEnd('.')})", e);
            }
        }
        return false;
    }

    private static DataField[] Fields(ParquetReader reader)
    {
        HashSet<string> names = [];
        DataField[] fields = reader.Schema.DataFields;
        if (fields.Length is 0 or > StreamFileReader.MaxColumns) throw new InvalidDataException($"the file has {fields.Length:N0} columns; must be 1 to {StreamFileReader.MaxColumns:N0}");
        return [.. fields.Select(f => names.Add(f.Name) ? f : throw new InvalidDataException($"two columns are called '{f.Name}'"))];
    }

    /// <summary>True for texts and booleans, false for numbers and times, null for what is not read.</summary>
    private static bool? IsNominal(DataField field)
    {
        if (field.IsArray || field.MaxRepetitionLevel > 0 || field.Path.Length > 1) return null;
        Type type = field.ClrType;
        if (IsText(type) || type == typeof(bool)) return true;
        return IsNumber(type) || type == typeof(DateTime) || type == typeof(DateOnly) || type == typeof(TimeSpan) || type == typeof(TimeOnly) ? false : null;
    }

    private static bool IsText(Type type) => type == typeof(string) || type == typeof(ReadOnlyMemory<char>);

    private static bool IsNumber(Type type) => type == typeof(decimal) || (type.IsPrimitive && type != typeof(char) && type != typeof(bool) && type != typeof(nint) && type != typeof(nuint));

    private Func<int, string> Column(ParquetRowGroupReader group, DataField field)
    {
        if (IsText(field.ClrType))
        {
            string?[] texts = new string?[_rows];
            group.ReadAsync(field, texts.AsMemory()!).AsTask().GetAwaiter().GetResult();
            return row => texts[row] is { } text ? Quoted(text) : "";
        }
        CultureInfo invariant = CultureInfo.InvariantCulture;
        Type type = field.ClrType;
        if (type == typeof(bool)) return Values<bool>(group, field, static b => b ? "true" : "false");
        if (type == typeof(double)) return Values<double>(group, field, d => double.IsFinite(d) ? d.ToString("R", invariant) : "");
        if (type == typeof(float)) return Values<float>(group, field, f => float.IsFinite(f) ? ((double)f).ToString("R", invariant) : "");
        if (type == typeof(decimal)) return Values<decimal>(group, field, d => d.ToString(invariant));
        if (type == typeof(DateTime)) return Values<DateTime>(group, field, t => ((t - DateTime.UnixEpoch).Ticks / (double)TimeSpan.TicksPerSecond).ToString("R", invariant));
        if (type == typeof(DateOnly)) return Values<DateOnly>(group, field, d => ((d.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber) * 86_400L).ToString(invariant));
        if (type == typeof(TimeSpan)) return Values<TimeSpan>(group, field, t => t.TotalSeconds.ToString("R", invariant));
        if (type == typeof(TimeOnly)) return Values<TimeOnly>(group, field, t => t.ToTimeSpan().TotalSeconds.ToString("R", invariant));
        if (type == typeof(long)) return Values<long>(group, field, v => v.ToString(invariant));
        if (type == typeof(ulong)) return Values<ulong>(group, field, v => v.ToString(invariant));
        if (type == typeof(int)) return Values<int>(group, field, v => v.ToString(invariant));
        if (type == typeof(uint)) return Values<uint>(group, field, v => v.ToString(invariant));
        if (type == typeof(short)) return Values<short>(group, field, v => v.ToString(invariant));
        if (type == typeof(ushort)) return Values<ushort>(group, field, v => v.ToString(invariant));
        if (type == typeof(sbyte)) return Values<sbyte>(group, field, v => v.ToString(invariant));
        if (type == typeof(byte)) return Values<byte>(group, field, v => v.ToString(invariant));
        throw new InvalidDataException($"column '{field.Name}' is of type {type.Name}, which is not read");
    }

    private Func<int, string> Values<T>(ParquetRowGroupReader group, DataField field, Func<T, string> text) where T : struct
    {
        if (!field.IsNullable)
        {
            T[] values = new T[_rows];
            group.ReadAsync(field, values.AsMemory()).AsTask().GetAwaiter().GetResult();
            return row => text(values[row]);
        }
        T?[] present = new T?[_rows];
        group.ReadAsync(field, present.AsMemory()).AsTask().GetAwaiter().GetResult();
        return row => present[row] is { } value ? text(value) : "";
    }

    private void Write(IEnumerable<string> cells)
    {
        _text.Write(Encoding.UTF8.GetBytes(string.Join(',', cells)));
        _text.WriteByte((byte)'\n');
    }

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static StreamFileException Damaged(Exception e) => new($"{e.Message.TrimEnd('.')}. Is this a Parquet file?", e);
}
