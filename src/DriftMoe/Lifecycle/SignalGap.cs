using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Lifecycle;

/// <summary>Keeps sources of signals from repeating themselves: one that has signalled is not heard again for a while.</summary>
/// <param name="sources">Number of sources.</param>
/// <param name="gap">Steps between two signals of a source, ≥ 0.</param>
internal sealed class SignalGap(int sources, long gap)
{
    private readonly long[] _silentUntil = new long[sources];

    /// <summary>True when the source may signal now; then it is silent for the gap.</summary>
    /// <param name="source">The source, in [0, sources).</param>
    /// <param name="now">A count of steps that never falls.</param>
    public bool MaySignal(int source, long now)
    {
        if (now < _silentUntil[source]) return false;
        _silentUntil[source] = now + gap;
        return true;
    }

    public void Save(StateWriter writer) => writer.Write(_silentUntil);

    public void Load(StateReader reader) => reader.ReadInto(_silentUntil.AsSpan(), "the silence of the signals' sources");
}
