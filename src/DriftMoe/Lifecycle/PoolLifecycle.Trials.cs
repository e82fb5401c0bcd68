using StreamMoe.DriftMoe.Pool;

namespace StreamMoe.DriftMoe.Lifecycle;

/// <summary>What drifts, warnings and quiet times lead to: parked lanes learn and are tried, archived experts race.</summary>
internal sealed partial class PoolLifecycle
{
    private void ReactToDrift(Moment at)
    {
        (_lastDrift, _quietSince) = (at.Learned, at.Learned);
        _archive.EndConcept();
        _raceSince = _archive.Count > 0 ? _driftAt : -1;
        if (_shadow.Lane >= 0) RestoreShadow(at);
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
        for (int lane = 0; lane < _lanes.Length; lane++)
            if (_states[lane] == LaneState.Parked && _lanes[lane].HasExpert) Move(lane, LaneState.Background, PoolEventKind.Background, at);
    }

    /// <summary>Tries the next parked lane in turn whose pause is over. A lane that was dropped f times since the last drift or promotion
    /// pauses for tryEvery·2^(f+1), with at most backOff doublings.</summary>
    private void ReactToQuiet(Moment at)
    {
        _quietSince = at.Learned;
        for (int i = 0; i < _lanes.Length; i++)
        {
            int lane = (_nextTry + i) % _lanes.Length;
            if (_states[lane] is not (LaneState.Parked or LaneState.Background) || !MayTryReserve(lane)) continue;
            if (_drops[lane] > 0 && at.Learned - _since[lane] < (long)_options.TryEvery << Math.Min(_drops[lane] + 1, _options.BackOff)) continue;
            Spawn(lane, at, "stagnation");
            _nextTry = (lane + 1) % _lanes.Length;
            return;
        }
    }

    /// <summary>Tries all parked lanes of the pool, and as many of the reserve, in turn, as may be on trial at once.</summary>
    private void SpawnAll(Moment at, string reason)
    {
        _drops.AsSpan().Clear();
        int first = _nextReserve;
        for (int i = 0; i < _lanes.Length; i++)
        {
            int lane = (first + i) % _lanes.Length;
            if (_states[lane] is not (LaneState.Parked or LaneState.Background) || !MayTryReserve(lane)) continue;
            Spawn(lane, at, reason);
            if (_lanes[lane].IsReserve) _nextReserve = (lane + 1) % _lanes.Length;
        }
    }

    /// <summary>True for a lane of the pool, and for one of the reserve while not too many of these are on trial.</summary>
    private bool MayTryReserve(int lane)
    {
        if (!_lanes[lane].IsReserve) return true;
        int trials = 0;
        for (int other = 0; other < _lanes.Length; other++)
            if (_lanes[other].IsReserve && _states[other] == LaneState.Trial) trials++;
        return trials < _options.ReserveTrials;
    }

    private void Spawn(int lane, Moment at, string reason)
    {
        Move(lane, LaneState.Trial, PoolEventKind.Spawn, at, KeyValuePair.Create(reason, 1.0));
        _lanes[lane].Wake();
        _gate.SetRunning(_lanes[lane].FirstOutput, _lanes[lane].Outputs, running: true);
        _values.Reset(lane);
        for (int o = _lanes[lane].FirstOutput; o < _lanes[lane].FirstOutput + _lanes[lane].Outputs; o++)
        {
            _twins.Reset(o);
            _errors.Reset(o);
        }
    }

    /// <summary>Promotes the experts whose trial is over and which are worth something by now; the others go one by one, as in pruning,
    /// because several that each seem to be worth nothing may be worth much together.</summary>
    private void EndTrials(Moment at)
    {
        for (int lane = 0; lane < _lanes.Length; lane++)
            if (_states[lane] == LaneState.Trial && at.Learned - _since[lane] >= _options.Trial && _values[lane] >= _options.ParkBelow)
            {
                Move(lane, LaneState.Active, PoolEventKind.Promote, at);
                _drops[lane] = 0;
            }
    }

    /// <summary>Parks again what learned in the background while no drift came.</summary>
    private void EndBackground(Moment at)
    {
        for (int lane = 0; lane < _lanes.Length; lane++)
            if (_states[lane] == LaneState.Background && at.Learned - _since[lane] >= LifecycleOptions.BackgroundLength)
                Move(lane, LaneState.Parked, PoolEventKind.Drop, at, KeyValuePair.Create("background", 1.0));
    }

    /// <summary>Lets each archived concept race, and takes over the experts of the one that wins most.</summary>
    private void Race(int classes, Moment at)
    {
        int count = (int)Math.Min(at.Learned - _raceSince, _recent.Count), won = -1;
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
            bool runs = Runs(winner.Lane);
            if (!runs && !MayTryReserve(winner.Lane)) continue;
            Note(PoolEventKind.Revive, winner.Lane, at,
                KeyValuePair.Create("accuracy", winner.Accuracy), KeyValuePair.Create("incumbent", winner.Incumbent), KeyValuePair.Create("instances", (double)count));
            if (!runs) Spawn(winner.Lane, at, "race");
            lane.Replace(winner.Expert);
            for (int o = lane.FirstOutput; o < lane.FirstOutput + lane.Outputs; o++)
            {
                _gate.Records.Start(o, winner.Accuracy);
                _errors.Reset(o);
            }
        }
        if (won >= 0) _archive.MarkRevived(won);
    }

    /// <summary>Slow accuracy of each lane's best opinion; −1 when it has no say, unless it is the shadow, whose records go on.</summary>
    private double[] Accuracies()
    {
        double[] accuracies = new double[_lanes.Length];
        for (int lane = 0; lane < _lanes.Length; lane++)
        {
            accuracies[lane] = -1;
            int first = _lanes[lane].FirstOutput;
            for (int o = first; _judged[first] && o < first + _lanes[lane].Outputs; o++)
                accuracies[lane] = Math.Max(accuracies[lane], _gate.Records.Slow[o]);
        }
        return accuracies;
    }
}
