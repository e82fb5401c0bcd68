using System.Numerics;

namespace StreamMoe.Worker.Figures;

/// <summary>Counts latencies in buckets that divide each octave into four, from 1 µs to 71 minutes.</summary>
/// <remarks>One thread adds; any thread may read, and then sees each bucket as it was at some moment. 1 KiB, O(1) a value.</remarks>
internal sealed class LatencyHistogram
{
    private const int PerOctave = 4, Octaves = 32, FirstBound = 7, LastBound = 24;

    private readonly long[] _counts = new long[PerOctave * Octaves + 1];
    private long _ticks;

    /// <summary>Upper bounds of the coarse buckets that <see cref="ReadCoarse"/> counts into, in seconds: 2⁷ to 2²⁴ µs, each twice the one before.</summary>
    public static IReadOnlyList<double> CoarseBounds { get; } = [.. Enumerable.Range(FirstBound, LastBound - FirstBound + 1).Select(e => (1L << e) / 1e6)];

    /// <summary>Latencies counted so far.</summary>
    public long Count => _counts.Sum();

    /// <summary>Counts a latency.</summary>
    /// <param name="latency">Less than 1 µs counts as 1 µs, more than the largest bucket as that.</param>
    /// <param name="times">How often.</param>
    public void Add(TimeSpan latency, int times = 1)
    {
        // A latency of exactly a bound belongs below it.
        _counts[BucketOf((latency.Ticks - 1) / TimeSpan.TicksPerMicrosecond)] += times;
        _ticks += Math.Max(0, latency.Ticks) * times;
    }

    /// <summary>Counts in coarse buckets, as they were at one moment.</summary>
    /// <param name="cumulative">Receives, a bound, the latencies that do not exceed it, then the count of all.</param>
    /// <returns>The sum of all in seconds.</returns>
    public double ReadCoarse(Span<long> cumulative)
    {
        double seconds = TimeSpan.FromTicks(Volatile.Read(ref _ticks)).TotalSeconds;
        long seen = 0;
        int bucket = 0;
        for (int exponent = FirstBound; exponent <= LastBound; exponent++)
        {
            for (; bucket <= exponent * PerOctave; bucket++) seen += Volatile.Read(ref _counts[bucket]);
            cumulative[exponent - FirstBound] = seen;
        }
        for (; bucket < _counts.Length; bucket++) seen += Volatile.Read(ref _counts[bucket]);
        cumulative[LastBound - FirstBound + 1] = seen;
        return seconds;
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

    private static TimeSpan UpperBound(int bucket)
    {
        if (bucket == 0) return TimeSpan.FromMicroseconds(1);
        int octave = (bucket - 1) / PerOctave, part = (bucket - 1) % PerOctave;
        return TimeSpan.FromMicroseconds((1L << octave) * (1 + (part + 1) / (double)PerOctave));
    }
}
