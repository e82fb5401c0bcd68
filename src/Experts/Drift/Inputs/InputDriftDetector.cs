using StreamMoe.Experts.State;
using StreamMoe.Streams;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Drift.Inputs;

/// <summary>Watches the features of instances, without labels: signals when some attribute's distribution has changed.</summary>
/// <remarks>
/// The first windowSize instances are the reference; it stays until a drift, so that slow changes add up. Every testInterval
/// instances the last windowSize ones are compared with it, attribute by attribute: numeric ones by the exact
/// Kolmogorov-Smirnov test, nominal ones by the chi-square test with rare values as one. A missing value is a value of its
/// own, below all others, so that a sensor that fails is a drift too. The p-values are corrected by Holm's method over the
/// attributes; drift when the smallest is at most alphaDrift, warning when it is at most alphaWarning. After a drift the
/// recent window becomes the reference. A value of the class is not seen: a change of the concept alone stays unnoticed.
/// <para>The levels hold for one test. Over time about one test in 1/alphaDrift is a false drift (tests that share
/// instances alarm together).</para>
/// <para>O(attributes) an instance, O(attributes·windowSize·log windowSize) at a test; 16 bytes an attribute and place of a
/// window. No allocation after construction. One thread at a time.</para>
/// Source: tests of each attribute with a correction, as in Rabanser, Günnemann, Lipton 2019, Failing loudly (there with
/// Bonferroni's, which rejects no more than Holm's).
/// </remarks>
internal sealed class InputDriftDetector
{
    private readonly InputDriftOptions _options;
    private readonly bool[] _nominal;
    private readonly double[] _reference, _recent;
    private readonly double[] _adjusted, _scratch, _sortedPValues;
    private readonly int[] _order;
    private int _referenceCount, _recentCount, _next, _sinceTest;

    /// <summary>Makes a detector.</summary>
    /// <param name="schema">The instances' attributes; which of them are nominal.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <exception cref="OptionException">Some options are out of their range; the text names all of them.</exception>
    public InputDriftDetector(Schema schema, InputDriftOptions? options = null)
    {
        _options = (options ?? new InputDriftOptions()).Checked();
        _nominal = [.. schema.Attributes.Select(a => a.IsNominal)];
        _reference = new double[AttributeCount * _options.WindowSize];
        _recent = new double[AttributeCount * _options.WindowSize];
        _adjusted = new double[AttributeCount];
        _sortedPValues = new double[AttributeCount];
        _order = new int[AttributeCount];
        _scratch = new double[_options.WindowSize];
        Reset();
    }

    /// <value>Number of attributes.</value>
    public int AttributeCount => _nominal.Length;

    /// <value>The corrected p-value of each attribute at the last test, in [0, 1]; all 1 before the first one. After a drift
    /// they say which attributes drifted: those with at most alphaDrift.</value>
    public ReadOnlySpan<double> AdjustedPValues => _adjusted;

    /// <value>Size of the state in bytes, computed from logical counts.</value>
    public long ByteSize => 16 + 8L * AttributeCount * (1 + _referenceCount + _recentCount);

    /// <summary>Takes one instance.</summary>
    /// <param name="features">Length <see cref="AttributeCount"/>; NaN = missing, a nominal value is its index.</param>
    /// <returns>The signal after this instance; None between two tests.</returns>
    /// <exception cref="ArgumentException">The length is wrong; the state is as before.</exception>
    public DriftSignal Update(ReadOnlySpan<double> features)
    {
        if (features.Length != AttributeCount)
            throw new ArgumentException($"expected {AttributeCount} features, found {features.Length}.", nameof(features));
        if (_referenceCount < _options.WindowSize)
        {
            Put(features, _reference, _referenceCount++);
            if (_referenceCount == _options.WindowSize) SortReference();
            return DriftSignal.None;
        }
        Put(features, _recent, _next);
        if (++_next == _options.WindowSize) _next = 0;
        if (_recentCount < _options.WindowSize) _recentCount++;
        _sinceTest++;
        if (_recentCount < _options.WindowSize || _sinceTest < _options.TestInterval) return DriftSignal.None;
        _sinceTest = 0;
        return Test();
    }

    /// <summary>Puts the detector back to the state in which it was made.</summary>
    public void Reset()
    {
        _referenceCount = _recentCount = _next = _sinceTest = 0;
        _adjusted.AsSpan().Fill(1);
    }

    /// <summary>Writes the whole state, or replaces it by one that a detector with the same attributes and options wrote.</summary>
    /// <exception cref="StateFormatException">The bytes that are read are not such a state.</exception>
    public void Persist(IState state)
    {
        int size = _options.WindowSize;
        state.Mark("input drift");
        state.Value(ref _referenceCount, 0, size, "instances in the reference window");
        state.Value(ref _recentCount, 0, size, "instances in the recent window");
        state.Value(ref _next, 0, size - 1, "next place of the recent window");
        state.Value(ref _sinceTest, 0, int.MaxValue, "instances since the last test");
        state.Values(_adjusted, "p-values");
        for (int a = 0; a < AttributeCount; a++)
        {
            state.Values(Column(_reference, a)[.._referenceCount], "reference values of an attribute");
            state.Values(Column(_recent, a)[.._recentCount], "recent values of an attribute");
        }
    }

    private DriftSignal Test()
    {
        for (int a = 0; a < AttributeCount; a++)
        {
            Column(_recent, a).CopyTo(_scratch);
            _scratch.AsSpan().Sort();
            ReadOnlySpan<double> reference = Column(_reference, a);
            _adjusted[a] = _nominal[a]
                ? ChiSquareTest.PValue(reference, _scratch)
                : KolmogorovSmirnov.PValue(KolmogorovSmirnov.Distance(reference, _scratch), _options.WindowSize);
        }
        HolmCorrection.Adjust(_adjusted, _order, _sortedPValues);
        double smallest = 1;
        foreach (double p in _adjusted) smallest = Math.Min(smallest, p);
        if (smallest > _options.AlphaDrift) return smallest <= _options.AlphaWarning ? DriftSignal.Warning : DriftSignal.None;
        _recent.CopyTo(_reference, 0);
        SortReference();
        _recentCount = 0;
        _next = 0;
        return DriftSignal.Drift;
    }

    private void SortReference()
    {
        for (int a = 0; a < AttributeCount; a++) Column(_reference, a).Sort();
    }

    /// <summary>The places of one attribute in a window; a window keeps attribute after attribute.</summary>
    private Span<double> Column(double[] window, int attribute) => window.AsSpan(attribute * _options.WindowSize, _options.WindowSize);

    private void Put(ReadOnlySpan<double> features, double[] window, int place)
    {
        for (int a = 0; a < features.Length; a++)
            window[a * _options.WindowSize + place] = double.IsNaN(features[a]) ? double.NegativeInfinity : features[a];
    }
}
