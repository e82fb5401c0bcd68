using StreamMoe.DriftMoe.Gating;
using StreamMoe.DriftMoe.Pool;
using StreamMoe.DriftMoe.Views;
using StreamMoe.Experts.Drift;
using StreamMoe.Experts.State;
using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Lifecycle;

/// <summary>Decides which experts of a pool run: parks those that are worth nothing now, and tries them again when the world changes.</summary>
/// <remarks>
/// This class hears the signals and decides when; <see cref="PoolTrials"/> and <see cref="PoolParking"/> do what follows.
/// Decisions fall at fixed counts of learned instances, at most one parking at each, so the state stays a function of the rows. The states of a
/// slot and their changes are those of <see cref="SlotStates"/>; each change is told by exactly one event. docs/lifecycle.md has the whole picture.
/// <para><b>Prune</b>: the slot that is worth least is parked when the mixture's log-loss would rise by less than a threshold without it
/// (<see cref="MarginalValues"/>, over enough samples). <b>Merge</b>: the same, when every opinion of the slot has a twin in another running
/// slot that agrees on at least 95 % of at least 1,000 samples and is wrong along with it in most cases; and whatever it is worth when the twins
/// agree on 99 % and are wrong together in 90 %. The twins inherit its stacker weights, and router biases that keep the mean routing mass.
/// It then runs on unheard as a <b>shadow</b>, and is parked if the twins still agree after a while and it was worth nothing to the mixture.</para>
/// <para><b>Spawn</b>: on a drift of the mixture's error all parked slots run again on trial, and after a long quiet time the next one in turn
/// does (the pool may lack a kind that the stream needs by now). On trial an expert learns, its stacker weight starts at 0 and its accuracy
/// records afresh, so that it weighs nothing before it is right. After the trial it is <b>promoted</b> or <b>dropped</b> by the rule of pruning.</para>
/// <para><b>Revive</b>: after a drift the experts of archived concepts race against the present ones (<see cref="ConceptRace"/>); those that are
/// better by more than chance take their places.</para>
/// Sources: replace only if better, Brzeziński and Stefanowski 2014 (AUE2); removal of useless experts, Kolter and Maloof 2007 (DWM).
/// No published rule merges experts of a stream mixture; the one here is ours.
/// </remarks>
internal sealed class PoolLifecycle
{
    private const int SampleEvery = ErrorSignals.SampleEvery;

    private readonly LifecycleOptions _options;
    private readonly SlotTable _slots;
    private readonly MixtureGate _gate;
    private readonly MarginalValues _values;
    private readonly TwinStatistics _twins;
    private readonly ErrorSignals _errors;
    private readonly InputSignals _inputs;
    private readonly VirtualDriftWatch _virtual = new();
    private readonly ConceptArchive _archive;
    private readonly RecentRows _recent;
    private readonly SlotMoves _moves;
    private readonly PoolTrials _trials;
    private readonly PoolParking _parking;
    private DriftSignal _pending;
    private long _quietSince, _lastDrift, _lastInputTrial, _driftAt, _eventsSinceLabel;
    private bool _inputPending;
    private long _raceSince = -1;

    /// <param name="options">The options.</param>
    /// <param name="slots">The pool; nobody else changes its states.</param>
    /// <param name="gate">The mixture, which hears those slots.</param>
    /// <param name="schema">The stream's schema.</param>
    /// <param name="views">The views that the experts see.</param>
    public PoolLifecycle(LifecycleOptions options, SlotTable slots, MixtureGate gate, Schema schema, InstanceViews views)
    {
        (_options, _slots, _gate) = (options, slots, gate);
        _values = new MarginalValues(slots.Count);
        _twins = new TwinStatistics(slots.ExpertCount);
        _errors = new ErrorSignals(options, slots.ExpertCount);
        _inputs = new InputSignals(options, schema);
        _archive = new ConceptArchive(options.Enabled ? options.Archive : 0);
        _recent = new RecentRows(views.RawSchema.AttributeCount, views.TemporalLength, slots.ExpertCount);
        _moves = new SlotMoves(slots, _values);
        _trials = new PoolTrials(options, slots, _moves, gate, _values, _twins, _errors);
        _parking = new PoolParking(options, slots, _moves, gate, _values, _twins, _trials);
    }

