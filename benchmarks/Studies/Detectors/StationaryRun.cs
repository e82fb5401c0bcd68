using StreamMoe.Experts.Drift;
using StreamMoe.Experts.Drift.Windows;
using StreamMoe.Experts.Randomness;

namespace StreamMoe.Studies.Detectors;

/// <summary>What a detector does on inputs whose distribution never changes.</summary>
/// <param name="Drifts">Drift signals, all of them false alarms.</param>
/// <param name="Warnings">Inputs answered by a warning.</param>
/// <param name="ByteSize">Size of the state after the last input, in bytes.</param>
internal sealed record StationaryRun(int Drifts, int Warnings, long ByteSize)
{
    /// <summary>Runs a new detector over 0/1 inputs.</summary>
    /// <param name="options">The detector.</param>
    /// <param name="rate">Probability of a 1, in [0, 1].</param>
    /// <param name="inputs">Number of inputs.</param>
    /// <param name="seed">Seed of the inputs.</param>
    public static StationaryRun Measure(DetectorOptions options, double rate, int inputs, ulong seed)
    {
        IDriftDetector detector = options.CreateDetector();
        SeededRandom random = new(seed);
        int drifts = 0, warnings = 0;
        for (int i = 0; i < inputs; i++)
        {
            DriftSignal signal = detector.Update(random.NextDouble() < rate ? 1 : 0);
            if (signal == DriftSignal.Drift) drifts++;
            if (signal == DriftSignal.Warning) warnings++;
        }
        return new StationaryRun(drifts, warnings, detector.ByteSize);
    }
}
