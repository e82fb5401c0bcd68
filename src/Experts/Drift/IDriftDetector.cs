using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Drift;

/// <summary>Watches one number a step, mostly the 0/1 error of a prediction, and says when its distribution has changed.</summary>
/// <remarks>
/// One thread at a time. The state is a pure function of the options and the inputs since the last <see cref="Reset"/>.
/// After a drift the detector restarts by itself. An input costs bounded time and, on the steady path, allocates nothing;
/// the state has a bound that does not depend on the number of inputs. Both bounds stand with each detector.
/// </remarks>
public interface IDriftDetector
{
    /// <summary>Takes one input.</summary>
    /// <param name="value">1 = wrong prediction, 0 = right one; some detectors take any real number.</param>
    /// <returns>The signal after this input.</returns>
    /// <exception cref="ArgumentOutOfRangeException">NaN, infinite, or outside what the detector takes; the state is as before.</exception>
    DriftSignal Update(double value);

    /// <value>The detector's estimate of the present mean of the inputs (EDDM: of the distance between errors);
    /// 0 in a detector that keeps none.</value>
    double Estimation { get; }

    /// <summary>Puts the detector back to the state in which it was made.</summary>
    void Reset();

    /// <value>Size of the state in bytes, computed from logical counts (never from capacities or the collector).</value>
    long ByteSize { get; }

    /// <summary>Writes the whole state, or replaces it by one that a detector with the same options wrote.</summary>
    /// <exception cref="StateFormatException">The bytes that are read are not such a state.</exception>
    void Persist(IState state);
}