    /// <summary>Concepts in the archive.</summary>
    public int ArchivedConcepts => _archive.Count;

    /// <summary>Size of the state in bytes, from logical counts.</summary>
    public long ByteSize => _archive.ByteSize + _recent.ByteSize + _errors.ByteSize + _inputs.ByteSize + 24L * _slots.ExpertCount * _slots.ExpertCount;

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
    /// <param name="unheard">Opinions of the slots that run unheard.</param>
    /// <param name="row">Row of the opinions.</param>
    /// <param name="features">Its raw view.</param>
    /// <param name="view">Its temporal view.</param>
    /// <param name="at">The moment: the instances learned before it.</param>
    public void Observe(int label, int prediction, float probability, Opinions opinions, Opinions unheard, int row,
        ReadOnlySpan<double> features, ReadOnlySpan<double> view, Moment at)
    {
        _eventsSinceLabel = 0;
        DriftSignal signal = _errors.Mixture(prediction != label, at);
        _virtual.Add(prediction != label, signal == DriftSignal.Drift, at);
        if (signal == DriftSignal.Drift && _pending != DriftSignal.Drift) _driftAt = at.Learned;
        if (signal > _pending) _pending = signal;
        if (!_options.Enabled) return;

        ReadOnlySpan<int> classes = opinions.Classes(row);
        ReadOnlySpan<bool> heard = _slots.Heard.Span;
        _recent.Add(features, view, label, classes, heard);
        _parking.RecordShadow(label, unheard, row);
        if (at.Learned % SampleEvery != 0) return;

        for (int e = 0; e < heard.Length; e++)
            if (heard[e]) _errors.Expert(e, classes[e] != label, _slots.Of(e).Description, at);
        _parking.Observe(label, probability, opinions, unheard, row);
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
            _trials.Promote(at);
            _trials.EndBackground(at);
            decided = _parking.EndShadow(at);
        }
        if (_pending == DriftSignal.Drift && MayReact(_lastDrift, at)) ReactToDrift(at);
        else if (_inputPending && MayReact(Math.Max(_lastDrift, _lastInputTrial), at)) ReactToInputs(at);
        else if (_pending == DriftSignal.Warning && MayReact(_lastDrift, at)) _trials.BeginBackground(at);
        else if (judge && at.Learned - _quietSince >= _options.TryEvery) ReactToQuiet(at);
        else if (judge && !decided && !_parking.MergeSame(at)) _parking.ParkLeast(at);
        (_pending, _inputPending) = (DriftSignal.None, false);
        if (_raceSince >= 0 && at.Learned - _raceSince >= ConceptRace.LeastRows) Race(classes, at);
        long age = at.Learned - _lastDrift;
        if (judge && _archive.IsDue(age)) _archive.Keep(age, _slots, Accuracies());
    }

    /// <summary>Writes everything that decisions depend on.</summary>
    public void Save(StateWriter writer)
    {
        writer.Mark("lifecycle");
        _values.Save(writer);
        _twins.Save(writer);
        _errors.Save(writer);
        _inputs.Save(writer);
        _virtual.Save(writer);
        _slots.Save(writer);
        _parking.Save(writer);
        writer.Write(_quietSince);
        writer.Write(_lastDrift);
        writer.Write(_lastInputTrial);
        writer.Write(_eventsSinceLabel);
        writer.Write(_inputPending);
        writer.Write((int)_pending);
        writer.Write(_raceSince);
        writer.Write(_driftAt);
        _archive.Save(writer);
        _recent.Save(writer);
        _trials.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Load(StateReader reader)
    {
        reader.Mark("lifecycle");
        _values.Load(reader);
        _twins.Load(reader);
        _errors.Load(reader);
        _inputs.Load(reader);
        _virtual.Load(reader);
        _slots.Load(reader);
        _parking.Load(reader);
        _quietSince = reader.ReadInt64();
        _lastDrift = reader.ReadInt64();
        _lastInputTrial = reader.ReadInt64();
        _eventsSinceLabel = reader.ReadInt64();
        _inputPending = reader.ReadBoolean();
        _pending = (DriftSignal)reader.ReadInt32(0, (int)DriftSignal.Drift, "the pending signal");
        _raceSince = reader.ReadInt64();
        _driftAt = reader.ReadInt64();
        _archive.Load(reader, _slots.Count);
        _recent.Load(reader);
        _trials.Load(reader);
    }

    private bool MayReact(long last, Moment at) => last == 0 || at.Learned - last >= _options.Refractory;

    private void ReactToDrift(Moment at)
    {
        (_lastDrift, _quietSince) = (at.Learned, at.Learned);
        _archive.EndConcept();
        _raceSince = _archive.Count > 0 ? _driftAt : -1;
        _parking.RestoreShadow(at);
        for (int slot = 0; slot < _slots.Count; slot++) _slots[slot].Renew(_options.KeepWeights);
        _trials.TryAll(at, "drift");
    }

    /// <summary>The inputs changed while no labels came: whether that matters shows only now that they come.</summary>
    private void ReactToInputs(Moment at)
    {
        _lastInputTrial = at.Learned;
        _trials.TryAll(at, "input");
    }

    /// <summary>After a long quiet time: the pool may lack a kind that the stream needs by now.</summary>
    private void ReactToQuiet(Moment at)
    {
        _quietSince = at.Learned;
        _trials.TryNext(at);
    }

    /// <summary>Lets each archived concept race, and takes over the experts of the one that wins most.</summary>
    private void Race(int classes, Moment at)
    {
        int count = (int)Math.Min(at.Learned - _raceSince, _recent.Count), won = -1;
        _raceSince = -1;
        List<ConceptRace.Winner> winners = [];
        for (int concept = 0; concept < _archive.Count; concept++)
        {
            List<ConceptRace.Winner> found = ConceptRace.Run(_archive, concept, _slots, _recent, count, classes);
            if (found.Sum(w => w.Accuracy - w.Incumbent) > winners.Sum(w => w.Accuracy - w.Incumbent)) (winners, won) = (found, concept);
        }
        foreach (ConceptRace.Winner winner in winners)
        {
            PoolSlot slot = _slots[winner.Slot];
            bool runs = _slots.Runs(winner.Slot);
            if (!runs && !_trials.HasRoomFor(winner.Slot)) continue;
            _moves.Tell(PoolEventKind.Revive, winner.Slot, at,
                KeyValuePair.Create("accuracy", winner.Accuracy), KeyValuePair.Create("incumbent", winner.Incumbent), KeyValuePair.Create("instances", (double)count));
            if (!runs) _trials.Begin(winner.Slot, at, "race");
            slot.Replace(winner.Expert);
            for (int o = slot.FirstOutput; o < slot.FirstOutput + slot.Outputs; o++)
            {
                _gate.Records.Start(o, winner.Accuracy);
                _errors.Reset(o);
            }
        }
        if (won >= 0) _archive.MarkRevived(won);
    }

    /// <summary>Slow accuracy of each slot's best opinion; −1 when it is not heard, unless it is the shadow, whose records go on.</summary>
    private double[] Accuracies()
    {
        double[] accuracies = new double[_slots.Count];
        for (int slot = 0; slot < accuracies.Length; slot++)
        {
            accuracies[slot] = -1;
            int first = _slots[slot].FirstOutput;
            for (int o = first; _slots.Judged[first] && o < first + _slots[slot].Outputs; o++)
                accuracies[slot] = Math.Max(accuracies[slot], _gate.Records.Slow[o]);
        }
        return accuracies;
    }
}
