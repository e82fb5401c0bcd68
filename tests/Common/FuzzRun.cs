using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace StreamMoe.Tests.Common;

/// <summary>Gives a parser many cases and watches that each ends, soon, within bounded memory, in a value or in an error that is documented.</summary>
internal static class FuzzRun
{
    /// <summary>Memory that one case may take from the heap, in bytes: 64 MiB.</summary>
    public const long MaxBytes = 64L << 20;

    /// <summary>The number in this variable is the only case that is run.</summary>
    public const string Only = "STREAMMOE_FUZZ_CASE";

    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(2), s_hung = TimeSpan.FromSeconds(60);

    /// <summary>Runs cases 0 to <paramref name="cases"/> − 1.</summary>
    /// <param name="make">Makes the bytes of a case.</param>
    /// <param name="parse">Reads them. True: accepted. False: refused as documented. An exception of its own ends the run as a fault.</param>
    /// <returns>How many were accepted and refused.</returns>
    public static (int Accepted, int Refused) Run(int cases, Func<int, byte[]> make, Func<byte[], bool> parse)
    {
        int first = 0, accepted = 0, refused = 0, current = 0;
        if (int.TryParse(Environment.GetEnvironmentVariable(Only), CultureInfo.InvariantCulture, out int only)) (first, cases) = (only, only + 1);
        Exception? fault = null;
        Thread thread = new(() =>
        {
            for (int n = first; n < cases; n++)
            {
                Volatile.Write(ref current, n);
                byte[] bytes = make(n);
                try
                {
                    if (Watched(bytes, parse)) accepted++;
                    else refused++;
                }
                catch (Exception e)
                {
                    fault = new FuzzException($"Case {n} ({Only}={n} runs it alone): {e.GetType().Name}: {e.Message}\n{Show(bytes)}", e);
                    return;
                }
            }
        })
        { IsBackground = true };
        thread.Start();
        for (int seen = -1; !thread.Join(s_hung); seen = Volatile.Read(ref current))
            if (seen == Volatile.Read(ref current)) throw new FuzzException($"Case {seen} does not end ({Only}={seen} runs it alone).\n{Show(make(seen))}", null);
        if (fault is not null) throw fault;
        return (accepted, refused);
    }

    /// <summary>A case that was slow is tried again, so that a busy machine is not taken for a slow parser.</summary>
    private static bool Watched(byte[] bytes, Func<byte[], bool> parse)
    {
        for (int attempt = 1; ; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread(), started = Stopwatch.GetTimestamp();
            bool accepted = parse((byte[])bytes.Clone());
            TimeSpan took = Stopwatch.GetElapsedTime(started);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated > MaxBytes) throw new InvalidOperationException($"{bytes.Length} bytes took {allocated >> 20} MiB of memory; at most {MaxBytes >> 20} are allowed.");
            if (took < s_soon) return accepted;
            if (attempt == 3) throw new InvalidOperationException($"{bytes.Length} bytes took {took.TotalSeconds:F1} s three times; at most {s_soon.TotalSeconds} are allowed.");
        }
    }

    private static string Show(byte[] bytes)
    {
        const int most = 1000;
        string more = bytes.Length > most ? $" … ({bytes.Length} bytes)" : "";
        return $"{Encoding.UTF8.GetString(bytes, 0, Math.Min(bytes.Length, most))}{more}\nBase64: {Convert.ToBase64String(bytes, 0, Math.Min(bytes.Length, most))}{more}";
    }
}
