using StreamMoe.Experts.Drift;
using StreamMoe.Experts.Drift.Windows;
using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Lifecycle;

/// <summary>Watches the 0/1 errors of the mixture and of each of its experts, over the learned instances in order.</summary>
/// <remarks>
/// The mixture has two ADWINs on every error: a confident one for drifts and a less confident one for warnings; a cut counts when the error
/// has risen. Its drifts are reported at most once in <see cref="Gap"/> instances, and on request only when the next instances confirm them
/// (<see cref="LifecycleOptions.ConfirmDrift"/>); the lifecycle answers each at once. Each expert that is heard has an HDDM_A for rises on every <see cref="SampleEvery"/>th error: about 15 ns an error, 72 bytes, and
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
    private readonly SignalGap _warnings, _drifts, _mixtureDrifts = new(1, Gap);

    // A drift of the mixture that waits to be confirmed: the error before, and what has come since; no rows left = none waits.
    private double _waitingBefore;
    private int _waitingErrors, _waitingLeft;

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

    /// <summary>The mixture's error over the window since its last drift, in [0, 1].</summary>
    public double MixtureError => _drift.Mean;

    /// <summary>Error of a number of instances that is no more than an error before by more than chance: μ₀ + 2·√(max(μ₀(1 − μ₀), 0.005)/n).</summary>
    public static double Bound(double before, int instances) => before + 2 * Math.Sqrt(Math.Max(before * (1 - before), 0.005) / instances);

    /// <summary>Takes an error of the mixture in.</summary>
    public DriftSignal Mixture(bool wrong, Moment at)
    {
        if (_waitingLeft > 0) Confirm(wrong, at);
        double error = wrong ? 1 : 0, before = _drift.Mean, warnedBefore = _warning.Mean;
        bool warned = _warning.Add(error) && _warning.Mean > warnedBefore;
        if (_drift.Add(error) && _drift.Mean > before)
        {
            if (_options.ConfirmDrift == 0) Report(at, before, _drift.Mean, _drift.Width);
            else if (_waitingLeft == 0) (_waitingBefore, _waitingErrors, _waitingLeft) = (before, 0, _options.ConfirmDrift);
            return DriftSignal.Drift;
        }
        if (!warned) return DriftSignal.None;
        if (_warnings.MaySignal(_experts.Length, at.Learned))
            at.Signal(PoolEventKind.Warning, -1, "mixture", "adwin", new("error", _warning.Mean), new("errorBefore", warnedBefore), new("window", _warning.Width));
        return DriftSignal.Warning;
    }

    private void Confirm(bool wrong, Moment at)
    {
        _waitingErrors += wrong ? 1 : 0;
        if (--_waitingLeft > 0) return;
        double error = (double)_waitingErrors / _options.ConfirmDrift;
        if (error > Bound(_waitingBefore, _options.ConfirmDrift)) Report(at, _waitingBefore, error, _options.ConfirmDrift);
    }

    private void Report(Moment at, double before, double error, double window)
    {
        if (_mixtureDrifts.MaySignal(0, at.Learned))
            at.Signal(PoolEventKind.Drift, -1, "mixture", "adwin", new("error", error), new("errorBefore", before), new("window", window));
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
        _drift.Persist(writer);
        _warning.Persist(writer);
        foreach (HddmA expert in _experts) expert.Persist(writer);
        _warnings.Save(writer);
        _drifts.Save(writer);
        _mixtureDrifts.Save(writer);
        writer.Write(_waitingBefore);
        writer.Write(_waitingErrors);
        writer.Write(_waitingLeft);
    }

    public void Load(StateReader reader)
    {
        reader.Mark("error-signals");
        _drift.Persist(reader);
        _warning.Persist(reader);
        foreach (HddmA expert in _experts) expert.Persist(reader);
        _warnings.Load(reader);
        _drifts.Load(reader);
        _mixtureDrifts.Load(reader);
        _waitingBefore = reader.ReadDouble();
        _waitingErrors = reader.ReadInt32(0, _options.ConfirmDrift, "the errors since a drift");
        _waitingLeft = reader.ReadInt32(0, _options.ConfirmDrift, "the instances until a drift is confirmed");
    }
}
