using System.Buffers;

namespace StreamMoe.Worker.Records;

/// <summary>What a partition has put out since its last commit, in order. Kept until the commit has succeeded, so that it can be sent again.</summary>
/// <remarks>
/// The values are written one behind the other into one buffer that is reused. Keys are the bytes of the input records. One thread at a time.
/// Usage: write the value into <see cref="Writer"/>, then call <see cref="Add"/>.
/// </remarks>
internal sealed class OutputBatch
{
    // A slow commit may need much room once; more than this is not kept for ever.
    private const int MostKept = 4 * 1024 * 1024;

    private ArrayBufferWriter<byte> _bytes = new(64 * 1024);
    private readonly List<Entry> _entries = [];
    private int _end;
    private long _held;

    /// <summary>One output record.</summary>
    /// <param name="Kind">What it is.</param>
    /// <param name="Origin">The record that brought it about.</param>
    /// <param name="Key">Its key; null for none.</param>
    /// <param name="From">Where its value begins in the buffer.</param>
    /// <param name="Length">Length of the value in bytes; −1 for a null value.</param>
    /// <param name="Headers">Names and values of its headers; null for none.</param>
    /// <param name="Number">See <see cref="Number"/>.</param>
    private readonly record struct Entry(OutputKind Kind, SourceRecord Origin, byte[]? Key, int From, int Length, IReadOnlyList<RecordHeader>? Headers, long Number);

    /// <value>Number of records.</value>
    public int Count => _entries.Count;

    /// <value>Bytes that the batch keeps in memory: values, keys, and the records that brought them about.</value>
    public long ByteCount => _end + _held;

    /// <value>Where the next record's value is written.</value>
    public IBufferWriter<byte> Writer => _bytes;

    /// <summary>Makes a record of the value that was written since the last call.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="key">Its key; null for none. The bytes stay the caller's and must not change.</param>
    /// <param name="origin">The record that brought it about, kept until the commit: it becomes a dead letter where the output cannot be written.</param>
    /// <param name="headers">Its headers; null for none.</param>
    /// <param name="nullValue">True for a record with a null value; nothing was written then.</param>
    public void Add(OutputKind kind, byte[]? key, in SourceRecord origin, IReadOnlyList<RecordHeader>? headers = null, bool nullValue = false)
    {
        _held += (key?.Length ?? 0) + origin.ByteCount;
        _entries.Add(new Entry(kind, origin, key, _end, nullValue ? -1 : _bytes.WrittenCount - _end, headers, Number));
        _end = _bytes.WrittenCount;
    }

    /// <value>Number of the record in hand among those of the learner, from 0: whatever is added has it. For telemetry alone.</value>
    public long Number { get; set; }

    /// <summary>Number of the record that brought it about, among those of the learner.</summary>
    public long NumberOf(int index) => _entries[index].Number;

    /// <summary>Kind of a record.</summary>
    public OutputKind KindOf(int index) => _entries[index].Kind;

    /// <summary>The record that brought it about.</summary>
    public SourceRecord OriginOf(int index) => _entries[index].Origin;

    /// <summary>Key of a record; null for none.</summary>
    public byte[]? KeyOf(int index) => _entries[index].Key;

    /// <summary>Headers of a record; null for none.</summary>
    public IReadOnlyList<RecordHeader>? HeadersOf(int index) => _entries[index].Headers;

    /// <summary>True when a record's value is null, not empty.</summary>
    public bool IsNull(int index) => _entries[index].Length < 0;

    /// <summary>Value of a record, valid until <see cref="Clear"/> or the next write; empty for null.</summary>
    public ReadOnlySpan<byte> ValueOf(int index) => _bytes.WrittenSpan.Slice(_entries[index].From, Math.Max(0, _entries[index].Length));

    /// <summary>Forgets everything; room up to 4 MiB is kept.</summary>
    public void Clear()
    {
        _entries.Clear();
        if (_bytes.Capacity > MostKept) _bytes = new ArrayBufferWriter<byte>(64 * 1024);
        else _bytes.ResetWrittenCount();
        (_end, _held) = (0, 0);
    }
}
