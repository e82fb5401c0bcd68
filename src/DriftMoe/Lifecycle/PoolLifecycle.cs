using StreamMoe.DriftMoe.Gating;
using StreamMoe.DriftMoe.Pool;
using StreamMoe.DriftMoe.Views;
using StreamMoe.Experts.Drift;
using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Lifecycle;

/// <summary>Decides which experts of a pool run: parks those that are worth nothing now, and tries them again when the world changes.</summary>
/// <remarks>
/// Decisions fall at fixed counts of learned instances, at most one parking at each, so the state stays a function of the rows. The states of a
/// slot and their changes are those of <see cref="SlotStates"/>; each change is told by exactly one event. docs/lifecycle.md has the whole picture.
/// <para><b>Prune</b>: the slot that is worth least is parked when the mixture's log-loss would rise by less than a threshold without it
/// (<see cref="MarginalValues"/>, over enough samples). <b>Merge</b>: the same, when every opinion of the slot has a twin in another running
/// slot that agrees on at least 95 % of at least 1,000 samples and is wrong along with it in most cases; and whatever it is worth when the twins
/// agree on 99 % and are wrong together in 90 %. The twins inherit its stacker weights, and router biases that keep the mean routing mass.
/// It then runs on as a <b>shadow</b> without a say, and is parked if the twins still agree after a while and it was worth nothing to the mixture.</para>
/// <para><b>Spawn</b>: on a drift of the mixture's error all parked slots run again on trial, and after a long quiet time the next one in turn
/// does (the pool may lack a kind that the stream needs by now). On trial an expert learns, its stacker weight starts at 0 and its accuracy
/// records afresh, so that it has no say before it is right. After the trial it is <b>promoted</b> or <b>dropped</b> by the rule of pruning.</para>
/// <para><b>Revive</b>: after a drift the experts of archived concepts race against the present ones (<see cref="ConceptRace"/>); those that are
/// better by more than chance take their places.</para>
/// Sources: replace only if better, Brzeziński and Stefanowski 2014 (AUE2); removal of useless experts, Kolter and Maloof 2007 (DWM).
/// No published rule merges experts of a stream mixture; the one here is ours.
/// </remarks>
internal sealed partial class PoolLifecycle
{
    private const int SampleEvery = ErrorSignals.SampleEvery;

    private readonly LifecycleOptions _options;
    private readonly PoolSlot[] _slots;
    private readonly MixtureGate _gate;
    private readonly MarginalValues _values;
    private readonly TwinStatistics _twins;
    private readonly ErrorSignals _errors;
    private readonly InputSignals _inputs;
    private readonly VirtualDriftWatch _virtual = new();
    private readonly ConceptArchive _archive;
    private readonly RecentRows _recent;
    private readonly ShadowMerge _shadow = new();
    private readonly SlotState[] _states;
    private readonly long[] _since;
    private readonly bool[] _running, _judged;
    private readonly int[] _slotOf, _said, _drops;
    private DriftSignal _pending;
    private long _quietSince, _lastDrift, _lastInputTrial, _driftAt, _eventsSinceLabel;
    private bool _inputPending;
    private long _raceSince = -1;
    private int _nextTry, _nextReserve;

    public PoolLifecycle(LifecycleOptions options, PoolSlot[] slots, MixtureGate gate, Schema schema, InstanceViews views)
    {
        (_options, _slots, _gate) = (options, slots, gate);
        _values = new MarginalValues(slots.Length);
        _twins = new TwinStatistics(gate.ExpertCount);
        _errors = new ErrorSignals(options, gate.ExpertCount);
        _inputs = new InputSignals(options, schema);
        _archive = new ConceptArchive(options.Enabled ? options.Archive : 0);
        _recent = new RecentRows(views.RawSchema.AttributeCount, views.TemporalLength, gate.ExpertCount);
        (_states, _since) = (new SlotState[slots.Length], new long[slots.Length]);
        (_running, _judged) = (new bool[gate.ExpertCount], new bool[gate.ExpertCount]);
        (_slotOf, _said) = (new int[gate.ExpertCount], new int[gate.ExpertCount]);
        _drops = new int[slots.Length];
        for (int slot = 0; slot < slots.Length; slot++)
        {
            _slotOf.AsSpan(slots[slot].FirstOutput, slots[slot].Outputs).Fill(slot);
            if (slots[slot].IsReserve) _states[slot] = SlotState.Parked;
            MarkRunning(slot);
            if (slots[slot].IsReserve) gate.SetRunning(slots[slot].FirstOutput, slots[slot].Outputs, running: false);
        }
    }

    /// <summary>The state of a slot.</summary>
    public SlotState StateOf(int slot) => _states[slot];

    /// <summary>Whether a slot tests and learns now.</summary>
    public bool Runs(int slot) => SlotStates.Runs(_states[slot]);

    /// <summary>Whether the mixture hears a slot now.</summary>
    public bool HasSay(int slot) => SlotStates.HasSay(_states[slot]);

    /// <summary>Experts (outputs) that have their say now.</summary>
    public int RunningExperts => _running.Count(r => r);

    /// <summary>Concepts in the archive.</summary>
    public int ArchivedConcepts => _archive.Count;

    /// <summary>Size of the state in bytes, from logical counts.</summary>
    public long ByteSize => _archive.ByteSize + _recent.ByteSize + _errors.ByteSize + _inputs.ByteSize + 24L * _running.Length * _running.Length;

    /// <summary>Learned instances until the next moment of decision, ≥ 1.</summary>
    public int UntilDecision(long learned) => _options.ReactEvery - (int)(learned % _options.ReactEvery);

    /// <summary>True when so many learned instances are a moment of decision.</summary>
    public bool IsDue(long learned) => learned % _options.ReactEvery == 0;

