using System.Text;

namespace StreamMoe.Worker.Order;

/// <summary>Reads the bytes of an order record; whatever is damaged is told, and nothing larger than the bytes themselves is allocated.</summary>
/// <param name="bytes">The bytes.</param>
/// <param name="place">Where they stand, for messages.</param>
internal ref struct OrderBytes(ReadOnlySpan<byte> bytes, string place)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    /// <value>Where the bytes stand.</value>
    public string Place { get; } = place;

    /// <summary>Reads a byte.</summary>
    public byte Byte() => Take(1)[0];

    /// <summary>Reads 16 bytes.</summary>
    public Guid Guid() => new(Take(16), bigEndian: true);

    /// <summary>Reads a varint, in [0, 2⁶³).</summary>
    public long Number()
    {
        ulong number = 0;
        for (int shift = 0; shift < 63; shift += 7)
        {
            byte next = Byte();
            number |= (ulong)(next & 127) << shift;
            if (next < 128) return (long)number;
        }
        throw OrderRecordCodec.Bad(Place, $"the number before byte {_at} is longer than 63 bits");
    }

    /// <summary>Reads a number of things.</summary>
    /// <param name="least">Bytes of a thing at least: more things than fit are not there.</param>
    public int Count(int least)
    {
        long count = Number();
        return count <= (_bytes.Length - _at) / least ? (int)count : throw OrderRecordCodec.Bad(Place, $"{count} things are told before byte {_at}, and {_bytes.Length - _at} bytes follow");
    }

    /// <summary>Reads a text.</summary>
    public string Text()
    {
        ReadOnlySpan<byte> utf8 = Take(Count(least: 1));
        return System.Text.Unicode.Utf8.IsValid(utf8) ? Encoding.UTF8.GetString(utf8) : throw OrderRecordCodec.Bad(Place, $"the text before byte {_at} is not valid UTF-8");
    }

    /// <summary>Nothing may follow.</summary>
    public readonly void End()
    {
        if (_at != _bytes.Length) throw OrderRecordCodec.Bad(Place, $"{_bytes.Length - _at} bytes follow its end at byte {_at}");
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (_bytes.Length - _at < length) throw OrderRecordCodec.Bad(Place, $"it ends at byte {_bytes.Length}, in the middle");
        _at += length;
        return _bytes.Slice(_at - length, length);
    }
}
