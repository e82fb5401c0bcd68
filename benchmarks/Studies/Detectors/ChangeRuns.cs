using StreamMoe.Experts.Drift;
using StreamMoe.Experts.Randomness;

namespace StreamMoe.Studies.Detectors;

/// <summary>What a detector does, over many repetitions, on a change of the error rate.</summary>
/// <param name="Repetitions">Number of repetitions.</param>
/// <param name="AlarmsBefore">Drift signals before the change, over all repetitions.</param>
/// <param name="Delays">Inputs from the change's beginning up to the first drift signal, both ends included, in rising
/// order; one for each repetition in which there was a signal in time.</param>
internal sealed record ChangeRuns(int Repetitions, int AlarmsBefore, IReadOnlyList<int> Delays)
{
    /// <value>Share of the repetitions without a signal in time.</value>
    public double Missed => 1 - Delays.Count / (double)Repetitions;

    /// <value>Mean of the delays; NaN when there is none.</value>
    public double Mean => Delays.Count == 0 ? double.NaN : Delays.Average();

    /// <value>Median over all repetitions, a missed change counting as the longest; null when half of them or more were missed.</value>
    public double? Median
    {
        get
        {
            int low = (Repetitions - 1) / 2, high = Repetitions / 2;
            return high < Delays.Count ? (Delays[low] + Delays[high]) / 2.0 : null;
        }
    }

    /// <summary>Runs a new detector in each repetition. Repetition i (from 1) has the uniform numbers of seed i, whatever the
    /// detector and the rate: inputs before the change are the same in all runs with the same first rate.</summary>
    /// <param name="options">The detector.</param>
    /// <param name="rate">Probability of a 1.</param>
    /// <param name="before">Inputs before the change.</param>
    /// <param name="limit">Inputs after its beginning in which a signal counts as in time.</param>
    /// <param name="repetitions">Number of repetitions.</param>
    public static ChangeRuns Measure(DetectorOptions options, ErrorRate rate, int before, int limit, int repetitions)
    {
        int alarms = 0;
        List<int> delays = [];
        for (int repetition = 1; repetition <= repetitions; repetition++)
        {
            IDriftDetector detector = options.CreateDetector();
            SeededRandom random = new((ulong)repetition);
            for (int t = -before; t < limit; t++)
            {
                if (detector.Update(random.NextDouble() < rate.At(t) ? 1 : 0) != DriftSignal.Drift) continue;
                if (t < 0)
                {
                    alarms++;
                    continue;
                }
                delays.Add(t + 1);
                break;
            }
        }
        delays.Sort();
        return new ChangeRuns(repetitions, alarms, delays);
    }
}