    /// <summary>Takes in one event, labelled or not, in order; never the late label of one that has been seen.</summary>
    /// <param name="features">The event.</param>
    /// <param name="probabilities">What the mixture says of it.</param>
    /// <param name="at">The moment.</param>
    public void ObserveEvent(ReadOnlySpan<double> features, ReadOnlySpan<float> probabilities, Moment at)
    {
        _eventsSinceLabel++;
        // Where labels come, the mixture's error tells better than its inputs whether anything must be done.
        if (_inputs.Observe(features, probabilities, at) && _eventsSinceLabel > _options.Interval) _inputPending = true;
        if (_inputs.Moved is { } source) _virtual.Open(source, _inputs.MovedBy, _inputs.MovedPValue, _errors.MixtureError);
    }

    /// <summary>Takes in one learned instance, before the gate learns it.</summary>
    /// <param name="label">Its class.</param>
    /// <param name="prediction">What the mixture says now.</param>
    /// <param name="probability">The mixture's probability of the class.</param>
    /// <param name="opinions">The pool's opinions.</param>
    /// <param name="apart">Opinions of the slots that run without a say.</param>
    /// <param name="row">Row of the opinions.</param>
    /// <param name="features">Its raw view.</param>
    /// <param name="view">Its temporal view.</param>
    /// <param name="at">The moment: the instances learned before it.</param>
    public void Observe(int label, int prediction, float probability, Opinions opinions, Opinions apart, int row,
        ReadOnlySpan<double> features, ReadOnlySpan<double> view, Moment at)
    {
        _eventsSinceLabel = 0;
        DriftSignal signal = _errors.Mixture(prediction != label, at);
        _virtual.Add(prediction != label, signal == DriftSignal.Drift, at);
        if (signal == DriftSignal.Drift && _pending != DriftSignal.Drift) _driftAt = at.Learned;
        if (signal > _pending) _pending = signal;
        if (!_options.Enabled) return;

        ReadOnlySpan<int> classes = opinions.Classes(row);
        _recent.Add(features, view, label, classes, _running);
        int shadow = _shadow.Slot;
        if (shadow >= 0)
            for (int o = _slots[shadow].FirstOutput; o < _slots[shadow].FirstOutput + _slots[shadow].Outputs; o++)
                _gate.Records.Add(o, apart.Classes(row)[o] == label);
        if (at.Learned % SampleEvery != 0) return;

        for (int slot = 0; slot < _slots.Length; slot++)
            if (HasSay(slot))
                _values.Add(slot, probability, _gate.ProbabilityWithout(_slots[slot].FirstOutput, _slots[slot].Outputs, label, opinions, row));
        for (int e = 0; e < _running.Length; e++)
            if (_running[e]) _errors.Expert(e, classes[e] != label, _slots[_slotOf[e]].Description, at);
        if (shadow >= 0) classes = ObserveShadow(label, probability, opinions, apart, row);
        _twins.Add(label, classes, _judged);
    }

    /// <summary>Decides, at a moment of decision: drifts are answered at each, experts judged at each interval.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <param name="at">The moment: the instances learned so far.</param>
    public void Decide(int classes, Moment at)
    {
        if (!_options.Enabled) return;
        bool judge = at.Learned % _options.Interval == 0, decided = false;
        if (judge)
        {
            EndTrials(at);
            EndBackground(at);
            decided = EndShadow(at);
        }
        if (_pending == DriftSignal.Drift && MayReact(_lastDrift, at)) ReactToDrift(at);
        else if (_inputPending && MayReact(Math.Max(_lastDrift, _lastInputTrial), at)) ReactToInputs(at);
        else if (_pending == DriftSignal.Warning && MayReact(_lastDrift, at)) ReactToWarning(at);
        else if (judge && at.Learned - _quietSince >= _options.TryEvery) ReactToQuiet(at);
        else if (judge && !decided && !MergeSame(at)) ParkLeast(at);
        (_pending, _inputPending) = (DriftSignal.None, false);
        if (_raceSince >= 0 && at.Learned - _raceSince >= ConceptRace.LeastRows) Race(classes, at);
        long age = at.Learned - _lastDrift;
        if (judge && _archive.IsDue(age)) _archive.Keep(age, _slots, Accuracies());
    }

    private bool MayReact(long last, Moment at) => last == 0 || at.Learned - last >= _options.Refractory;

    /// <summary>Changes the state of a slot, and tells of it.</summary>
    /// <exception cref="InvalidOperationException">The slot may not go there.</exception>
    private void Move(int slot, SlotState to, PoolEventKind kind, Moment at, params KeyValuePair<string, double>[] more)
    {
        if (!SlotStates.Allows(_states[slot], to, kind))
            throw new InvalidOperationException($"Slot {slot} is {_states[slot]}; it cannot become {to} by {kind}.");
        Note(kind, slot, at, more);
        (_states[slot], _since[slot]) = (to, at.Learned);
        MarkRunning(slot);
    }

    private void MarkRunning(int slot)
    {
        _running.AsSpan(_slots[slot].FirstOutput, _slots[slot].Outputs).Fill(HasSay(slot));
        _judged.AsSpan(_slots[slot].FirstOutput, _slots[slot].Outputs).Fill(HasSay(slot) || _states[slot] == SlotState.Shadow);
    }

    private void Note(PoolEventKind kind, int slot, Moment at, params KeyValuePair<string, double>[] more)
        => at.Events?.Add(new PoolEvent(kind, at.Row, at.Learned, _slots[slot].FirstOutput, _slots[slot].Description,
            [new("value", _values[slot]), new("samples", _values.SamplesOf(slot)), .. more]));
}
