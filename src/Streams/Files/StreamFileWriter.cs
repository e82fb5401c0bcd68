using System.Globalization;
using System.IO.Compression;
using System.Text;
using StreamMoe.Streams.Files.Arff;
using StreamMoe.Streams.Files.Csv;
using StreamMoe.Streams.Files.Text;

namespace StreamMoe.Streams.Files;

/// <summary>Writes instances as a stream file that <see cref="StreamFile"/> reads back: the same features, bit for bit, and labels.</summary>
/// <remarks>Text is UTF-8 without byte order mark, lines end in LF. Numbers have the fewest digits that give the same double back. Columns are the attributes in schema order,
/// then the class. Used by one thread. Nothing is certain to be in the file before <see cref="Flush"/> or <see cref="Dispose"/>.</remarks>
public abstract class StreamFileWriter : IDisposable
{
    private const int BufferSize = 64 << 10;
    private const int LongestNumber = 32;

    private static readonly UTF8Encoding StrictUtf8 = new(false, true);

    private readonly Stream _output;
    private readonly bool _leaveOpen;
    private readonly List<byte[]>[] _texts; // of every column, the class last, its values as they are written
    private readonly byte[] _buffer = new byte[BufferSize];
    private int _used;
    private bool _disposed;

    private protected StreamFileWriter(Stream output, Schema schema, bool leaveOpen)
    {
        Schema = schema;
        _output = output;
        _leaveOpen = leaveOpen;
        _texts = new List<byte[]>[schema.AttributeCount + 1];
        for (int c = 0; c < _texts.Length; c++) _texts[c] = [];
    }

    /// <value>What the instances look like.</value>
    public Schema Schema { get; }

    /// <value>Number of instances written.</value>
    public long RowCount { get; private set; }

    private protected abstract ReadOnlySpan<byte> Missing { get; }

    private protected virtual ReadOnlySpan<byte> Separator => ","u8;

    /// <summary>Makes a writer for a file of the kind that its ending tells (<see cref="StreamFile.Endings"/>); an existing file is overwritten.</summary>
    /// <param name="path">The file.</param>
    /// <param name="schema">What the instances look like.</param>
    /// <exception cref="StreamFileException">The ending is unknown, or the file cannot be created.</exception>
    /// <exception cref="ArgumentException">A name or value cannot be written in this kind of file.</exception>
    public static StreamFileWriter Create(string path, Schema schema)
    {
        string ending = StreamFile.EndingOf(path) ?? throw StreamFile.UnknownEnding(path);
        Stream output;
        try
        {
            output = File.Create(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new StreamFileException($"{path}: cannot be created: {e.Message}", e);
        }
        try
        {
            if (ending.EndsWith(".gz", StringComparison.Ordinal)) output = new GZipStream(output, CompressionLevel.Optimal);
            return ending.StartsWith(".arff", StringComparison.Ordinal) ? new ArffStreamWriter(output, schema)
                : new CsvStreamWriter(output, schema, ending.StartsWith(".tsv", StringComparison.Ordinal) ? '\t' : ',');
        }
        catch
        {
            output.Dispose();
            throw;
        }
    }

    /// <summary>Writes an instance.</summary>
    /// <param name="features">Length = the schema's attribute count; NaN = missing, a nominal value is its index.</param>
    /// <param name="label">Class index, or <see cref="InstanceBlock.NoLabel"/>: missing.</param>
    /// <exception cref="ArgumentException">The length is wrong, a number is infinite, or an index is none of a value; nothing of the row is written.</exception>
    /// <exception cref="IOException">The output does not take the bytes.</exception>
    public void Write(ReadOnlySpan<double> features, int label)
    {
        Check(features, label);
        for (int f = 0; f < features.Length; f++)
        {
            double value = features[f];
            NominalDomain? domain = Schema.Attributes[f].Domain;
            if (double.IsNaN(value)) Append(Missing);
            else if (domain is not null) Append(Text(f, domain, (int)value));
            else AppendNumber(value);
            Append(Separator);
        }
        if (label == InstanceBlock.NoLabel) Append(Missing);
        else Append(Text(features.Length, Schema.Class.Domain!, label));
        Append("\n"u8);
        RowCount++;
    }

    /// <summary>Hands everything written so far to the output, and flushes it.</summary>
    /// <exception cref="IOException">The output does not take the bytes.</exception>
    public void Flush()
    {
        FlushBuffer();
        _output.Flush();
    }

    /// <summary>Flushes, and closes the output unless it was to be left open.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        try
        {
            Flush();
        }
        finally
        {
            if (!_leaveOpen) _output.Dispose();
        }
        GC.SuppressFinalize(this);
    }

    /// <summary>How a name or value is written.</summary>
    private protected abstract string Quote(string text);

    /// <summary>Largest index of a column's values that may be written (the header may have fixed them).</summary>
    private protected virtual int CountOfValues(int column, NominalDomain domain) => domain.Count;

    private protected void Append(string text) => Append(Encode(text));

    private protected void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > BufferSize - _used) FlushBuffer();
        if (bytes.Length > BufferSize)
        {
            _output.Write(bytes);
            return;
        }
        bytes.CopyTo(_buffer.AsSpan(_used));
        _used += bytes.Length;
    }

    private void AppendNumber(double value)
    {
        if (LongestNumber > BufferSize - _used) FlushBuffer();
        value.TryFormat(_buffer.AsSpan(_used), out int written, default, CultureInfo.InvariantCulture);
        _used += written;
    }

    /// <summary>A nominal value as it is written; made once.</summary>
    private byte[] Text(int column, NominalDomain domain, int index)
    {
        List<byte[]> texts = _texts[column];
        while (texts.Count <= index) texts.Add(Encode(Quote(domain[texts.Count])));
        return texts[index];
    }

    private void Check(ReadOnlySpan<double> features, int label)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (features.Length != Schema.AttributeCount)
            throw new ArgumentException($"Features have length {features.Length}; must be {Schema.AttributeCount}.", nameof(features));
        for (int f = 0; f < features.Length; f++)
        {
            double value = features[f];
            SchemaAttribute attribute = Schema.Attributes[f];
            if (double.IsInfinity(value))
                throw new ArgumentException($"Attribute {Snippet.Of(attribute.Name)} is {value}; must be finite, or NaN for missing.", nameof(features));
            if (attribute.Domain is NominalDomain domain && !double.IsNaN(value)) CheckIndex(f, attribute.Name, domain, value);
        }
        if (label != InstanceBlock.NoLabel) CheckIndex(features.Length, Schema.Class.Name, Schema.Class.Domain!, label);
    }

    private void CheckIndex(int column, string name, NominalDomain domain, double value)
    {
        int count = CountOfValues(column, domain);
        if (!(value >= 0 && value < count && value == (int)value))
            throw new ArgumentException($"Nominal {Snippet.Of(name)} is {value.ToString(CultureInfo.InvariantCulture)}; must be an index in [0, {count}).");
        Text(column, domain, (int)value);
    }

    private static byte[] Encode(string text)
    {
        if (text.Contains('\0')) throw new ArgumentException($"{Snippet.Of(text)} has a NUL character, which text does not have; it cannot be written.");
        try
        {
            return StrictUtf8.GetBytes(text);
        }
        catch (EncoderFallbackException e)
        {
            throw new ArgumentException($"{Snippet.Of(text)} is not valid Unicode; it cannot be written.", e);
        }
    }

    private void FlushBuffer()
    {
        _output.Write(_buffer, 0, _used);
        _used = 0;
    }
}
