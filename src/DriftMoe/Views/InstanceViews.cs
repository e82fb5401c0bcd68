using StreamMoe.Experts;
using StreamMoe.Experts.State;
using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Views;

/// <summary>What the experts of a pool see of an instance: the standardised view, and the temporal view that knows what came before.</summary>
/// <remarks>
/// Standardised (A): the columns of <see cref="AttributeColumns"/> by <see cref="RunningScale"/>, and a constant 1.
/// Temporal (B): A, and, standardised too, the last known labels (three of them; one when there are more than four classes), averages of
/// the known labels at rates 0.15 and 0.02, and for each numeric attribute its difference to its average at rate 1/32, to its previous value and
/// to its average at rate 1/8. A two-class label is one column, others a column a class (the classes known when the view was made).
/// Raw, for trees and baselines: the instance as it came, but of nominal attributes with many values (<see cref="AttributeColumns.HasManyValues"/>) the
/// columns of their <see cref="ValueOdds"/>, and of others the values behind the first <see cref="AttributeColumns.MostColumns"/> as the last of these.
/// An event changes the scales and averages of attributes, a label those of labels, so with late labels the last <em>known</em> ones are seen.
/// </remarks>
internal sealed class InstanceViews
{
    private const int MostLags = 3;
    private const double FastLabels = 0.15, SlowLabels = 0.02, SlowRate = 1.0 / 32, FastRate = 1.0 / 8;

    private readonly AttributeColumns _columns;
    private readonly RunningScale _scaleA;
    private readonly RunningScale _scaleB;
    private readonly RawView _rawView;
    private readonly int _labelWidth, _lags, _classes;
    private readonly int[] _lastLabels;
    private readonly double[] _fast, _slow;
    private readonly double[] _previous, _slowMean, _fastMean;
    private readonly double[] _raw, _extra, _numeric;
    private Moved? _before;

    /// <param name="schema">The stream's schema, as far as it is known now.</param>
    public InstanceViews(Schema schema)
    {
        _columns = new AttributeColumns(schema);
        _rawView = new RawView(schema.Snapshot()); // what experts that are made late go by
        _classes = Math.Max(2, schema.ClassCount);
        _labelWidth = _classes == 2 ? 1 : _classes;
        _lags = _classes > 4 ? 1 : MostLags;
        int numeric = _columns.NumericCount;
        int extra = _labelWidth * (_lags + 2) + 3 * numeric;
        _scaleA = new RunningScale(_columns.Count);
        _scaleB = new RunningScale(extra);
        _lastLabels = new int[_lags];
        Array.Fill(_lastLabels, InstanceBlock.NoLabel);
        (_fast, _slow) = (new double[_labelWidth], new double[_labelWidth]);
        (_previous, _slowMean, _fastMean) = (Missing(numeric), Missing(numeric), Missing(numeric));
        (_raw, _extra, _numeric) = (new double[_columns.Count], new double[extra], new double[numeric]);
        StandardisedLength = _columns.Count + 1;
        TemporalLength = StandardisedLength + extra;
        Length = TemporalLength + _rawView.Length;

        static double[] Missing(int length)
        {
            double[] values = new double[length];
            Array.Fill(values, double.NaN);
            return values;
        }
    }

    /// <value>Length of the standardised view.</value>
    public int StandardisedLength { get; }

    /// <value>Length of the temporal view; it begins with the standardised one.</value>
    public int TemporalLength { get; }

    /// <value>Length of all views: the temporal one, then the raw one where it is not the instance itself.</value>
    public int Length { get; }

    /// <value>Length of the raw view; 0 = it is the instance itself.</value>
    public int RawLength => _rawView.Length;

    /// <value>What the raw view looks like; it stays as it is when domains grow.</value>
    public Schema RawSchema => _rawView.Schema;

    /// <value>Size of the state in bytes, from logical counts.</value>
    public long ByteSize => _rawView.ByteSize + 24L * (_scaleA.Columns + _scaleB.Columns) + 8L * (_fast.Length * 2 + _numeric.Length * 3) + 4L * _lags;

    /// <summary>Leading values of the temporal view that an expert sees; 0 = it sees the raw instance.</summary>
    public int LengthOf(ExpertView view) => view switch
    {
        ExpertView.Standardised => StandardisedLength,
        ExpertView.Temporal => TemporalLength,
        _ => 0,
    };

    /// <summary>What an expert is told of the vectors that it sees.</summary>
    /// <param name="length">As of <see cref="LengthOf"/>.</param>
    public Schema SchemaOf(int length)
        => length == 0 ? RawSchema : new Schema(RawSchema.Relation, Enumerable.Range(0, length).Select(i => SchemaAttribute.Numeric($"v{i}")), RawSchema.Class);

