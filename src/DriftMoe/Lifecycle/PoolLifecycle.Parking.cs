using StreamMoe.DriftMoe.Gating;
using StreamMoe.DriftMoe.Pool;

namespace StreamMoe.DriftMoe.Lifecycle;

/// <summary>Which slots go: those that are worth nothing, and those that say what others say.</summary>
internal sealed partial class PoolLifecycle
{
    private const double TwinSamples = 1000;
    private static readonly (double Agreement, double BothWrong) s_alike = (0.95, 0.5), s_same = (0.99, 0.9);

    private void ParkLeast(Moment at)
    {
        int least = -1;
        for (int slot = 0; slot < _slots.Length; slot++)
        {
            int evidence = _states[slot] == SlotState.Trial ? _options.Trial : _options.Evidence;
            bool known = _values.SamplesOf(slot) * SampleEvery >= Math.Min(evidence, MarginalValues.Horizon * SampleEvery);
            if (!HasSay(slot) || !known || at.Learned - _since[slot] < evidence || Supports(slot)) continue;
            if (_values[slot] < _options.ParkBelow && MaySilence(slot) && (least < 0 || _values[slot] < _values[least])) least = slot;
        }
        if (least < 0) return;

        if (_states[least] == SlotState.Active && _shadow.Slot < 0 && TwinsOf(least, s_alike, TwinSamples) is { } twins)
        {
            Merge(least, twins, at);
            return;
        }
        bool trial = _states[least] == SlotState.Trial;
        Silence(least, SlotState.Parked, trial ? PoolEventKind.Drop : PoolEventKind.Prune, at);
        if (trial)
        {
            _drops[least]++;
            _slots[least].Free();
        }
        RefreshValues();
    }

    /// <summary>Merges a slot that says what others say. Two such slots protect each other from pruning: neither is worth much, but the gate
    /// leans on both, so that the loss would rise at first.</summary>
    private bool MergeSame(Moment at)
    {
        if (_shadow.Slot >= 0) return false;
        int weakest = -1;
        int[]? into = null;
        for (int slot = 0; slot < _slots.Length; slot++)
        {
            if (_states[slot] != SlotState.Active || at.Learned - _since[slot] < _options.Evidence || TwinsOf(slot, s_same, TwinSamples) is not { } twins) continue;
            if (weakest < 0 || _gate.Records.VerySlow[_slots[slot].FirstOutput] < _gate.Records.VerySlow[_slots[weakest].FirstOutput]) (weakest, into) = (slot, twins);
        }
        if (into is null || !MaySilence(weakest)) return false;
        Merge(weakest, into, at);
        return true;
    }

    /// <summary>Gives a slot's say to its twins. It runs on as a shadow, or is parked at once where there is no probation.</summary>
    private void Merge(int slot, int[] into, Moment at)
    {
        int first = _slots[slot].FirstOutput;
        KeyValuePair<string, double>[] evidence = [new("into", into[0]), new("agreement", _twins.AgreementOf(first, into[0])), new("bothWrong", _twins.BothWrongOf(first, into[0]))];
        MovedWeights[] moved = new MovedWeights[into.Length];
        for (int o = 0; o < into.Length; o++) moved[o] = _gate.MoveWeights(first + o, into[o]);
        bool probation = _options.Shadow > 0;
        Silence(slot, probation ? SlotState.Shadow : SlotState.Parked, probation ? PoolEventKind.Shadow : PoolEventKind.Merge, at, evidence);
        if (probation)
        {
            _shadow.Begin(slot, into, moved);
            // What counts now is what the slot would add and how it agrees from here on.
            _values.Reset(slot);
            for (int o = 0; o < into.Length; o++) _twins.Reset(first + o);
        }
        RefreshValues();
    }

    /// <summary>Takes in what the shadow says of a sampled instance.</summary>
    /// <returns>The classes that all experts predict, the shadow's among them.</returns>
    private ReadOnlySpan<int> ObserveShadow(int label, float probability, Opinions opinions, Opinions apart, int row)
    {
        PoolSlot slot = _slots[_shadow.Slot];
        float with = _gate.ProbabilityReturned(slot.FirstOutput, _shadow.Twins, _shadow.Moved, label, opinions, apart, row);
        _values.Add(_shadow.Slot, with, probability);
        opinions.Classes(row).CopyTo(_said);
        apart.Classes(row).Slice(slot.FirstOutput, slot.Outputs).CopyTo(_said.AsSpan(slot.FirstOutput));
        return _said;
    }

    /// <summary>Parks the shadow when its time is over, or gives its say back.</summary>
    /// <returns>True when something was decided.</returns>
    private bool EndShadow(Moment at)
    {
        int slot = _shadow.Slot;
        if (slot < 0 || at.Learned - _since[slot] < _options.Shadow) return false;
        int first = _slots[slot].FirstOutput;
        bool agrees = true;
        for (int o = 0; o < _shadow.Twins.Length; o++)
            agrees &= _twins.AgreementOf(first + o, _shadow.Twins[o]) >= s_alike.Agreement;
        if (!agrees || _values[slot] >= _options.ParkBelow)
        {
            RestoreShadow(at);
            return true;
        }
        Move(slot, SlotState.Parked, PoolEventKind.Merge, at, new("into", _shadow.Twins[0]), new("agreement", _twins.AgreementOf(first, _shadow.Twins[0])),
            new("bothWrong", _twins.BothWrongOf(first, _shadow.Twins[0])));
        _shadow.End();
        return true;
    }

    private void RestoreShadow(Moment at)
    {
        int slot = _shadow.Slot, first = _slots[slot].FirstOutput;
        for (int o = _shadow.Twins.Length - 1; o >= 0; o--) _gate.ReturnWeights(first + o, _shadow.Twins[o], _shadow.Moved[o]);
        Move(slot, SlotState.Active, PoolEventKind.Restore, at, new KeyValuePair<string, double>("agreement", _twins.AgreementOf(first, _shadow.Twins[0])));
        _shadow.End();
        RefreshValues();
    }

    /// <summary>Takes a slot's say away.</summary>
    private void Silence(int slot, SlotState to, PoolEventKind kind, Moment at, params KeyValuePair<string, double>[] evidence)
    {
        Move(slot, to, kind, at, evidence);
        _gate.SetRunning(_slots[slot].FirstOutput, _slots[slot].Outputs, running: false);
    }

    /// <summary>True when enough experts are left without a slot. Those on trial do not count when a settled one is to go: the newcomer would
    /// push it out before it has proved anything.</summary>
    private bool MaySilence(int slot)
    {
        int left = -_slots[slot].Outputs;
        for (int other = 0; other < _slots.Length; other++)
            if (_states[other] == SlotState.Active || (_states[other] == SlotState.Trial && _states[slot] == SlotState.Trial)) left += _slots[other].Outputs;
        return left >= _options.LeastRunning;
    }

    /// <summary>True when a slot has the say of the shadow, and so must stay.</summary>
    private bool Supports(int slot) => _shadow.Rests(_slots[slot].FirstOutput, _slots[slot].Outputs);

    private void RefreshValues()
    {
        // What the others are worth has just changed: it is measured afresh before the next one goes.
        for (int slot = 0; slot < _slots.Length; slot++) _values.Refresh(slot);
    }

    /// <summary>The twin of each of a slot's outputs in other slots that have their say; null when one has none.</summary>
    private int[]? TwinsOf(int slot, (double Agreement, double BothWrong) least, double samples)
    {
        int first = _slots[slot].FirstOutput, outputs = _slots[slot].Outputs;
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
