using StreamMoe.DriftMoe.Pool;

namespace StreamMoe.DriftMoe.Lifecycle;

/// <summary>What drifts, warnings and quiet times lead to: parked slots learn and are tried, archived experts race.</summary>
internal sealed partial class PoolLifecycle
{
    private void ReactToDrift(Moment at)
    {
        (_lastDrift, _quietSince) = (at.Learned, at.Learned);
        _archive.EndConcept();
        _raceSince = _archive.Count > 0 ? _driftAt : -1;
        if (_shadow.Slot >= 0) RestoreShadow(at);
        foreach (PoolSlot slot in _slots) slot.Renew(_options.KeepWeights);
        SpawnAll(at, "drift");
    }

    /// <summary>The inputs changed while no labels came: whether that matters shows only now that they come.</summary>
    private void ReactToInputs(Moment at)
    {
        _lastInputTrial = at.Learned;
        SpawnAll(at, "input");
    }

    private void ReactToWarning(Moment at)
    {
        if (!_options.Background) return;
        for (int slot = 0; slot < _slots.Length; slot++)
            if (_states[slot] == SlotState.Parked && _slots[slot].HasExpert) Move(slot, SlotState.Background, PoolEventKind.Background, at);
    }

    /// <summary>Tries the next parked slot in turn whose pause is over. A slot that was dropped f times since the last drift or promotion
    /// pauses for tryEvery·2^(f+1), with at most backOff doublings.</summary>
    private void ReactToQuiet(Moment at)
    {
        _quietSince = at.Learned;
        for (int i = 0; i < _slots.Length; i++)
        {
            int slot = (_nextTry + i) % _slots.Length;
            if (_states[slot] is not (SlotState.Parked or SlotState.Background) || !MayTryReserve(slot)) continue;
            if (_drops[slot] > 0 && at.Learned - _since[slot] < (long)_options.TryEvery << Math.Min(_drops[slot] + 1, _options.BackOff)) continue;
            Spawn(slot, at, "stagnation");
            _nextTry = (slot + 1) % _slots.Length;
            return;
        }
    }

    /// <summary>Tries all parked slots of the pool, and as many of the reserve, in turn, as may be on trial at once.</summary>
    private void SpawnAll(Moment at, string reason)
    {
        _drops.AsSpan().Clear();
        int first = _nextReserve;
        for (int i = 0; i < _slots.Length; i++)
        {
            int slot = (first + i) % _slots.Length;
            if (_states[slot] is not (SlotState.Parked or SlotState.Background) || !MayTryReserve(slot)) continue;
            Spawn(slot, at, reason);
            if (_slots[slot].IsReserve) _nextReserve = (slot + 1) % _slots.Length;
        }
    }

    /// <summary>True for a slot of the pool, and for one of the reserve while not too many of these are on trial.</summary>
    private bool MayTryReserve(int slot)
    {
        if (!_slots[slot].IsReserve) return true;
        int trials = 0;
        for (int other = 0; other < _slots.Length; other++)
            if (_slots[other].IsReserve && _states[other] == SlotState.Trial) trials++;
        return trials < _options.ReserveTrials;
    }

    private void Spawn(int slot, Moment at, string reason)
    {
        Move(slot, SlotState.Trial, PoolEventKind.Spawn, at, KeyValuePair.Create(reason, 1.0));
        _slots[slot].Wake();
        _gate.SetRunning(_slots[slot].FirstOutput, _slots[slot].Outputs, running: true);
        _values.Reset(slot);
        for (int o = _slots[slot].FirstOutput; o < _slots[slot].FirstOutput + _slots[slot].Outputs; o++)
        {
            _twins.Reset(o);
            _errors.Reset(o);
        }
    }

    /// <summary>Promotes the experts whose trial is over and which are worth something by now; the others go one by one, as in pruning,
    /// because several that each seem to be worth nothing may be worth much together.</summary>
    private void EndTrials(Moment at)
    {
        for (int slot = 0; slot < _slots.Length; slot++)
            if (_states[slot] == SlotState.Trial && at.Learned - _since[slot] >= _options.Trial && _values[slot] >= _options.ParkBelow)
            {
                Move(slot, SlotState.Active, PoolEventKind.Promote, at);
                _drops[slot] = 0;
            }
    }

    /// <summary>Parks again what learned in the background while no drift came.</summary>
    private void EndBackground(Moment at)
    {
        for (int slot = 0; slot < _slots.Length; slot++)
            if (_states[slot] == SlotState.Background && at.Learned - _since[slot] >= LifecycleOptions.BackgroundLength)
                Move(slot, SlotState.Parked, PoolEventKind.Drop, at, KeyValuePair.Create("background", 1.0));
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
            bool runs = Runs(winner.Slot);
            if (!runs && !MayTryReserve(winner.Slot)) continue;
            Note(PoolEventKind.Revive, winner.Slot, at,
                KeyValuePair.Create("accuracy", winner.Accuracy), KeyValuePair.Create("incumbent", winner.Incumbent), KeyValuePair.Create("instances", (double)count));
            if (!runs) Spawn(winner.Slot, at, "race");
            slot.Replace(winner.Expert);
            for (int o = slot.FirstOutput; o < slot.FirstOutput + slot.Outputs; o++)
            {
                _gate.Records.Start(o, winner.Accuracy);
                _errors.Reset(o);
            }
        }
        if (won >= 0) _archive.MarkRevived(won);
    }

    /// <summary>Slow accuracy of each slot's best opinion; −1 when it has no say, unless it is the shadow, whose records go on.</summary>
    private double[] Accuracies()
    {
        double[] accuracies = new double[_slots.Length];
        for (int slot = 0; slot < _slots.Length; slot++)
        {
            accuracies[slot] = -1;
            int first = _slots[slot].FirstOutput;
            for (int o = first; _judged[first] && o < first + _slots[slot].Outputs; o++)
                accuracies[slot] = Math.Max(accuracies[slot], _gate.Records.Slow[o]);
        }
        return accuracies;
    }
}
