using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Lifecycle;

/// <summary>Tells drifts of the inputs that need no new concept: the attributes moved, and over the instances learned next the mixture erred no more than before.</summary>
/// <remarks>It opens when an attribute drifts, with the mixture's error μ₀ then, and lasts <see cref="Length"/> learned instances. If no drift of the mixture
/// is signalled meanwhile, and their error is at most μ₀ + 2·√(max(μ₀(1 − μ₀), 0.005)/n), the drift was virtual. One watch at a time.</remarks>
internal sealed class VirtualDriftWatch
{
    /// <summary>Learned instances of a watch: 1,000.</summary>
    public const int Length = 1000;

    private string _source = "", _test = "";
    private double _before, _pValue;
    private int _rows, _errors;

    /// <summary>Begins a watch, unless one lasts.</summary>
    public void Open(string source, string test, double pValue, double error)
    {
        if (_source.Length > 0) return;
        (_source, _test, _pValue, _before, _rows, _errors) = (source, test, pValue, error, 0, 0);
    }

    /// <summary>Takes in a learned instance.</summary>
    /// <param name="wrong">Whether the mixture erred.</param>
    /// <param name="drift">Whether a drift of the mixture was signalled: then the concept moved too.</param>
    /// <param name="at">The moment.</param>
    public void Add(bool wrong, bool drift, Moment at)
    {
        if (_source.Length == 0) return;
        _errors += wrong ? 1 : 0;
        if (drift) _source = "";
        else if (++_rows == Length)
        {
            double error = (double)_errors / Length;
            if (error <= ErrorSignals.Bound(_before, Length))
                at.Signal(PoolEventKind.VirtualDrift, -1, _source, _test, new("pValue", _pValue), new("error", error), new("errorBefore", _before));
            _source = "";
        }
    }

    public void Save(StateWriter writer)
    {
        writer.Mark("virtual-drift");
        writer.Write(_source);
        writer.Write(_test);
        writer.Write(_pValue);
        writer.Write(_before);
        writer.Write(_rows);
        writer.Write(_errors);
    }

    public void Load(StateReader reader)
    {
        reader.Mark("virtual-drift");
        _source = reader.ReadString();
        _test = reader.ReadString();
        _pValue = reader.ReadDouble();
        _before = reader.ReadDouble();
        // A watch that has ended keeps its counts.
        _rows = reader.ReadInt32(0, _source.Length > 0 ? Length - 1 : Length, "the instances of a watch on the inputs");
        _errors = reader.ReadInt32(0, _source.Length > 0 ? _rows : Length, "the errors of a watch on the inputs");
    }
}
