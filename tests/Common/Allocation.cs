namespace StreamMoe.Tests.Common;

/// <summary>Measures what work allocates on its own thread.</summary>
internal static class Allocation
{
    /// <summary>Bytes that the steady work allocates: the least of five runs, because the runtime itself now and then allocates on the thread
    /// (a method compiled late, a type loaded), and what the work allocates comes back in every run.</summary>
    public static long Of(Action work)
    {
        long least = long.MaxValue;
        for (int run = 0; run < 5 && least > 0; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
