using StreamMoe.Experts.Drift;
using StreamMoe.Experts.Drift.Inputs;
using StreamMoe.Experts.Drift.Windows;
using StreamMoe.Experts.State;
using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Lifecycle;

/// <summary>Watches what needs no label: the attributes of the events, and how sure the mixture is of them.</summary>
/// <remarks>
/// Every <see cref="SampleEvery"/>th event is seen, so that the tests cost little; a change of an attribute shows after about 1,000 to 3,000 events.
/// Of wide events <see cref="MostAttributes"/> attributes are seen at a time, group after group in rotation: the cost has a bound, and a
/// change of one of 500 attributes shows 16 times later. Attributes: <see cref="InputDriftDetector"/> a group, memory 3,200 bytes an attribute.
/// Confidence: HDDM_A on 1 − the mixture's largest probability, for rises. A source is reported at most once in <see cref="Gap"/> events.
/// </remarks>
internal sealed class InputSignals
{
    /// <summary>Events from one that is seen to the next: 10.</summary>
    public const int SampleEvery = 10;

    /// <summary>Attributes that are seen of one event: 32.</summary>
    public const int MostAttributes = 32;

    /// <summary>Events between two reports of one source: 5,000.</summary>
    public const long Gap = 5000;

    private readonly Schema _schema;
    private readonly InputDriftOptions _options = new();
    private readonly InputDriftDetector[] _groups;
    private readonly HddmA? _confidence;
    private readonly SignalGap _attributeGap, _confidenceGap = new(1, Gap);
    private long _events;
    private int _next;

    /// <value>The attribute that moved most in the event observed last, as <c>input:NAME</c>; null when none drifted.</value>
    public string? Moved { get; private set; }

    /// <value>Its p-value, adjusted.</value>
    public double MovedPValue { get; private set; }

    /// <summary>The test that says so.</summary>
    public string MovedBy { get; private set; } = "";

    /// <param name="options">Which of the two are watched.</param>
    /// <param name="schema">The attributes.</param>
    public InputSignals(LifecycleOptions options, Schema schema)
    {
        _schema = schema;
        int count = options.InputDetector ? schema.AttributeCount : 0;
        _groups = [.. schema.Attributes.Take(count).Chunk(MostAttributes).Select(group => new InputDriftDetector(new Schema(schema.Relation, group, schema.Class), _options))];
        _confidence = options.ConfidenceDetector ? new HddmA(new HddmAOptions { TypeOfTest = DriftTestSides.OneSided }) : null;
        _attributeGap = new SignalGap(count, Gap);
    }

    /// <summary>Size of the state in bytes, from logical counts.</summary>
    public long ByteSize => _groups.Sum(g => g.ByteSize + 8L * g.AttributeCount) + (_confidence?.ByteSize ?? 0) + 24;

    /// <summary>Takes an event in, labelled or not; never one that has been seen before.</summary>
    /// <param name="features">The event's features.</param>
    /// <param name="probabilities">The mixture's probabilities.</param>
    /// <param name="at">For the signals.</param>
    /// <returns>True when the inputs or the confidence have drifted.</returns>
    public bool Observe(ReadOnlySpan<double> features, ReadOnlySpan<float> probabilities, Moment at)
    {
        Moved = null;
        if (_events++ % SampleEvery != 0) return false;
        bool drifted = false;
        if (_groups.Length > 0)
        {
            int group = _next, first = group * MostAttributes;
            if (++_next == _groups.Length) _next = 0;
            if (_groups[group].Update(features.Slice(first, _groups[group].AttributeCount)) == DriftSignal.Drift)
            {
                ReportAttributes(group, first, at);
                drifted = true;
            }
        }
        if (_confidence is null) return drifted;
        float most = 0;
        foreach (float p in probabilities)
            if (p > most) most = p; // not Max: of a mixture that says NaN nothing is sure
        double doubt = Math.Clamp(1.0 - most, 0, 1), before = _confidence.Estimation;
        if (_confidence.Update(doubt) != DriftSignal.Drift) return drifted;
        if (_confidenceGap.MaySignal(0, _events))
            at.Signal(PoolEventKind.Warning, -1, "confidence", "hddm-a", new("confidence", 1 - _confidence.Estimation), new("confidenceBefore", 1 - before));
        return true;
    }

    public void Save(StateWriter writer)
    {
        writer.Mark("input-signals");
        writer.Write(_events);
        writer.Write(_next);
        foreach (InputDriftDetector group in _groups) group.Persist(writer);
        _confidence?.Persist(writer);
        _attributeGap.Save(writer);
        _confidenceGap.Save(writer);
    }

    public void Load(StateReader reader)
    {
        reader.Mark("input-signals");
        _events = reader.ReadCount("the number of events");
        _next = reader.ReadInt32(0, Math.Max(0, _groups.Length - 1), "the next group of attributes");
        foreach (InputDriftDetector group in _groups) group.Persist(reader);
        _confidence?.Persist(reader);
        _attributeGap.Load(reader);
        _confidenceGap.Load(reader);
    }

    private void ReportAttributes(int group, int first, Moment at)
    {
        ReadOnlySpan<double> adjusted = _groups[group].AdjustedPValues;
        for (int a = 0; a < adjusted.Length; a++)
        {
            SchemaAttribute attribute = _schema.Attributes[first + a];
            string test = attribute.IsNominal ? "chi-square" : "kolmogorov-smirnov";
            if (Moved is null || adjusted[a] < MovedPValue) (Moved, MovedBy, MovedPValue) = ($"input:{attribute.Name}", test, adjusted[a]);
            if (adjusted[a] > _options.AlphaDrift || !_attributeGap.MaySignal(first + a, _events)) continue;
            at.Signal(PoolEventKind.Warning, -1, $"input:{attribute.Name}", test,
                new KeyValuePair<string, double>("pValue", adjusted[a]));
        }
    }
}
