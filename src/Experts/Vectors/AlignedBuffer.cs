namespace StreamMoe.Experts.Vectors;

/// <summary>Zeroed floats that never move and start at a cache line, so that a vector load touches one line; freed by the collector as any array.</summary>
internal sealed unsafe class AlignedBuffer
{
    private const int LineFloats = 16;
    private readonly float[] _array;
    private readonly int _offset;

    public AlignedBuffer(int length)
    {
        _array = GC.AllocateArray<float>(length + LineFloats, pinned: true);
        float* first = (float*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _array[0]);
        nuint misaligned = (nuint)first % (LineFloats * sizeof(float));
        _offset = misaligned == 0 ? 0 : LineFloats - (int)(misaligned / sizeof(float));
        Length = length;
        Pointer = first + _offset;
    }

    /// <summary>Makes a buffer for a panelled matrix.</summary>
    public AlignedBuffer(int rows, int columns) : this(checked(rows * KernelWidths.Pad(columns))) { }

    public int Length { get; }

    /// <summary>The first float; valid as long as this object is reachable.</summary>
    public float* Pointer { get; }

    public Span<float> Span => _array.AsSpan(_offset, Length);
}
