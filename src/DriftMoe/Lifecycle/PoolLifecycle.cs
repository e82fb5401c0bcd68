using StreamMoe.DriftMoe.Gating;
using StreamMoe.DriftMoe.Lanes;
using StreamMoe.Experts.Drift;

namespace StreamMoe.DriftMoe.Lifecycle;

/// <summary>Decides which experts of a pool run: parks those that are worth nothing now, and tries them again when the world changes.</summary>
/// <remarks>
/// Decisions fall at fixed counts of learned instances, at most one parking at each, so the state stays a function of the rows.
/// <para><b>Prune</b>: the lane that is worth least is parked when the mixture's log-loss would rise by less than a threshold without it
/// (<see cref="MarginalValues"/>, over enough samples). <b>Merge</b>: the same, when every opinion of the lane has a twin in another running
/// lane that agrees on at least 95 % of at least 1,000 samples and is wrong along with it in most cases; and whatever it is worth when the twins
/// agree on 99 % and are wrong together in 90 %. The twins inherit its stacker weights, and router biases that keep the mean routing mass.</para>
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
    private const int SampleEvery = 4;
    private const double TwinSamples = 1000;
    private static readonly (double Agreement, double BothWrong) s_alike = (0.95, 0.5), s_same = (0.99, 0.9);

    private readonly LifecycleOptions _options;
    private readonly PoolLane[] _lanes;
    private readonly MixtureGate _gate;
    private readonly MarginalValues _values;
    private readonly TwinStatistics _twins;
    private readonly Adwin _detector;
    private readonly ConceptArchive _archive;
    private readonly RecentRows _recent;
    private readonly LaneState[] _states;
    private readonly long[] _since;
    private readonly bool[] _running;
    private long _quietSince, _lastDrift;
    private bool _driftPending;
    private long _driftAt;
    private long _raceSince = -1;
    private int _nextTry;

    public PoolLifecycle(LifecycleOptions options, PoolLane[] lanes, MixtureGate gate, int features, int view)
    {
        (_options, _lanes, _gate) = (options, lanes, gate);
        _values = new MarginalValues(lanes.Length);
        _twins = new TwinStatistics(gate.ExpertCount);
        _detector = new Adwin(options.DriftDelta);
        _archive = new ConceptArchive(options.Enabled ? options.Archive : 0);
        _recent = new RecentRows(features, view, gate.ExpertCount);
        _states = new LaneState[lanes.Length];
        _since = new long[lanes.Length];
        _running = new bool[gate.ExpertCount];
        Array.Fill(_running, true);
    }

    /// <summary>Whether a lane runs now.</summary>
    public bool Runs(int lane) => _states[lane] != LaneState.Parked;

    /// <summary>Experts (outputs) that run now.</summary>
    public int RunningExperts => _running.Count(r => r);

    /// <summary>Size of the state in bytes, from logical counts.</summary>
    public long ByteSize => _archive.ByteSize + _recent.ByteSize + 24L * _running.Length * _running.Length;

    /// <summary>Learned instances until the next moment of decision, ≥ 1.</summary>
    public int UntilDecision(long learned) => _options.Interval - (int)(learned % _options.Interval);

    /// <summary>True when so many learned instances are a moment of decision.</summary>
    public bool IsDue(long learned) => learned % _options.Interval == 0;

    /// <summary>Takes in one learned instance, before the gate learns it.</summary>
    /// <param name="learned">Instances learned before it.</param>
    /// <param name="label">Its class.</param>
    /// <param name="prediction">What the mixture says now.</param>
    /// <param name="probability">The mixture's probability of the class.</param>
    /// <param name="opinions">The pool's opinions.</param>
    /// <param name="row">Row of the opinions.</param>
    /// <param name="features">The instance.</param>
    /// <param name="view">Its temporal view.</param>
    /// <param name="events">Receives the signals; null when the caller does not want them.</param>
    /// <param name="blockRow">Row of the block, for the events.</param>
    public void Observe(long learned, int label, int prediction, float probability, Opinions opinions, int row,
        ReadOnlySpan<double> features, ReadOnlySpan<double> view, List<PoolEvent>? events, int blockRow)
    {
        double before = _detector.Mean;
        if (_detector.Add(prediction == label ? 0 : 1) && _detector.Mean > before)
        {
            if (!_driftPending) _driftAt = learned;
            _driftPending = true;
            events?.Add(new PoolEvent(PoolEventKind.Drift, blockRow, learned, -1, "mixture",
                [new("error", _detector.Mean), new("errorBefore", before), new("window", _detector.Width)]));
        }
        if (!_options.Enabled) return;
        _recent.Add(features, view, label, opinions.Classes(row), _running);
        if (learned % SampleEvery != 0) return;
        for (int lane = 0; lane < _lanes.Length; lane++)
            if (Runs(lane))
                _values.Add(lane, probability, _gate.ProbabilityWithout(_lanes[lane].FirstOutput, _lanes[lane].Outputs, label, opinions, row));
        _twins.Add(label, opinions.Classes(row), _running);
    }

    /// <summary>Decides, at a moment of decision.</summary>
    /// <param name="learned">Instances learned so far.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="events">Receives the decisions; null when the caller does not want them.</param>
    /// <param name="blockRow">Row of the block, for the events.</param>
    public void Decide(long learned, int classes, List<PoolEvent>? events, int blockRow)
    {
        if (!_options.Enabled) return;
        EndTrials(learned, events, blockRow);
        if (_driftPending && (_lastDrift == 0 || learned - _lastDrift >= _options.Refractory))
        {
            (_lastDrift, _quietSince) = (learned, learned);
            _archive.EndConcept();
            _raceSince = _archive.Count > 0 ? _driftAt : -1;
            for (int lane = 0; lane < _lanes.Length; lane++)
                if (!Runs(lane)) Spawn(lane, learned, events, blockRow, "drift");
        }
        else if (learned - _quietSince >= _options.TryEvery)
        {
            _quietSince = learned;
            TryNext(learned, events, blockRow);
        }
        else if (!MergeSame(learned, events, blockRow))
        {
            ParkLeast(learned, events, blockRow);
        }
        _driftPending = false;
        if (_raceSince >= 0 && learned - _raceSince >= ConceptRace.LeastRows) Race(learned, classes, events, blockRow);
        if (_archive.IsDue(learned - _lastDrift)) _archive.Keep(learned - _lastDrift, _lanes, Accuracies());
    }

    /// <summary>Lets each archived concept race, and takes over the experts of the one that wins most.</summary>
    private void Race(long learned, int classes, List<PoolEvent>? events, int blockRow)
    {
        int count = (int)Math.Min(learned - _raceSince, _recent.Count), won = -1;
        _raceSince = -1;
        List<ConceptRace.Winner> winners = [];
        for (int concept = 0; concept < _archive.Count; concept++)
        {
            List<ConceptRace.Winner> found = ConceptRace.Run(_archive, concept, _lanes, _recent, count, classes);
            if (found.Sum(w => w.Accuracy - w.Incumbent) > winners.Sum(w => w.Accuracy - w.Incumbent)) (winners, won) = (found, concept);
        }
        foreach (ConceptRace.Winner winner in winners)
        {
            PoolLane lane = _lanes[winner.Lane];
            lane.Replace(winner.Expert);
            for (int o = lane.FirstOutput; o < lane.FirstOutput + lane.Outputs; o++) _gate.Records.Start(o, winner.Accuracy);
            Note(events, PoolEventKind.Revive, blockRow, learned, winner.Lane,
                KeyValuePair.Create("accuracy", winner.Accuracy), KeyValuePair.Create("incumbent", winner.Incumbent), KeyValuePair.Create("instances", (double)count));
        }
        if (won >= 0) _archive.MarkRevived(won);
    }

    /// <summary>Slow accuracy of each lane's best opinion; −1 when it does not run.</summary>
    private double[] Accuracies()
    {
        double[] accuracies = new double[_lanes.Length];
        for (int lane = 0; lane < _lanes.Length; lane++)
        {
            accuracies[lane] = -1;
            for (int o = _lanes[lane].FirstOutput; Runs(lane) && o < _lanes[lane].FirstOutput + _lanes[lane].Outputs; o++)
                accuracies[lane] = Math.Max(accuracies[lane], _gate.Records.Slow[o]);
        }
        return accuracies;
    }

    /// <summary>Promotes the experts whose trial is over and which are worth something by now; the others go one by one, as in pruning,
    /// because several that each seem to be worth nothing may be worth much together.</summary>
    private void EndTrials(long learned, List<PoolEvent>? events, int blockRow)
    {
        for (int lane = 0; lane < _lanes.Length; lane++)
        {
            if (_states[lane] != LaneState.Trial || learned - _since[lane] < _options.Trial || _values[lane] < _options.ParkBelow) continue;
            Note(events, PoolEventKind.Promote, blockRow, learned, lane);
            (_states[lane], _since[lane]) = (LaneState.Active, learned);
        }
    }

    private void TryNext(long learned, List<PoolEvent>? events, int blockRow)
    {
        for (int i = 0; i < _lanes.Length; i++)
        {
            int lane = (_nextTry + i) % _lanes.Length;
            if (Runs(lane)) continue;
            Spawn(lane, learned, events, blockRow, "stagnation");
            _nextTry = (lane + 1) % _lanes.Length;
            return;
        }
    }

    private void ParkLeast(long learned, List<PoolEvent>? events, int blockRow)
    {
        int least = -1;
        for (int lane = 0; lane < _lanes.Length; lane++)
        {
            int evidence = _states[lane] == LaneState.Trial ? _options.Trial : _options.Evidence;
            bool known = _values.SamplesOf(lane) * SampleEvery >= Math.Min(evidence, MarginalValues.Horizon * SampleEvery);
            if (!Runs(lane) || !known || learned - _since[lane] < evidence) continue;
            if (_values[lane] < _options.ParkBelow && (least < 0 || _values[lane] < _values[least])) least = lane;
        }
        if (least < 0 || RunningExperts - _lanes[least].Outputs < _options.LeastRunning) return;

        if (_states[least] == LaneState.Active && TwinsOf(least, s_alike) is { } twins)
        {
            Merge(least, twins, learned, events, blockRow);
            return;
        }
        Note(events, _states[least] == LaneState.Trial ? PoolEventKind.Drop : PoolEventKind.Prune, blockRow, learned, least);
        Park(least, learned);
        RefreshValues();
    }

    /// <summary>Merges a lane that says what others say. Two such lanes protect each other from pruning: neither is worth much, but the gate
    /// leans on both, so that the loss would rise at first.</summary>
    private bool MergeSame(long learned, List<PoolEvent>? events, int blockRow)
    {
        int weakest = -1;
        int[]? into = null;
        for (int lane = 0; lane < _lanes.Length; lane++)
        {
            if (_states[lane] != LaneState.Active || learned - _since[lane] < _options.Evidence || TwinsOf(lane, s_same) is not { } twins) continue;
            if (weakest < 0 || _gate.Records.VerySlow[_lanes[lane].FirstOutput] < _gate.Records.VerySlow[_lanes[weakest].FirstOutput]) (weakest, into) = (lane, twins);
        }
        if (into is null || RunningExperts - into.Length < _options.LeastRunning) return false;
        Merge(weakest, into, learned, events, blockRow);
        return true;
    }

    private void Merge(int lane, int[] into, long learned, List<PoolEvent>? events, int blockRow)
    {
        int first = _lanes[lane].FirstOutput;
        for (int o = 0; o < into.Length; o++) _gate.MoveSay(first + o, into[o]);
        Note(events, PoolEventKind.Merge, blockRow, learned, lane, KeyValuePair.Create("into", (double)into[0]),
            KeyValuePair.Create("agreement", _twins.AgreementOf(first, into[0])), KeyValuePair.Create("bothWrong", _twins.BothWrongOf(first, into[0])));
        Park(lane, learned);
        RefreshValues();
    }

    private void RefreshValues()
    {
        // What the others are worth has just changed: it is measured afresh before the next one goes.
        for (int lane = 0; lane < _lanes.Length; lane++) _values.Refresh(lane);
    }

    /// <summary>The twin of each of a lane's outputs in other running lanes; null when one has none.</summary>
    private int[]? TwinsOf(int lane, (double Agreement, double BothWrong) least)
    {
        int first = _lanes[lane].FirstOutput, outputs = _lanes[lane].Outputs;
        int[] twins = new int[outputs];
        for (int o = 0; o < outputs; o++)
        {
            int best = -1;
            for (int other = 0; other < _running.Length; other++)
            {
                if (!_running[other] || (other >= first && other < first + outputs)) continue;
                bool twin = _twins.SamplesOf(first + o, other) >= TwinSamples
                    && _twins.AgreementOf(first + o, other) >= least.Agreement && _twins.BothWrongOf(first + o, other) >= least.BothWrong;
                if (twin && (best < 0 || _twins.AgreementOf(first + o, other) > _twins.AgreementOf(first + o, best))) best = other;
            }
            if (best < 0) return null;
            twins[o] = best;
        }
        return twins;
    }

    private void Spawn(int lane, long learned, List<PoolEvent>? events, int blockRow, string reason)
    {
        (_states[lane], _since[lane]) = (LaneState.Trial, learned);
        SetRunning(lane, true);
        _values.Reset(lane);
        for (int o = 0; o < _lanes[lane].Outputs; o++) _twins.Reset(_lanes[lane].FirstOutput + o);
        Note(events, PoolEventKind.Spawn, blockRow, learned, lane, KeyValuePair.Create(reason, 1.0));
    }

    private void Park(int lane, long learned)
    {
        (_states[lane], _since[lane]) = (LaneState.Parked, learned);
        SetRunning(lane, false);
    }

    private void SetRunning(int lane, bool running)
    {
        _running.AsSpan(_lanes[lane].FirstOutput, _lanes[lane].Outputs).Fill(running);
        _gate.SetRunning(_lanes[lane].FirstOutput, _lanes[lane].Outputs, running);
    }

    private void Note(List<PoolEvent>? events, PoolEventKind kind, int blockRow, long learned, int lane, params KeyValuePair<string, double>[] more)
        => events?.Add(new PoolEvent(kind, blockRow, learned, _lanes[lane].FirstOutput, _lanes[lane].Description,
            [new("value", _values[lane]), new("samples", _values.SamplesOf(lane)), .. more]));
}