    /// <summary>Takes an event in, and fills its views: the temporal one, whose first <see cref="StandardisedLength"/> values are the standardised one, then
    /// the raw one.</summary>
    /// <param name="features">The instance; NaN = missing.</param>
    /// <param name="view">Receives <see cref="Length"/> values; those of the temporal view are finite.</param>
    public void Observe(ReadOnlySpan<double> features, Span<double> view)
    {
        _rawView.Fill(features, view[TemporalLength..]);
        view = view[..TemporalLength];
        _columns.Fill(features, _rawView.Odds, _raw);
        _scaleA.Apply(_raw, view);
        view[StandardisedLength - 1] = 1;
        int at = 0;
        foreach (int label in _lastLabels) at = PutLabel(label, at);
        _fast.CopyTo(_extra, at);
        _slow.CopyTo(_extra, at += _labelWidth);
        at += _labelWidth;
        _columns.FillNumeric(features, _numeric);
        for (int i = 0; i < _numeric.Length; i++, at += 3)
        {
            double value = _numeric[i];
            _extra[at] = value - _slowMean[i];
            _extra[at + 1] = value - _previous[i];
            _extra[at + 2] = value - _fastMean[i];
            if (double.IsNaN(value)) continue;
            _previous[i] = value;
            _slowMean[i] = double.IsNaN(_slowMean[i]) ? value : _slowMean[i] + SlowRate * (value - _slowMean[i]);
            _fastMean[i] = double.IsNaN(_fastMean[i]) ? value : _fastMean[i] + FastRate * (value - _fastMean[i]);
        }
        _scaleB.Apply(_extra, view[StandardisedLength..]);
    }

    /// <summary>Fills the views that an event would get, and takes nothing in.</summary>
    /// <param name="features">The instance; NaN = missing.</param>
    /// <param name="view">As of <see cref="Observe"/>.</param>
    public void Peek(ReadOnlySpan<double> features, Span<double> view)
    {
        _before ??= new Moved(this);
        _before.Keep(this);
        Observe(features, view);
        _before.GiveBack(this);
    }

    /// <summary>Takes a label in, in the order in which labels become known.</summary>
    /// <param name="label">Class index; a class that was unknown when the view was made leaves the averages to the others.</param>
    /// <param name="features">The instance that it belongs to.</param>
    public void Learn(int label, ReadOnlySpan<double> features)
    {
        _rawView.Learn(features, label);
        for (int i = _lastLabels.Length - 1; i > 0; i--) _lastLabels[i] = _lastLabels[i - 1];
        _lastLabels[0] = label;
        for (int c = 0; c < _labelWidth; c++)
        {
            double hit = (_labelWidth == 1 ? label == 1 : label == c) ? 1 : 0;
            _fast[c] += FastLabels * (hit - _fast[c]);
            _slow[c] += SlowLabels * (hit - _slow[c]);
        }
    }

    /// <summary>Writes scales, averages and last labels.</summary>
    public void Save(StateWriter writer)
    {
        writer.Mark("views");
        _scaleA.Save(writer);
        _scaleB.Save(writer);
        writer.Write(_lastLabels);
        foreach (double[] values in (double[][])[_fast, _slow, _previous, _slowMean, _fastMean]) writer.Write(values);
        _rawView.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Load(StateReader reader)
    {
        reader.Mark("views");
        _scaleA.Load(reader);
        _scaleB.Load(reader);
        reader.ReadInto(_lastLabels.AsSpan(), "the last labels");
        foreach (double[] values in (double[][])[_fast, _slow, _previous, _slowMean, _fastMean]) reader.ReadInto(values.AsSpan(), "the averages of a view");
        _rawView.Load(reader);
    }

    /// <summary>What an event changes, kept so that it can be given back.</summary>
    private sealed class Moved(InstanceViews views)
    {
        private readonly RunningScale _scaleA = new(views._scaleA.Columns), _scaleB = new(views._scaleB.Columns);
        private readonly double[] _previous = [.. views._previous], _slowMean = [.. views._slowMean], _fastMean = [.. views._fastMean];

        public void Keep(InstanceViews from)
        {
            _scaleA.CopyFrom(from._scaleA);
            _scaleB.CopyFrom(from._scaleB);
            from._previous.CopyTo(_previous, 0);
            from._slowMean.CopyTo(_slowMean, 0);
            from._fastMean.CopyTo(_fastMean, 0);
        }

        public void GiveBack(InstanceViews to)
        {
            to._scaleA.CopyFrom(_scaleA);
            to._scaleB.CopyFrom(_scaleB);
            _previous.CopyTo(to._previous, 0);
            _slowMean.CopyTo(to._slowMean, 0);
            _fastMean.CopyTo(to._fastMean, 0);
        }
    }

    private int PutLabel(int label, int at)
    {
        if (label == InstanceBlock.NoLabel) _extra.AsSpan(at, _labelWidth).Fill(double.NaN);
        else if (_labelWidth == 1) _extra[at] = label == 1 ? 1 : 0;
        else
        {
            _extra.AsSpan(at, _labelWidth).Clear();
            if (label < _labelWidth) _extra[at + label] = 1;
        }
        return at + _labelWidth;
    }
}
