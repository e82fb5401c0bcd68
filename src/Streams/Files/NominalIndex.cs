using System.Buffers.Binary;
using System.Text;

namespace StreamMoe.Streams.Files;

/// <summary>Finds the index of a nominal value from its UTF-8 bytes, without making a string of it.</summary>
/// <remarks>An open-addressing table beside a <see cref="NominalDomain"/>, which stays the owner of the values; values of one byte have a table of their own.</remarks>
internal sealed class NominalIndex
{
    private readonly NominalDomain _domain;
    private readonly int[] _ofOneByte = new int[256];
    private readonly List<byte[]> _values = [];
    private int[] _slots = new int[16];

    public NominalIndex(NominalDomain domain)
    {
        _domain = domain;
        Array.Fill(_ofOneByte, -1);
        Array.Fill(_slots, -1);
        foreach (string value in domain.Values) Append(value);
    }

    /// <summary>The index of a value, or −1.</summary>
    public int Find(ReadOnlySpan<byte> value)
    {
        if (value.Length == 1) return _ofOneByte[value[0]];
        int mask = _slots.Length - 1;
        for (int slot = (int)Hash(value) & mask; ; slot = (slot + 1) & mask)
        {
            int index = _slots[slot];
            if (index < 0 || _values[index].AsSpan().SequenceEqual(value)) return index;
        }
    }

    /// <summary>The index of a value, which is added to the domain when it is new.</summary>
    /// <returns>−1 when the value is new and the domain is full.</returns>
    public int FindOrAdd(string value)
    {
        if (!_domain.TryGetOrAdd(value, out int index)) return -1;
        while (_values.Count < _domain.Count) Append(_domain[_values.Count]);
        return index;
    }

    private void Append(string value)
    {
        int index = _values.Count;
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        _values.Add(bytes);
        if (bytes.Length == 1) _ofOneByte[bytes[0]] = index;
        if (_values.Count * 2 > _slots.Length)
        {
            _slots = new int[_slots.Length * 2];
            Array.Fill(_slots, -1);
            for (int i = 0; i < _values.Count; i++) Place(i);
        }
        else
        {
            Place(index);
        }
    }

    private void Place(int index)
    {
        int mask = _slots.Length - 1;
        int slot = (int)Hash(_values[index]) & mask;
        while (_slots[slot] >= 0) slot = (slot + 1) & mask;
        _slots[slot] = index;
    }

    private static uint Hash(ReadOnlySpan<byte> value)
    {
        ulong hash = (ulong)value.Length * 0x9E3779B97F4A7C15;
        for (; value.Length >= 8; value = value[8..]) hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(value));
        ulong rest = 0;
        foreach (byte b in value) rest = rest << 8 | b;
        return (uint)(Mix(hash ^ rest) >> 32);
    }

    private static ulong Mix(ulong x)
    {
        x *= 0xBF58476D1CE4E5B9;
        return x ^ (x >> 29);
    }
}
