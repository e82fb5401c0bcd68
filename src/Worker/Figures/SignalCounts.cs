using StreamMoe.DriftMoe;

namespace StreamMoe.Worker.Figures;

/// <summary>Counts what detectors signalled by signal, kind of source and detector.</summary>
/// <remarks>The table is bounded: detectors beyond <see cref="MostDetectors"/> are counted together. One thread adds, any may read. Not part of a
/// partition's state: it begins anew with the worker.</remarks>
internal sealed class SignalCounts
{
    /// <summary>Detectors told apart: 15.</summary>
    public const int MostDetectors = 15;

    private static readonly string[] s_signals = ["drift", "warning", "virtual-drift"], s_sources = ["mixture", "confidence", "input", "expert"];

    private readonly string[] _detectors = new string[MostDetectors + 1];
    private readonly long[] _counts = new long[s_signals.Length * s_sources.Length * (MostDetectors + 1)];
    private readonly bool[] _seen = new bool[s_signals.Length * s_sources.Length * (MostDetectors + 1)];
    private int _detectorCount;

    /// <summary>Begins with 0 of what today's learners may signal, so that the first signal is a rise.</summary>
    public SignalCounts()
    {
        _detectors[MostDetectors] = "other";
        foreach ((string source, string detector) in ((string, string)[])[("mixture", "adwin"), ("expert", "hddm-a")])
        {
            Show("drift", source, detector);
            Show("warning", source, detector);
        }
        foreach ((string source, string detector) in ((string, string)[])[("confidence", "hddm-a"), ("input", "chi-square"), ("input", "kolmogorov-smirnov")])
            Show("warning", source, detector);
        foreach (string detector in (string[])["chi-square", "kolmogorov-smirnov"]) Show("virtual-drift", "input", detector);
    }

    /// <summary>One row of the table.</summary>
    public readonly record struct Row(string Signal, string Source, string Detector, long Count);

    /// <value>The rows that count something, or may.</value>
    public IEnumerable<Row> Rows
    {
        get
        {
            for (int at = 0; at < _counts.Length; at++)
                if (Volatile.Read(ref _seen[at]))
                    yield return new Row(s_signals[at / (s_sources.Length * (MostDetectors + 1))], s_sources[at / (MostDetectors + 1) % s_sources.Length],
                        _detectors[at % (MostDetectors + 1)], _counts[at]);
        }
    }

    /// <summary>Counts an event of a pool when it is a signal.</summary>
    public void Add(PoolEvent happened)
    {
        if (happened.Kind.SignalName() is not { } name) return;
        int at = PlaceOf(Array.IndexOf(s_signals, name), SourceOf(happened), happened.Detector);
        _counts[at]++;
        Volatile.Write(ref _seen[at], true);
    }

    private static int SourceOf(PoolEvent signal) => signal switch
    {
        { Expert: >= 0 } => 3,
        { Source: "mixture" } => 0,
        { Source: "confidence" } => 1,
        _ => 2,
    };

    private void Show(string signal, string source, string detector)
        => _seen[PlaceOf(Array.IndexOf(s_signals, signal), Array.IndexOf(s_sources, source), detector)] = true;

    private int PlaceOf(int signal, int source, string detector)
    {
        int d = Array.IndexOf(_detectors, detector, 0, _detectorCount);
        if (d < 0 && _detectorCount < MostDetectors) _detectors[d = _detectorCount++] = detector;
        if (d < 0) d = MostDetectors;
        return (signal * s_sources.Length + source) * (MostDetectors + 1) + d;
    }
}
