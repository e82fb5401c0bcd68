using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace StreamMoe.Streams;

/// <summary>The SHA-256 of a sequence of instances: two streams with the same hash are the same, bit for bit.</summary>
/// <remarks>Hashed are, per instance, each feature as a little-endian IEEE 754 double, then the class index as a little-endian
/// 32-bit integer (−1 = no label). Adding allocates nothing once the longest instance has been seen.</remarks>
public sealed class StreamHash : IDisposable
{
    private const int BufferSize = 1 << 14;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _buffer = new byte[BufferSize];
    private int _used;

    /// <summary>Adds an instance.</summary>
    /// <param name="features">The features in schema order.</param>
    /// <param name="label">The class index, or <see cref="InstanceBlock.NoLabel"/>.</param>
    public void Add(ReadOnlySpan<double> features, int label)
    {
        int size = features.Length * sizeof(double) + sizeof(int);
        if (size > _buffer.Length - _used)
        {
            Flush();
            if (size > _buffer.Length) _buffer = new byte[size];
        }
        Span<byte> place = _buffer.AsSpan(_used, size);
        if (BitConverter.IsLittleEndian) MemoryMarshal.AsBytes(features).CopyTo(place);
        else
            for (int i = 0; i < features.Length; i++) BinaryPrimitives.WriteDoubleLittleEndian(place[(i * sizeof(double))..], features[i]);
        BinaryPrimitives.WriteInt32LittleEndian(place[^sizeof(int)..], label);
        _used += size;
    }

    /// <summary>Adds all rows of a block.</summary>
    public void Add(InstanceBlock block)
    {
        for (int row = 0; row < block.Count; row++) Add(block.Row(row), block.Labels[row]);
    }

    /// <summary>The hash of all instances added so far; more may be added afterwards.</summary>
    /// <returns>64 hexadecimal digits, in lower case.</returns>
    public string Current()
    {
        Flush();
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        _hash.GetCurrentHash(digest);
        return Convert.ToHexStringLower(digest);
    }

    /// <summary>Releases the hash function's memory.</summary>
    public void Dispose() => _hash.Dispose();

    private void Flush()
    {
        _hash.AppendData(_buffer.AsSpan(0, _used));
        _used = 0;
    }
}
