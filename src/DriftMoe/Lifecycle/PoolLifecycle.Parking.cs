using StreamMoe.DriftMoe.Gating;
using StreamMoe.DriftMoe.Pool;

namespace StreamMoe.DriftMoe.Lifecycle;

/// <summary>Which lanes go: those that are worth nothing, and those that say what others say.</summary>
internal sealed partial class PoolLifecycle
{
    private const double TwinSamples = 1000;
    private static readonly (double Agreement, double BothWrong) s_alike = (0.95, 0.5), s_same = (0.99, 0.9);

    private void ParkLeast(Moment at)
    {
        int least = -1;
        for (int lane = 0; lane < _lanes.Length; lane++)
        {
            int evidence = _states[lane] == LaneState.Trial ? _options.Trial : _options.Evidence;
            bool known = _values.SamplesOf(lane) * SampleEvery >= Math.Min(evidence, MarginalValues.Horizon * SampleEvery);
            if (!HasSay(lane) || !known || at.Learned - _since[lane] < evidence || Supports(lane)) continue;
            if (_values[lane] < _options.ParkBelow && MaySilence(lane) && (least < 0 || _values[lane] < _values[least])) least = lane;
        }
        if (least < 0) return;

        if (_states[least] == LaneState.Active && _shadow.Lane < 0 && TwinsOf(least, s_alike, TwinSamples) is { } twins)
        {
            Merge(least, twins, at);
            return;
        }
        bool trial = _states[least] == LaneState.Trial;
        Silence(least, LaneState.Parked, trial ? PoolEventKind.Drop : PoolEventKind.Prune, at);
        if (trial)
        {
            _drops[least]++;
            _lanes[least].Free();
        }
        RefreshValues();
    }

    /// <summary>Merges a lane that says what others say. Two such lanes protect each other from pruning: neither is worth much, but the gate
    /// leans on both, so that the loss would rise at first.</summary>
    private bool MergeSame(Moment at)
    {
        if (_shadow.Lane >= 0) return false;
        int weakest = -1;
        int[]? into = null;
        for (int lane = 0; lane < _lanes.Length; lane++)
        {
            if (_states[lane] != LaneState.Active || at.Learned - _since[lane] < _options.Evidence || TwinsOf(lane, s_same, TwinSamples) is not { } twins) continue;
            if (weakest < 0 || _gate.Records.VerySlow[_lanes[lane].FirstOutput] < _gate.Records.VerySlow[_lanes[weakest].FirstOutput]) (weakest, into) = (lane, twins);
        }
        if (into is null || !MaySilence(weakest)) return false;
        Merge(weakest, into, at);
        return true;
    }

    /// <summary>Gives a lane's say to its twins. It runs on as a shadow, or is parked at once where there is no probation.</summary>
    private void Merge(int lane, int[] into, Moment at)
    {
        int first = _lanes[lane].FirstOutput;
        KeyValuePair<string, double>[] evidence = [new("into", into[0]), new("agreement", _twins.AgreementOf(first, into[0])), new("bothWrong", _twins.BothWrongOf(first, into[0]))];
        MovedSay[] moved = new MovedSay[into.Length];
        for (int o = 0; o < into.Length; o++) moved[o] = _gate.MoveSay(first + o, into[o]);
        bool probation = _options.Shadow > 0;
        Silence(lane, probation ? LaneState.Shadow : LaneState.Parked, probation ? PoolEventKind.Shadow : PoolEventKind.Merge, at, evidence);
        if (probation)
        {
            _shadow.Begin(lane, into, moved);
            // What counts now is what the lane would add and how it agrees from here on.
            _values.Reset(lane);
            for (int o = 0; o < into.Length; o++) _twins.Reset(first + o);
        }
        RefreshValues();
    }

    /// <summary>Takes in what the shadow says of a sampled instance.</summary>
    /// <returns>The classes that all experts predict, the shadow's among them.</returns>
    private ReadOnlySpan<int> ObserveShadow(int label, float probability, Opinions opinions, Opinions apart, int row)
    {
        PoolLane lane = _lanes[_shadow.Lane];
        float with = _gate.ProbabilityReturned(lane.FirstOutput, _shadow.Twins, _shadow.Moved, label, opinions, apart, row);
        _values.Add(_shadow.Lane, with, probability);
        opinions.Classes(row).CopyTo(_said);
        apart.Classes(row).Slice(lane.FirstOutput, lane.Outputs).CopyTo(_said.AsSpan(lane.FirstOutput));
        return _said;
    }

