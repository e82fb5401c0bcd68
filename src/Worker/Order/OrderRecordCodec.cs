using System.Buffers;
using System.Text;

namespace StreamMoe.Worker.Order;

/// <summary>Order records as bytes.</summary>
/// <remarks>
/// <code>
/// version 1 (a byte) · lineage (16 bytes) · sequence · writer (16) · predecessor's sequence + 1 · predecessor's writer (16)
/// entries, each a kind (a byte) and what belongs to it, ended by a byte 0:
///   1 runs            how many, then each: partition·4 + (labels? 2) + (more than one? 1), and, where more than one, count − 2
///   2 joined          partition·2 + (labels? 1) · offset
///   3 expiry          ticks
///   4 inference ended nothing
///   5 schema resolved id · (there is one? 1 : 0) · text
///   6 command         name · text
/// next offsets: how many, then each: partition·2 + (labels? 1) · offset
/// </code>
/// Numbers are unsigned varints (7 bits a byte, low bits first), texts a length and UTF-8. A version, a kind or a byte that is not known is
/// refused: it would be another order.
/// </remarks>
internal static class OrderRecordCodec
{
    /// <summary>The version that is written, and the only one that is read: 1.</summary>
    public const byte Version = 1;

    /// <summary>Bytes of a record at most: 900,000, so that it fits into a broker's largest message.</summary>
    public const int MostBytes = 900_000;

