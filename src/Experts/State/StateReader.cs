using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace StreamMoe.Experts.State;

/// <summary>Reads what <see cref="StateWriter"/> wrote.</summary>
/// <remarks>Nothing is trusted: every length is checked against what is left of the stream before memory is taken for it. Numbers that are never NaN
/// are read as such; others may be: what a learner has seen may overflow, and its state must come back all the same.
/// All methods throw <see cref="StateFormatException"/> when the bytes end early or do not fit.</remarks>
public sealed class StateReader : IState
{
    private const long MostCounted = 1L << 53;

    private readonly Stream _stream;
    private readonly int _version;

    /// <summary>Makes a reader.</summary>
    /// <param name="stream">Must be seekable; stays the caller's.</param>
    /// <param name="version">The format of the checkpoint that the state is from. The default is this build's, whatever that is.</param>
    public StateReader(Stream stream, int version = int.MaxValue) => (_stream, _version) = (stream, version);

    /// <summary>Reads a mark and checks its name.</summary>
    public void Mark(string name)
    {
        long position = _stream.Position;
        string found = ReadString();
        if (found != name)
            throw new StateFormatException($"State at byte {position}: expected the part '{name}', found '{(found.Length > 40 ? found[..40] + "…" : found)}'.");
    }

    /// <summary>Reads a bool.</summary>
    public bool ReadBoolean()
    {
        Span<byte> one = stackalloc byte[1];
        Fill(one);
        return one[0] switch
        {
            0 => false,
            1 => true,
            _ => throw new StateFormatException($"State at byte {_stream.Position - 1}: expected 0 or 1, found {one[0]}."),
        };
    }

    /// <summary>Reads a 32-bit integer.</summary>
    public int ReadInt32()
    {
        Span<byte> bytes = stackalloc byte[4];
        Fill(bytes);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }

    /// <summary>Reads a 32-bit integer that must lie in [min, max].</summary>
    public int ReadInt32(int min, int max, string what)
    {
        int value = ReadInt32();
        if (value < min || value > max)
            throw new StateFormatException($"State at byte {_stream.Position - 4}: {what} is {value}; must be in [{min}, {max}].");
        return value;
    }

    /// <summary>Reads a 64-bit integer.</summary>
    public long ReadInt64()
    {
        Span<byte> bytes = stackalloc byte[8];
        Fill(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    /// <summary>Reads a 64-bit unsigned integer.</summary>
    public ulong ReadUInt64() => unchecked((ulong)ReadInt64());

    /// <summary>Reads a 64-bit integer that counts something: in [0, 2⁵³], so that it can be counted on and is exact as a double.</summary>
    public long ReadCount(string what) => ReadInt64(0, MostCounted, what);

    /// <summary>Reads a 64-bit integer that must lie in [min, max].</summary>
    public long ReadInt64(long min, long max, string what)
    {
        long value = ReadInt64();
        if (value < min || value > max)
            throw new StateFormatException($"State at byte {_stream.Position - 8}: {what} is {value}; must be in [{min}, {max}].");
        return value;
    }

    /// <summary>Reads a double that must not be NaN.</summary>
    public double ReadNumber()
    {
        double value = ReadDouble();
        if (double.IsNaN(value)) throw new StateFormatException($"State at byte {_stream.Position - 8}: NaN; must be a number.");
        return value;
    }

    /// <summary>Reads a double; NaN is one too.</summary>
    public double ReadDouble() => BitConverter.Int64BitsToDouble(ReadInt64());

    /// <summary>Reads a float; NaN is one too.</summary>
    public float ReadSingle() => BitConverter.Int32BitsToSingle(ReadInt32());

    /// <summary>Reads a string.</summary>
    public string ReadString()
    {
        byte[] bytes = new byte[ReadLength(1)];
        Fill(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Reads an array of numbers; NaN is one too.</summary>
    public T[] ReadArray<T>() where T : unmanaged
    {
        T[] values = new T[ReadLength(Unsafe.SizeOf<T>())];
        Fill(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>Reads an array of numbers, none of which may be NaN, into a span of exactly its length.</summary>
    public void ReadNumbersInto<T>(Span<T> values, string what) where T : unmanaged, IFloatingPoint<T>
    {
        ReadInto(values, what);
        for (int i = 0; i < values.Length; i++)
            if (T.IsNaN(values[i])) throw new StateFormatException($"State before byte {_stream.Position}: element {i} of {what} is NaN; must be a number.");
    }

    /// <summary>Reads an array of numbers into a span of exactly its length; NaN is one too.</summary>
    public void ReadInto<T>(Span<T> values, string what) where T : unmanaged
    {
        int length = ReadLength(Unsafe.SizeOf<T>());
        if (length != values.Length)
            throw new StateFormatException($"State at byte {_stream.Position - 4}: {what} has {length} elements; must have {values.Length}.");
        Fill(MemoryMarshal.AsBytes(values));
    }

    bool IState.IsReading => true;

    bool IState.Has(int version) => _version >= version;

    void IState.Value(ref bool value) => value = ReadBoolean();

    void IState.Value(ref double value) => value = ReadNumber();

    void IState.Value(ref ulong value) => value = ReadUInt64();

    void IState.Value(ref int value, int min, int max, string what) => value = ReadInt32(min, max, what);

    void IState.Value(ref long value, long min, long max, string what) => value = ReadInt64(min, max, what);

    void IState.Count(ref long value, string what) => value = ReadCount(what);

    void IState.Values(Span<double> values, string what) => ReadNumbersInto(values, what);

    void IState.Values(Span<double> buffer, ref int count, string what) => ReadNumbersInto(Beginning(buffer, ref count, what), what);

    void IState.Bits(Span<byte> buffer, ref int count, string what)
    {
        Span<byte> bits = Beginning(buffer, ref count, what);
        ReadInto(bits, what);
        if (bits.ContainsAnyExceptInRange((byte)0, (byte)1))
            throw new StateFormatException($"State before byte {_stream.Position}: {what} must each be 0 or 1; some are not.");
    }

    /// <summary>The places for an array that comes next, at the beginning of a buffer.</summary>
    private Span<T> Beginning<T>(Span<T> buffer, ref int count, string what)
    {
        count = ReadInt32(0, buffer.Length, "the number of " + what);
        _stream.Position -= sizeof(int);
        return buffer[..count];
    }

    private int ReadLength(int elementSize)
    {
        int length = ReadInt32();
        if (length < 0 || (long)length * elementSize > _stream.Length - _stream.Position)
            throw new StateFormatException(
                $"State at byte {_stream.Position - 4}: a length of {length} × {elementSize} bytes does not fit into the {_stream.Length - _stream.Position} bytes that are left.");
        return length;
    }

    private void Fill(Span<byte> bytes)
    {
        if (_stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw new StateFormatException($"State ends at byte {_stream.Length}, inside a value.");
    }
}
