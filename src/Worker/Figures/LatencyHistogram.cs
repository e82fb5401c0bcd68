using System.Numerics;

namespace StreamMoe.Worker.Figures;

/// <summary>Counts latencies in buckets that divide each octave into four, from 1 µs to 71 minutes.</summary>
/// <remarks>One thread adds, and never waits; any thread may read. 1.2 KiB, O(1) a value.</remarks>
internal sealed class LatencyHistogram
{
    private const int PerOctave = 4, Octaves = 32, FirstBound = 7, LastBound = 24;

    private readonly long[] _counts = new long[PerOctave * Octaves + 1];
    private readonly long[] _ticks = new long[CoarseBuckets]; // by coarse bucket
    private int _version; // odd while a latency is being counted

    /// <summary>Buckets that <see cref="ReadCoarse"/> counts into: one a bound, and one for all above.</summary>
    public const int CoarseBuckets = LastBound - FirstBound + 2;

    /// <summary>Upper bounds of the coarse buckets but the last, in seconds: 2⁷ to 2²⁴ µs, each twice the one before.</summary>
    public static IReadOnlyList<double> CoarseBounds { get; } = [.. Enumerable.Range(FirstBound, LastBound - FirstBound + 1).Select(e => (1L << e) / 1e6)];

    /// <summary>Latencies counted so far.</summary>
    public long Count => _counts.Sum();

    /// <summary>Counts a latency.</summary>
    /// <param name="latency">Less than 1 µs counts as 1 µs, more than the largest bucket as that.</param>
    /// <param name="times">How often.</param>
    public void Add(TimeSpan latency, int times = 1)
    {
        // A latency of exactly a bound belongs below it.
        int bucket = BucketOf((latency.Ticks - 1) / TimeSpan.TicksPerMicrosecond);
        _version++;
        Volatile.WriteBarrier();
        _counts[bucket] += times;
        _ticks[CoarseOf(bucket)] += Math.Max(0, latency.Ticks) * times;
        Volatile.WriteBarrier();
        _version++;
    }

    /// <summary>Counts and sums of the coarse buckets, as they were at one moment.</summary>
    /// <param name="counts">Receives the latencies in each bucket: above the bound before it, and not above its own.</param>
    /// <param name="ticks">Receives the sum of these latencies, in ticks of 100 ns.</param>
    public void ReadCoarse(Span<long> counts, Span<long> ticks)
    {
        for (SpinWait wait = default; ; wait.SpinOnce())
        {
            int version = Volatile.Read(ref _version);
            counts.Clear();
            for (int bucket = 0; bucket < _counts.Length; bucket++) counts[CoarseOf(bucket)] += _counts[bucket];
            _ticks.CopyTo(ticks);
            Volatile.ReadBarrier();
            if (version % 2 == 0 && version == _version) return;
        }
    }

    /// <summary>The latency that a share of all does not exceed, as the upper bound of its bucket.</summary>
    /// <param name="share">In (0, 1].</param>
    /// <returns>Zero when nothing was counted.</returns>
    public TimeSpan Quantile(double share)
    {
        long wanted = (long)Math.Ceiling(share * Count), seen = 0;
        for (int b = 0; b < _counts.Length && wanted > 0; b++)
            if ((seen += _counts[b]) >= wanted) return UpperBound(b);
        return TimeSpan.Zero;
    }

    private static int BucketOf(long microseconds)
    {
        if (microseconds <= 1) return 0;
        int octave = BitOperations.Log2((ulong)microseconds);
        if (octave >= Octaves) return PerOctave * Octaves;
        double within = microseconds / (double)(1L << octave) - 1;
        return 1 + octave * PerOctave + Math.Min(PerOctave - 1, (int)(within * PerOctave));
    }

    private static int CoarseOf(int bucket) => Math.Clamp((bucket + PerOctave - 1) / PerOctave, FirstBound, LastBound + 1) - FirstBound;

    private static TimeSpan UpperBound(int bucket)
    {
        if (bucket == 0) return TimeSpan.FromMicroseconds(1);
        int octave = (bucket - 1) / PerOctave, part = (bucket - 1) % PerOctave;
        return TimeSpan.FromMicroseconds((1L << octave) * (1 + (part + 1) / (double)PerOctave));
    }
}
