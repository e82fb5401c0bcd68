using StreamMoe.DriftMoe;
using StreamMoe.Experts.State;

namespace StreamMoe.StreamHost.Replay;

/// <summary>One signal of a detector.</summary>
/// <param name="Position">Zero-based position of the instance.</param>
/// <param name="Signal"><c>drift</c>, <c>warning</c> or <c>virtual-drift</c>.</param>
/// <param name="Source">What drifted, for example <c>mixture</c>.</param>
/// <param name="Detector">The detector.</param>
internal readonly record struct SignalPoint(long Position, string Signal, string Source, string Detector);

/// <summary>Counts of what happened to a pool during a replay, and its first signals.</summary>
internal sealed class PoolHistory
{
    /// <summary>Most signals kept: 10,000; all are counted.</summary>
    public const int MostSignals = 10_000;

    private readonly long[] _counts = new long[Enum.GetValues<PoolEventKind>().Length];
    private readonly List<SignalPoint> _signals = [];

    /// <summary>The first signals, in order.</summary>
    public IReadOnlyList<SignalPoint> Signals => _signals;

    /// <summary>Drifts of the mixture itself; the others are single experts'.</summary>
    public long MixtureDrifts { get; private set; }

    /// <summary>How often something happened.</summary>
    public long CountOf(PoolEventKind kind) => _counts[(int)kind];

    /// <summary>Takes the events of a block in.</summary>
    /// <param name="events">The events.</param>
    /// <param name="positionOfRow">Position of the instance that a row of the block belongs to.</param>
    public void Add(List<PoolEvent> events, Func<int, long> positionOfRow)
    {
        foreach (PoolEvent happened in events)
        {
            _counts[(int)happened.Kind]++;
            if (happened is { Kind: PoolEventKind.Drift, Expert: < 0 }) MixtureDrifts++;
            if (happened.Kind.SignalName() is { } name && _signals.Count < MostSignals)
                _signals.Add(new SignalPoint(positionOfRow(happened.Row), name, happened.Source, happened.Detector));
        }
    }

    /// <summary>Writes counts and signals.</summary>
    public void Save(StateWriter writer)
    {
        writer.Mark("pool-history");
        writer.Write(_counts);
        writer.Write(MixtureDrifts);
        writer.Write(_signals.Count);
        foreach (SignalPoint signal in _signals)
        {
            writer.Write(signal.Position);
            writer.Write(signal.Signal);
            writer.Write(signal.Source);
            writer.Write(signal.Detector);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Load(StateReader reader)
    {
        reader.Mark("pool-history");
        reader.ReadInto(_counts.AsSpan(), "the counts of a pool's events");
        MixtureDrifts = reader.ReadInt64();
        int count = reader.ReadInt32(0, MostSignals, "the number of signals");
        _signals.Clear();
        for (int i = 0; i < count; i++)
            _signals.Add(new SignalPoint(reader.ReadInt64(), reader.ReadString(), reader.ReadString(), reader.ReadString()));
    }
}
