using System.Diagnostics;
using StreamMoe.Experts.Neural;
using StreamMoe.Experts.Randomness;

namespace StreamMoe.Studies.Torch;

/// <summary>What a call of a stack takes, wall-clock on one thread: the least of several calls.</summary>
internal static class StackTimes
{
    private const int Inputs = 24, Outputs = 12;
    private static readonly TimeSpan s_enough = TimeSpan.FromMilliseconds(120);

    /// <summary>Multiply-adds of all members going forward over the rows.</summary>
    public static long Work(int width, int members, int rows) => (long)members * rows * (Inputs * width + width * (width / 2) + width / 2 * Outputs);

    /// <summary>Microseconds to evaluate all members, and to make a step of each, on the same rows.</summary>
    public static (double Forward, double Step) Of(string device, int width, int members, int rows)
    {
        MlpOptions options = new() { Inputs = Inputs, Hidden = [width, width / 2], Outputs = Outputs };
        IMlpStack stack = MlpBackends.Create(options, device, rows);
        using IDisposable? freed = stack as IDisposable;
        for (int member = 0; member < members; member++) stack.AddMember((ulong)member + 1);
        SeededRandom random = new(7);
        float[] x = new float[rows * Inputs], logits = new float[members * rows * Outputs];
        for (int i = 0; i < x.Length; i++) x[i] = (float)random.NextGaussian();
        int[] labels = new int[rows];
        for (int row = 0; row < rows; row++) labels[row] = random.NextInt(Outputs);
        double[] losses = new double[members];
        return (Least(() => stack.ForwardAll(rows, x, logits)), Least(() => stack.TrainSoftmaxAll(rows, x, labels, [], losses)));
    }

    private static double Least(Action call)
    {
        call();
        double least = double.PositiveInfinity;
        long began = Stopwatch.GetTimestamp();
        for (int i = 0; i < 3 || (Stopwatch.GetElapsedTime(began) < s_enough && i < 2000); i++)
        {
            long start = Stopwatch.GetTimestamp();
            call();
            least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }
        return least;
    }
}
