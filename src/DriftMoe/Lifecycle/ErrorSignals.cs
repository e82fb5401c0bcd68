using StreamMoe.Experts.Drift;
using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Lifecycle;

/// <summary>Watches the 0/1 errors of the mixture and of each of its experts, over the learned instances in order.</summary>
/// <remarks>
/// The mixture has two ADWINs on every error: a confident one for drifts and a less confident one for warnings; a cut counts when the error
/// has risen. Each expert that has its say has an HDDM_A for rises on every <see cref="SampleEvery"/>th error: about 15 ns an error, 72 bytes, and
/// the fewest false alarms of the detectors that warn (docs/detectors.md). A source's warnings, and an expert's drifts, are reported at most once
/// in <see cref="Gap"/> instances.
/// </remarks>
internal sealed class ErrorSignals
{
    /// <summary>Learned instances from one error of an expert that its detector sees to the next: 4.</summary>
    public const int SampleEvery = 4;

    /// <summary>Learned instances between two reports of one source: 1,000.</summary>
    public const long Gap = 1000;

    private readonly LifecycleOptions _options;
    private readonly Adwin _drift, _warning;
    private readonly HddmA[] _experts;
    private readonly SignalGap _warnings, _drifts;

    /// <param name="options">δ of the two windows, and whether experts are watched.</param>
    /// <param name="experts">Number of experts.</param>
    public ErrorSignals(LifecycleOptions options, int experts)
    {
        _options = options;
        (_drift, _warning) = (new Adwin(options.DriftDelta), new Adwin(options.WarningDelta));
        HddmAOptions hddm = new() { TypeOfTest = DriftTestSides.OneSided };
        _experts = new HddmA[options.ExpertDetector && options.Enabled ? experts : 0];
        for (int e = 0; e < _experts.Length; e++) _experts[e] = new HddmA(hddm);
        (_warnings, _drifts) = (new SignalGap(experts + 1, Gap), new SignalGap(experts, Gap));
    }

    /// <summary>Size of the state in bytes, from logical counts.</summary>
    public long ByteSize => _drift.ByteSize + _warning.ByteSize + _experts.Sum(e => e.ByteSize + 16);

    /// <summary>Takes an error of the mixture in.</summary>
    public DriftSignal Mixture(bool wrong, Moment at)
    {
        double error = wrong ? 1 : 0, before = _drift.Mean, warnedBefore = _warning.Mean;
        bool warned = _warning.Add(error) && _warning.Mean > warnedBefore;
        if (_drift.Add(error) && _drift.Mean > before)
        {
            at.Signal(PoolEventKind.Drift, -1, "mixture", "adwin", new("error", _drift.Mean), new("errorBefore", before), new("window", _drift.Width));
            return DriftSignal.Drift;
        }
        if (!warned) return DriftSignal.None;
        if (_warnings.MaySignal(_experts.Length, at.Learned))
            at.Signal(PoolEventKind.Warning, -1, "mixture", "adwin", new("error", _warning.Mean), new("errorBefore", warnedBefore), new("window", _warning.Width));
        return DriftSignal.Warning;
    }

    /// <summary>Takes a sampled error of an expert in. Its signals are told and change nothing: experts look after themselves, and what one is
    /// worth to the mixture is measured all the time.</summary>
    public void Expert(int expert, bool wrong, string description, Moment at)
    {
        if (_experts.Length == 0) return;
        HddmA detector = _experts[expert];
        DriftSignal signal = detector.Update(wrong ? 1 : 0);
        if (signal == DriftSignal.None) return;
        bool drift = signal == DriftSignal.Drift;
        if ((drift ? _drifts : _warnings).MaySignal(expert, at.Learned))
            at.Signal(drift ? PoolEventKind.Drift : PoolEventKind.Warning, expert, description, "hddm-a", new KeyValuePair<string, double>("error", detector.Estimation));
    }

    /// <summary>Forgets the errors of an expert that starts anew.</summary>
    public void Reset(int expert)
    {
        if (_experts.Length > 0) _experts[expert].Reset();
    }

    public void Save(StateWriter writer)
    {
        writer.Mark("error-signals");
        _drift.Save(writer);
        _warning.Save(writer);
        foreach (HddmA expert in _experts) expert.Save(writer);
        _warnings.Save(writer);
        _drifts.Save(writer);
    }

    public void Load(StateReader reader)
    {
        reader.Mark("error-signals");
        _drift.Load(reader);
        _warning.Load(reader);
        foreach (HddmA expert in _experts) expert.Load(reader);
        _warnings.Load(reader);
        _drifts.Load(reader);
    }
}