    /// <summary>Writes a record.</summary>
    /// <exception cref="ArgumentException">It is longer than <see cref="MostBytes"/>.</exception>
    public static byte[] Write(OrderRecord record)
    {
        ArrayBufferWriter<byte> bytes = new(256);
        Write(bytes, Version);
        Write(bytes, record.Position.Lineage);
        Write(bytes, record.Position.Sequence);
        Write(bytes, record.Position.Writer);
        Write(bytes, record.Predecessor.Sequence + 1);
        Write(bytes, record.Predecessor.Writer);
        for (int i = 0; i < record.Entries.Count;) i = WriteEntries(bytes, record.Entries, i);
        Write(bytes, (byte)0);
        Write(bytes, record.Next.Count);
        foreach (NextOffset next in record.Next)
        {
            Write(bytes, Number(next.Source));
            Write(bytes, next.Offset);
        }
        if (bytes.WrittenCount > MostBytes) throw new ArgumentException($"An order record of {record.Entries.Count} entries has {bytes.WrittenCount} bytes; at most {MostBytes} are allowed. Commit more often.", nameof(record));
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Reads a record.</summary>
    /// <param name="bytes">All of its bytes.</param>
    /// <param name="place">Where they stand, for messages: <c>topic-partition@offset</c>.</param>
    /// <exception cref="OrderException">They are not an order record that this build can follow.</exception>
    public static OrderRecord Read(ReadOnlySpan<byte> bytes, string place)
    {
        if (bytes.Length > MostBytes) throw Bad(place, $"it has {bytes.Length} bytes; at most {MostBytes} are allowed");
        OrderBytes reader = new(bytes, place);
        byte version = reader.Byte();
        if (version != Version) throw Bad(place, $"its version is {version}; this build reads {Version}");
        OrderPosition position = new(reader.Guid(), reader.Number(), reader.Guid());
        (long, Guid) predecessor = (reader.Number() - 1, reader.Guid());
        List<OrderEntry> entries = [];
        for (byte kind = reader.Byte(); kind != 0; kind = reader.Byte()) ReadEntries(ref reader, (OrderEntryKind)kind, entries, place);
        NextOffset[] next = new NextOffset[reader.Count(least: 2)];
        for (int i = 0; i < next.Length; i++) next[i] = new NextOffset(Source(ref reader), reader.Number());
        reader.End();
        return new OrderRecord(position, predecessor, entries, next);
    }

    private static int WriteEntries(ArrayBufferWriter<byte> bytes, IReadOnlyList<OrderEntry> entries, int from)
    {
        OrderEntry entry = entries[from];
        Write(bytes, (byte)entry.Kind);
        switch (entry.Kind)
        {
            case OrderEntryKind.Run:
                int end = from;
                while (end < entries.Count && entries[end].Kind == OrderEntryKind.Run) end++;
                Write(bytes, end - from);
                for (int i = from; i < end; i++)
                {
                    long count = entries[i].Value;
                    Write(bytes, Number(entries[i].Source) << 1 | (count > 1 ? 1L : 0));
                    if (count > 1) Write(bytes, count - 2);
                }
                return end;
            case OrderEntryKind.Joined:
                Write(bytes, Number(entry.Source));
                Write(bytes, entry.Value);
                break;
            case OrderEntryKind.Expiry:
                Write(bytes, entry.Value);
                break;
            case OrderEntryKind.InferenceEnded:
                break;
            case OrderEntryKind.SchemaResolved:
                Write(bytes, entry.Value);
                Write(bytes, entry.Text is null ? 0 : 1);
                Write(bytes, entry.Text ?? "");
                break;
            case OrderEntryKind.Command:
                Write(bytes, entry.Name ?? "");
                Write(bytes, entry.Text ?? "");
                break;
            default:
                throw new ArgumentException($"There is no entry of kind {entry.Kind}.", nameof(entries));
        }
        return from + 1;
    }

    private static void ReadEntries(ref OrderBytes reader, OrderEntryKind kind, List<OrderEntry> entries, string place)
    {
        switch (kind)
        {
            case OrderEntryKind.Run:
                for (int left = reader.Count(least: 1); left > 0; left--)
                {
                    long coded = reader.Number();
                    OrderSource source = SourceOf(coded >> 1, place);
                    entries.Add(OrderEntry.Run(source, (coded & 1) == 0 ? 1 : checked(reader.Number() + 2)));
                }
                break;
            case OrderEntryKind.Joined: entries.Add(OrderEntry.Joined(Source(ref reader), reader.Number())); break;
            case OrderEntryKind.Expiry: entries.Add(OrderEntry.Expiry(reader.Number())); break;
            case OrderEntryKind.InferenceEnded: entries.Add(OrderEntry.InferenceEnded()); break;
            case OrderEntryKind.SchemaResolved:
                long id = reader.Number();
                bool found = reader.Number() != 0;
                string text = reader.Text();
                entries.Add(OrderEntry.SchemaResolved(id, found ? text : null));
                break;
            case OrderEntryKind.Command: entries.Add(OrderEntry.Command(reader.Text(), reader.Text())); break;
            default: throw Bad(place, $"it has an entry of kind {(byte)kind}; this build knows 1 to {(byte)OrderEntryKind.Command}");
        }
    }

    private static OrderSource Source(ref OrderBytes reader) => SourceOf(reader.Number(), reader.Place);

    private static OrderSource SourceOf(long number, string place) => number >> 1 <= int.MaxValue
        ? new OrderSource((int)(number >> 1), (SourceKind)(number & 1))
        : throw Bad(place, $"it names partition {number >> 1}; the largest is {int.MaxValue}");

    private static long Number(OrderSource source) => (long)source.Partition << 1 | (byte)source.Kind;

    private static void Write(ArrayBufferWriter<byte> bytes, byte single)
    {
        bytes.GetSpan(1)[0] = single;
        bytes.Advance(1);
    }

    private static void Write(ArrayBufferWriter<byte> bytes, Guid id)
    {
        id.TryWriteBytes(bytes.GetSpan(16), bigEndian: true, out int written);
        bytes.Advance(written);
    }

    private static void Write(ArrayBufferWriter<byte> bytes, long number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        Span<byte> span = bytes.GetSpan(10);
        int length = 0;
        for (ulong left = (ulong)number; ; left >>= 7)
        {
            span[length++] = (byte)(left < 128 ? left : left | 128);
            if (left < 128) break;
        }
        bytes.Advance(length);
    }

    private static void Write(ArrayBufferWriter<byte> bytes, string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        Write(bytes, utf8.Length);
        bytes.Write(utf8);
    }

    /// <summary>What is told of bytes that cannot be followed.</summary>
    internal static OrderException Bad(string place, string why)
        => new($"The order record {place} cannot be read: {why}. The order of processing is lost without it: use the build that wrote it, or begin a new lineage by checkpoints:allowFreshModel=true.");
}
