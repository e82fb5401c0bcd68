using StreamMoe.Experts.Baselines;

namespace StreamMoe.Worker.History;

/// <summary>A stretch of a partition's history: how it stood at its end, and the extremes within.</summary>
/// <param name="Position">Records that the learner had taken in at the end of the stretch.</param>
/// <param name="Time">Its wall time, seconds since 1970.</param>
/// <param name="Accuracy">Window accuracy, mean over the stretch; NaN while undefined, as the next four.</param>
/// <param name="Low">Lowest window accuracy seen.</param>
/// <param name="High">Highest window accuracy seen.</param>
/// <param name="NoChange">Accuracy of no change over the window.</param>
/// <param name="Majority">Accuracy of the majority class over the window.</param>
/// <param name="Throughput">Records a second, mean over the stretch.</param>
/// <param name="Lag">Records not taken in yet, the most that were seen.</param>
/// <param name="Shares">Routing share of each row of the pool (see <see cref="PartitionHistory"/>), mean; rows that came later are missing at the end.</param>
/// <param name="Samples">Samples merged into this point, ≥ 1.</param>
internal sealed record LivePoint(
    long Position, double Time, double Accuracy, double Low, double High, double NoChange, double Majority, double Throughput, long Lag, float[] Shares, int Samples)
{
    /// <summary>One point for two stretches, of which the other one follows: extremes stay, amounts are means.</summary>
    public LivePoint Merge(LivePoint next)
    {
        int samples = Samples + next.Samples;
        float[] shares = new float[Math.Max(Shares.Length, next.Shares.Length)];
        for (int i = 0; i < shares.Length; i++)
            shares[i] = (float)Mean(i < Shares.Length ? Shares[i] : double.NaN, i < next.Shares.Length ? next.Shares[i] : double.NaN);
        return new LivePoint(next.Position, next.Time, Mean(Accuracy, next.Accuracy), Least(Low, next.Low), Most(High, next.High),
            Mean(NoChange, next.NoChange), Mean(Majority, next.Majority), Mean(Throughput, next.Throughput), Math.Max(Lag, next.Lag), shares, samples);

        double Mean(double a, double b) => double.IsNaN(a) ? b : double.IsNaN(b) ? a : (a * Samples + b * next.Samples) / samples;
    }

    private static double Least(double a, double b) => double.IsNaN(a) ? b : double.IsNaN(b) ? a : Math.Min(a, b);

    private static double Most(double a, double b) => double.IsNaN(a) ? b : double.IsNaN(b) ? a : Math.Max(a, b);
}
