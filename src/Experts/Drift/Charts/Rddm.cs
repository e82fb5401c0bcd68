using StreamMoe.Experts.State;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Drift.Charts;

/// <summary>RDDM: DDM that forgets: long concepts are shortened to their recent inputs, and long warnings become drifts.</summary>
/// <remarks>
/// The last inputs are kept. After a drift the statistics are recomputed over the inputs since the warning began; after
/// maxSizeConcept inputs without a warning, over all kept inputs (silently, the minimum stays). A warning that lasts
/// warnLimit inputs is a drift. The recomputation happens within the input that follows.
/// <para>O(1) an input, O(minSizeStableConcept) at a recomputation; minSizeStableConcept + 90 bytes. Inputs 0 or 1.</para>
/// Source: Barros, Cabral, Gonçalves, Santos 2017, RDDM: Reactive drift detection method; MOA's variant.
/// </remarks>
internal sealed class Rddm : IDriftDetector
{
    private const long None = -1;

    private readonly RddmOptions _options;
    private readonly byte[] _kept;
    private long _head, _tail;
    private long _mark, _warningStart;
    private long _inputs, _n;
    private double _p, _pMin, _sMin, _minimum, _estimation;
    private bool _pending, _drifted;

    /// <summary>Makes a detector.</summary>
    /// <param name="options">The options; the defaults if null.</param>
    /// <exception cref="OptionException">Some options are out of their range; the text names all of them.</exception>
    public Rddm(RddmOptions? options = null)
    {
        _options = (options ?? new RddmOptions()).Checked();
        _kept = new byte[_options.MinSizeStableConcept];
        Reset();
    }

    /// <inheritdoc/>
    public double Estimation => _estimation;

    /// <inheritdoc/>
    public long ByteSize => 90 + (_tail - _head);

    /// <inheritdoc/>
    public DriftSignal Update(double value)
    {
        DetectorInput.CheckBinary(value);
        if (_pending) Recompute();
        Keep((byte)value);
        double level = Learn(value, out double s);
        _inputs++;
        _estimation = _p;
        if (_n <= _options.MinNumInstances) return DriftSignal.None;
        if (level < _minimum) (_pMin, _sMin, _minimum) = (_p, s, level);
        if (level > _pMin + _options.DriftLevel * _sMin)
        {
            if (_warningStart == None) _head = _tail - 1;
            return Drift();
        }
        bool warning = level > _pMin + _options.WarningLevel * _sMin;
        if (!warning)
        {
            _mark = _warningStart = None;
        }
        else if (_warningStart == None)
        {
            _warningStart = _inputs;
            _mark = _tail - 1;
        }
        else if (_warningStart + _options.WarnLimit <= _inputs)
        {
            _head = _tail - 1;
            _mark = _warningStart = None;
            return Drift();
        }
        if (_n > _options.MaxSizeConcept && !warning) _pending = true;
        return warning ? DriftSignal.Warning : DriftSignal.None;
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _head = _tail = 0;
        _mark = _warningStart = None;
        _inputs = 0;
        _n = 1;
        _p = 1;
        _pMin = _sMin = _minimum = double.MaxValue;
        _pending = _drifted = false;
        _estimation = 0;
    }

    /// <inheritdoc/>
    /// <remarks>The kept inputs in order, the oldest first; the mark is a place among them.</remarks>
    public void Persist(IState state)
    {
        int count = (int)(_tail - _head);
        long mark = _mark == None ? None : _mark - _head;
        byte[] kept = new byte[_kept.Length];
        for (int i = 0; i < count; i++) kept[i] = _kept[(_head + i) % _kept.Length];
        state.Mark("rddm");
        state.Value(ref mark, None, _kept.Length - 1, "the kept input at which RDDM's warning began");
        state.Value(ref _warningStart, None, long.MaxValue / 1024, "the start of the warning");
        state.Count(ref _inputs, "a count of the detector");
        state.Count(ref _n, "a count of the detector");
        state.Value(ref _p);
        state.Value(ref _pMin);
        state.Value(ref _sMin);
        state.Value(ref _minimum);
        state.Value(ref _pending);
        state.Value(ref _drifted);
        state.Value(ref _estimation);
        state.Bits(kept, ref count, "inputs that RDDM keeps");
        if (!state.IsReading) return;
        if (mark >= count) throw new StateFormatException($"RDDM's warning began at kept input {mark}; must be in [0, {count}), or −1 for none.");
        kept.CopyTo(_kept, 0);
        (_mark, _head, _tail) = (mark, 0, count);
    }

    private DriftSignal Drift()
    {
        _pending = _drifted = true;
        return DriftSignal.Drift;
    }

    private void Keep(byte error)
    {
        if (_tail - _head == _kept.Length) _head++;
        if (_mark < _head) _mark = None;
        _kept[_tail++ % _kept.Length] = error;
    }

    /// <summary>Takes an input into the running error rate; gives p + s.</summary>
    private double Learn(double value, out double s)
    {
        _p += (value - _p) / _n;
        s = Math.Sqrt(_p * (1 - _p) / _n);
        _n++;
        return _p + s;
    }

    private void Recompute()
    {
        _n = 1;
        _p = 1;
        if (_drifted) _pMin = _sMin = _minimum = double.MaxValue;
        if (_mark != None) _head = _mark;
        for (long i = _head; i < _tail; i++)
        {
            bool mayBeMinimum = _drifted && _n > _options.MinNumInstances;
            double level = Learn(_kept[i % _kept.Length], out double s);
            if (mayBeMinimum && level < _minimum) (_pMin, _sMin, _minimum) = (_p, s, level);
        }
        _mark = _warningStart = None;
        _pending = _drifted = false;
    }
}
