using StreamMoe.Experts.State;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Drift;

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
    private double _p, _pMin, _sMin, _minimum;
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
    public double Estimation { get; private set; }

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
        Estimation = _p;
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
        Estimation = 0;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Mark("rddm");
        writer.Write(_mark == None ? None : _mark - _head);
        writer.Write(_warningStart);
        writer.Write(_inputs);
        writer.Write(_n);
        writer.Write(_p);
        writer.Write(_pMin);
        writer.Write(_sMin);
        writer.Write(_minimum);
        writer.Write(_pending);
        writer.Write(_drifted);
        writer.Write(Estimation);
        byte[] kept = new byte[_tail - _head];
        for (int i = 0; i < kept.Length; i++) kept[i] = _kept[(_head + i) % _kept.Length];
        writer.Write(kept);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        reader.Mark("rddm");
        _mark = reader.ReadInt64(None, long.MaxValue / 1024, "the mark of the detector");
        _warningStart = reader.ReadInt64(None, long.MaxValue / 1024, "the start of the warning");
        _inputs = reader.ReadCount("a count of the detector");
        _n = reader.ReadCount("a count of the detector");
        _p = reader.ReadNumber();
        _pMin = reader.ReadNumber();
        _sMin = reader.ReadNumber();
        _minimum = reader.ReadNumber();
        _pending = reader.ReadBoolean();
        _drifted = reader.ReadBoolean();
        Estimation = reader.ReadNumber();
        byte[] kept = reader.ReadArray<byte>();
        if (kept.Length > _kept.Length || kept.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)1))
            throw new StateFormatException($"RDDM keeps {kept.Length} inputs; must be at most {_kept.Length}, each 0 or 1.");
        kept.CopyTo(_kept, 0);
        (_head, _tail) = (0, kept.Length);
        if (_mark < None || _mark >= _tail)
            throw new StateFormatException($"RDDM's warning starts at kept input {_mark}; must be in [0, {_tail}), or −1 for none.");
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
