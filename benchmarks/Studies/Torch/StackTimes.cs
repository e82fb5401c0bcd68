using System.Diagnostics;
using StreamMoe.Experts.Neural;
using StreamMoe.Experts.Randomness;

namespace StreamMoe.Studies.Torch;

/// <summary>What a call of a stack takes, wall-clock on one thread: the least of several calls.</summary>
internal static class StackTimes
{
    private const int Inputs = 24, Outputs = 12;
    private static readonly TimeSpan s_enough = TimeSpan.FromMilliseconds(120);

    /// <summary>Microseconds to evaluate a net on some rows, and to make a step on them.</summary>
    public static (double Forward, double Step) Of(string device, int width, int rows)
    {
        MlpOptions options = new() { Inputs = Inputs, Hidden = [width, width / 2], Outputs = Outputs };
        IMlpStack stack = MlpBackends.Create(options, device, rows);
        using IDisposable? freed = stack as IDisposable;
        stack.AddMember(1);
        SeededRandom random = new(7);
        float[] x = new float[rows * Inputs], logits = new float[rows * Outputs];
        for (int i = 0; i < x.Length; i++) x[i] = (float)random.NextGaussian();
        int[] labels = new int[rows];
        for (int row = 0; row < rows; row++) labels[row] = random.NextInt(Outputs);
        return (Least(() => stack.Forward(0, rows, x, logits)), Least(() => stack.TrainSoftmax(0, rows, x, labels)));
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
