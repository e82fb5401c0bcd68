using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace StreamMoe.Experts.State;

/// <summary>Writes a learner's state: little-endian numbers, length-prefixed arrays and strings, and named marks between the parts.</summary>
/// <remarks>Doubles and floats are written as their bits, so a state comes back exactly.</remarks>
public sealed class StateWriter : IState
{
    private readonly Stream _stream;

    /// <summary>Makes a writer; the stream stays the caller's.</summary>
    public StateWriter(Stream stream) => _stream = stream;

    /// <summary>Writes a named mark, which the reader checks: a state read in the wrong order is noticed at once.</summary>
    public void Mark(string name) => Write(name);

    /// <summary>Writes one byte: 0 or 1.</summary>
    public void Write(bool value) => _stream.WriteByte(value ? (byte)1 : (byte)0);

    /// <summary>Writes 4 bytes.</summary>
    public void Write(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        _stream.Write(bytes);
    }

    /// <summary>Writes 8 bytes.</summary>
    public void Write(long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        _stream.Write(bytes);
    }

    /// <summary>Writes 8 bytes.</summary>
    public void Write(ulong value) => Write(unchecked((long)value));

    /// <summary>Writes the 8 bytes of a double.</summary>
    public void Write(double value) => Write(BitConverter.DoubleToInt64Bits(value));

    /// <summary>Writes the 4 bytes of a float.</summary>
    public void Write(float value) => Write(BitConverter.SingleToInt32Bits(value));

    /// <summary>Writes a string: its length in UTF-8 bytes, then these.</summary>
    public void Write(string value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        Write(bytes.Length);
        _stream.Write(bytes);
    }

    /// <summary>Writes an array of numbers (int, long, float, double, byte): its length, then the elements.</summary>
    public void Write<T>(ReadOnlySpan<T> values) where T : unmanaged
    {
        Write(values.Length);
        _stream.Write(MemoryMarshal.AsBytes(values));
    }

    /// <summary>Writes an array of numbers: its length, then the elements.</summary>
    public void Write<T>(T[] values) where T : unmanaged => Write<T>(values.AsSpan());

    bool IState.IsReading => false;

    bool IState.Has(int version) => true;

    void IState.Value(ref bool value) => Write(value);

    void IState.Value(ref double value) => Write(value);

    void IState.Value(ref ulong value) => Write(value);

    void IState.Value(ref int value, int min, int max, string what) => Write(value);

    void IState.Value(ref long value, long min, long max, string what) => Write(value);

    void IState.Count(ref long value, string what) => Write(value);

    void IState.Values(Span<double> values, string what) => Write<double>(values);

    void IState.Values(Span<double> buffer, ref int count, string what) => Write<double>(buffer[..count]);

    void IState.Bits(Span<byte> buffer, ref int count, string what) => Write<byte>(buffer[..count]);
}
