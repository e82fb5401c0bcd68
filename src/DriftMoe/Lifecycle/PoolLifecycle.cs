using StreamMoe.DriftMoe.Gating;
using StreamMoe.DriftMoe.Pool;
using StreamMoe.Experts.Drift;
using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Lifecycle;

/// <summary>Decides which experts of a pool run: parks those that are worth nothing now, and tries them again when the world changes.</summary>
/// <remarks>
/// Decisions fall at fixed counts of learned instances, at most one parking at each, so the state stays a function of the rows. The states of a
/// lane and their changes are those of <see cref="LaneStates"/>; each change is told by exactly one event. docs/lifecycle.md has the whole picture.
/// <para><b>Prune</b>: the lane that is worth least is parked when the mixture's log-loss would rise by less than a threshold without it
/// (<see cref="MarginalValues"/>, over enough samples). <b>Merge</b>: the same, when every opinion of the lane has a twin in another running
/// lane that agrees on at least 95 % of at least 1,000 samples and is wrong along with it in most cases; and whatever it is worth when the twins
/// agree on 99 % and are wrong together in 90 %. The twins inherit its stacker weights, and router biases that keep the mean routing mass.
/// It then runs on as a <b>shadow</b> without a say, and is parked if the twins still agree after a while and it was worth nothing to the mixture.</para>
/// <para><b>Spawn</b>: on a drift of the mixture's error all parked lanes run again on trial, and after a long quiet time the next one in turn
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
    private readonly PoolLane[] _lanes;
    private readonly MixtureGate _gate;
    private readonly MarginalValues _values;
    private readonly TwinStatistics _twins;
    private readonly ErrorSignals _errors;
    private readonly InputSignals _inputs;
    private readonly ConceptArchive _archive;
    private readonly RecentRows _recent;
    private readonly ShadowMerge _shadow = new();
    private readonly LaneState[] _states;
    private readonly long[] _since;
    private readonly bool[] _running, _judged;
    private readonly int[] _laneOf, _said, _drops;
    private DriftSignal _pending;
    private long _quietSince, _lastDrift, _lastInputTrial, _driftAt, _eventsSinceLabel;
    private bool _inputPending;
    private long _raceSince = -1;
    private int _nextTry, _nextReserve;

    public PoolLifecycle(LifecycleOptions options, PoolLane[] lanes, MixtureGate gate, Schema schema, int view)
    {
        (_options, _lanes, _gate) = (options, lanes, gate);
        _values = new MarginalValues(lanes.Length);
        _twins = new TwinStatistics(gate.ExpertCount);
        _errors = new ErrorSignals(options, gate.ExpertCount);
        _inputs = new InputSignals(options, schema);
        _archive = new ConceptArchive(options.Enabled ? options.Archive : 0);
        _recent = new RecentRows(schema.AttributeCount, view, gate.ExpertCount);
        (_states, _since) = (new LaneState[lanes.Length], new long[lanes.Length]);
        (_running, _judged) = (new bool[gate.ExpertCount], new bool[gate.ExpertCount]);
        (_laneOf, _said) = (new int[gate.ExpertCount], new int[gate.ExpertCount]);
        _drops = new int[lanes.Length];
        for (int lane = 0; lane < lanes.Length; lane++)
        {
            _laneOf.AsSpan(lanes[lane].FirstOutput, lanes[lane].Outputs).Fill(lane);
            if (lanes[lane].IsReserve) _states[lane] = LaneState.Parked;
            MarkRunning(lane);
            if (lanes[lane].IsReserve) gate.SetRunning(lanes[lane].FirstOutput, lanes[lane].Outputs, running: false);
        }
    }

    /// <summary>The state of a lane.</summary>
    public LaneState StateOf(int lane) => _states[lane];

    /// <summary>Whether a lane tests and learns now.</summary>
    public bool Runs(int lane) => LaneStates.Runs(_states[lane]);

    /// <summary>Whether the mixture hears a lane now.</summary>
    public bool HasSay(int lane) => LaneStates.HasSay(_states[lane]);

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
    }

    /// <summary>Takes in one learned instance, before the gate learns it.</summary>
    /// <param name="label">Its class.</param>
    /// <param name="prediction">What the mixture says now.</param>
    /// <param name="probability">The mixture's probability of the class.</param>
    /// <param name="opinions">The pool's opinions.</param>
    /// <param name="apart">Opinions of the lanes that run without a say.</param>
    /// <param name="row">Row of the opinions.</param>
    /// <param name="features">The instance.</param>
    /// <param name="view">Its temporal view.</param>
    /// <param name="at">The moment: the instances learned before it.</param>
    public void Observe(int label, int prediction, float probability, Opinions opinions, Opinions apart, int row,
        ReadOnlySpan<double> features, ReadOnlySpan<double> view, Moment at)
    {
        _eventsSinceLabel = 0;
        DriftSignal signal = _errors.Mixture(prediction != label, at);
        if (signal == DriftSignal.Drift && _pending != DriftSignal.Drift) _driftAt = at.Learned;
        if (signal > _pending) _pending = signal;
        if (!_options.Enabled) return;

        ReadOnlySpan<int> classes = opinions.Classes(row);
        _recent.Add(features, view, label, classes, _running);
        int shadow = _shadow.Lane;
        if (shadow >= 0)
            for (int o = _lanes[shadow].FirstOutput; o < _lanes[shadow].FirstOutput + _lanes[shadow].Outputs; o++)
                _gate.Records.Add(o, apart.Classes(row)[o] == label);
        if (at.Learned % SampleEvery != 0) return;

        for (int lane = 0; lane < _lanes.Length; lane++)
            if (HasSay(lane))
                _values.Add(lane, probability, _gate.ProbabilityWithout(_lanes[lane].FirstOutput, _lanes[lane].Outputs, label, opinions, row));
        for (int e = 0; e < _running.Length; e++)
            if (_running[e]) _errors.Expert(e, classes[e] != label, _lanes[_laneOf[e]].Description, at);
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
        if (judge && _archive.IsDue(age)) _archive.Keep(age, _lanes, Accuracies());
    }

    private bool MayReact(long last, Moment at) => last == 0 || at.Learned - last >= _options.Refractory;

    /// <summary>Changes the state of a lane, and tells of it.</summary>
    /// <exception cref="InvalidOperationException">The lane may not go there.</exception>
    private void Move(int lane, LaneState to, PoolEventKind kind, Moment at, params KeyValuePair<string, double>[] more)
    {
        if (!LaneStates.Allows(_states[lane], to, kind))
            throw new InvalidOperationException($"Lane {lane} is {_states[lane]}; it cannot become {to} by {kind}.");
        Note(kind, lane, at, more);
        (_states[lane], _since[lane]) = (to, at.Learned);
        MarkRunning(lane);
    }

    private void MarkRunning(int lane)
    {
        _running.AsSpan(_lanes[lane].FirstOutput, _lanes[lane].Outputs).Fill(HasSay(lane));
        _judged.AsSpan(_lanes[lane].FirstOutput, _lanes[lane].Outputs).Fill(HasSay(lane) || _states[lane] == LaneState.Shadow);
    }

    private void Note(PoolEventKind kind, int lane, Moment at, params KeyValuePair<string, double>[] more)
        => at.Events?.Add(new PoolEvent(kind, at.Row, at.Learned, _lanes[lane].FirstOutput, _lanes[lane].Description,
            [new("value", _values[lane]), new("samples", _values.SamplesOf(lane)), .. more]));
}