    /// <summary>Parks the shadow when its time is over, or gives its say back.</summary>
    /// <returns>True when something was decided.</returns>
    private bool EndShadow(Moment at)
    {
        int lane = _shadow.Lane;
        if (lane < 0 || at.Learned - _since[lane] < _options.Shadow) return false;
        int first = _lanes[lane].FirstOutput;
        bool agrees = true;
        for (int o = 0; o < _shadow.Twins.Length; o++)
            agrees &= _twins.AgreementOf(first + o, _shadow.Twins[o]) >= s_alike.Agreement;
        if (!agrees || _values[lane] >= _options.ParkBelow)
        {
            RestoreShadow(at);
            return true;
        }
        Move(lane, LaneState.Parked, PoolEventKind.Merge, at, new("into", _shadow.Twins[0]), new("agreement", _twins.AgreementOf(first, _shadow.Twins[0])),
            new("bothWrong", _twins.BothWrongOf(first, _shadow.Twins[0])));
        _shadow.End();
        return true;
    }

    private void RestoreShadow(Moment at)
    {
        int lane = _shadow.Lane, first = _lanes[lane].FirstOutput;
        for (int o = _shadow.Twins.Length - 1; o >= 0; o--) _gate.ReturnSay(first + o, _shadow.Twins[o], _shadow.Moved[o]);
        Move(lane, LaneState.Active, PoolEventKind.Restore, at, new KeyValuePair<string, double>("agreement", _twins.AgreementOf(first, _shadow.Twins[0])));
        _shadow.End();
        RefreshValues();
    }

    /// <summary>Takes a lane's say away.</summary>
    private void Silence(int lane, LaneState to, PoolEventKind kind, Moment at, params KeyValuePair<string, double>[] evidence)
    {
        Move(lane, to, kind, at, evidence);
        _gate.SetRunning(_lanes[lane].FirstOutput, _lanes[lane].Outputs, running: false);
    }

    /// <summary>True when enough experts are left without a lane. Those on trial do not count when a settled one is to go: the newcomer would
    /// push it out before it has proved anything.</summary>
    private bool MaySilence(int lane)
    {
        int left = -_lanes[lane].Outputs;
        for (int other = 0; other < _lanes.Length; other++)
            if (_states[other] == LaneState.Active || (_states[other] == LaneState.Trial && _states[lane] == LaneState.Trial)) left += _lanes[other].Outputs;
        return left >= _options.LeastRunning;
    }

    /// <summary>True when a lane has the say of the shadow, and so must stay.</summary>
    private bool Supports(int lane) => _shadow.Rests(_lanes[lane].FirstOutput, _lanes[lane].Outputs);

    private void RefreshValues()
    {
        // What the others are worth has just changed: it is measured afresh before the next one goes.
        for (int lane = 0; lane < _lanes.Length; lane++) _values.Refresh(lane);
    }

    /// <summary>The twin of each of a lane's outputs in other lanes that have their say; null when one has none.</summary>
    private int[]? TwinsOf(int lane, (double Agreement, double BothWrong) least, double samples)
    {
        int first = _lanes[lane].FirstOutput, outputs = _lanes[lane].Outputs;
        int[] twins = new int[outputs];
        for (int o = 0; o < outputs; o++)
        {
            int best = -1;
            for (int other = 0; other < _running.Length; other++)
            {
                if (!_running[other] || (other >= first && other < first + outputs)) continue;
                bool twin = _twins.SamplesOf(first + o, other) >= samples
                    && _twins.AgreementOf(first + o, other) >= least.Agreement && _twins.BothWrongOf(first + o, other) >= least.BothWrong;
                if (twin && (best < 0 || _twins.AgreementOf(first + o, other) > _twins.AgreementOf(first + o, best))) best = other;
            }
            if (best < 0) return null;
            twins[o] = best;
        }
        return twins;
    }
}
