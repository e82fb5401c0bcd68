using StreamMoe.DriftMoe.Gating;
using StreamMoe.DriftMoe.Pool;
using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Lifecycle;

/// <summary>Which slots go: those that are worth nothing, and those whose opinions others have too.</summary>
/// <param name="options">The options.</param>
/// <param name="slots">The slots.</param>
/// <param name="moves">Changes their states.</param>
/// <param name="gate">The mixture.</param>
/// <param name="values">What each slot is worth.</param>
/// <param name="twins">How alike they are.</param>
/// <param name="trials">Is told of trials that came to nothing.</param>
internal sealed class PoolParking(LifecycleOptions options, SlotTable slots, SlotMoves moves, MixtureGate gate, MarginalValues values, TwinStatistics twins, PoolTrials trials)
{
    private const double TwinSamples = 1000;
    private static readonly (double Agreement, double BothWrong) s_alike = (0.95, 0.5), s_same = (0.99, 0.9);

    private readonly ShadowMerge _shadow = new();
    private readonly int[] _opinions = new int[slots.ExpertCount];

    /// <summary>Parks the slot that is worth least, when it may go and has long enough been worth less than it costs.</summary>
    public void ParkLeast(Moment at)
    {
        const int every = ErrorSignals.SampleEvery;
        int least = -1;
        for (int slot = 0; slot < slots.Count; slot++)
        {
            int evidence = slots.StateOf(slot) == SlotState.Trial ? options.Trial : options.Evidence;
            bool known = values.SamplesOf(slot) * every >= Math.Min(evidence, MarginalValues.Horizon * every);
            if (!slots.IsHeard(slot) || !known || at.Learned - slots.SinceOf(slot) < evidence || Supports(slot)) continue;
            if (values[slot] < options.ParkBelow && MayGo(slot) && (least < 0 || values[slot] < values[least])) least = slot;
        }
        if (least < 0) return;

        if (slots.StateOf(least) == SlotState.Active && _shadow.Slot < 0 && TwinsOf(least, s_alike, TwinSamples) is { } others)
        {
            Merge(least, others, at);
            return;
        }
        bool trial = slots.StateOf(least) == SlotState.Trial;
        moves.Move(least, SlotState.Parked, trial ? PoolEventKind.Drop : PoolEventKind.Prune, at);
        if (trial) trials.Drop(least);
        RefreshValues();
    }

    /// <summary>Merges a slot whose opinions others have too. Two such slots protect each other from pruning: neither is worth much, but the gate
    /// leans on both, so that the loss would rise at first.</summary>
    /// <returns>True when one was merged.</returns>
    public bool MergeSame(Moment at)
    {
        if (_shadow.Slot >= 0) return false;
        int weakest = -1;
        int[]? into = null;
        for (int slot = 0; slot < slots.Count; slot++)
        {
            if (slots.StateOf(slot) != SlotState.Active || at.Learned - slots.SinceOf(slot) < options.Evidence || TwinsOf(slot, s_same, TwinSamples) is not { } others) continue;
            if (weakest < 0 || gate.Records.VerySlow[slots[slot].FirstOutput] < gate.Records.VerySlow[slots[weakest].FirstOutput]) (weakest, into) = (slot, others);
        }
        if (into is null || !MayGo(weakest)) return false;
        Merge(weakest, into, at);
        return true;
    }

    /// <summary>Keeps the records of the shadow, which nobody hears, up to date.</summary>
    public void RecordShadow(int label, Opinions unheard, int row)
    {
        if (_shadow.Slot < 0) return;
        PoolSlot slot = slots[_shadow.Slot];
        for (int o = slot.FirstOutput; o < slot.FirstOutput + slot.Outputs; o++) gate.Records.Add(o, unheard.Classes(row)[o] == label);
    }

    /// <summary>Takes in a sampled instance.</summary>
    /// <param name="label">Its class.</param>
    /// <param name="probability">The mixture's probability of the class.</param>
    /// <param name="opinions">The pool's opinions.</param>
    /// <param name="unheard">Opinions of the slots that run unheard.</param>
    /// <param name="row">Row of the opinions.</param>
    public void Observe(int label, float probability, Opinions opinions, Opinions unheard, int row)
    {
        for (int slot = 0; slot < slots.Count; slot++)
            if (slots.IsHeard(slot))
                values.Add(slot, probability, gate.ProbabilityWithout(slots[slot].FirstOutput, slots[slot].Outputs, label, opinions, row));
        ReadOnlySpan<int> classes = opinions.Classes(row);
        if (_shadow.Slot >= 0)
        {
            PoolSlot slot = slots[_shadow.Slot];
            float with = gate.ProbabilityReturned(slot.FirstOutput, _shadow.Twins, _shadow.Moved, label, opinions, unheard, row);
            values.Add(_shadow.Slot, with, probability);
            classes.CopyTo(_opinions);
            unheard.Classes(row).Slice(slot.FirstOutput, slot.Outputs).CopyTo(_opinions.AsSpan(slot.FirstOutput));
            classes = _opinions;
        }
        twins.Add(label, classes, slots.Judged);
    }

    /// <summary>Parks the shadow when its time is over, or lets the mixture hear it again.</summary>
    /// <returns>True when something was decided.</returns>
    public bool EndShadow(Moment at)
    {
        int slot = _shadow.Slot;
        if (slot < 0 || at.Learned - slots.SinceOf(slot) < options.Shadow) return false;
        int first = slots[slot].FirstOutput;
        bool agrees = true;
        for (int o = 0; o < _shadow.Twins.Length; o++)
            agrees &= twins.AgreementOf(first + o, _shadow.Twins[o]) >= s_alike.Agreement;
        if (!agrees || values[slot] >= options.ParkBelow)
        {
            RestoreShadow(at);
            return true;
        }
        moves.Move(slot, SlotState.Parked, PoolEventKind.Merge, at, [new("into", _shadow.Twins[0]), .. LikenessTo(first, _shadow.Twins[0])]);
        _shadow.End();
        return true;
    }

    /// <summary>Gives the shadow, if there is one, its weight in the mixture back.</summary>
    public void RestoreShadow(Moment at)
    {
        int slot = _shadow.Slot;
        if (slot < 0) return;
        int first = slots[slot].FirstOutput;
        for (int o = _shadow.Twins.Length - 1; o >= 0; o--) gate.ReturnWeights(first + o, _shadow.Twins[o], _shadow.Moved[o]);
        moves.Move(slot, SlotState.Active, PoolEventKind.Restore, at, KeyValuePair.Create("agreement", twins.AgreementOf(first, _shadow.Twins[0])));
        _shadow.End();
        RefreshValues();
    }

    /// <summary>Writes the merge that is on probation.</summary>
    public void Save(StateWriter writer) => _shadow.Save(writer);

    /// <summary>Reads what <see cref="Save"/> wrote, after the states of the slots.</summary>
    public void Load(StateReader reader)
    {
        int[] outputs = new int[slots.Count];
        for (int slot = 0; slot < outputs.Length; slot++) outputs[slot] = slots[slot].Outputs;
        _shadow.Load(reader, outputs, slots.ExpertCount);
        if (slots.Find(SlotState.Shadow) != _shadow.Slot)
            throw new StateFormatException($"The merge on probation is that of slot {_shadow.Slot}, which is not the slot in state {SlotState.Shadow}.");
    }

    /// <summary>Gives a slot's weight to its twins. It runs on as a shadow, or is parked at once where there is no probation.</summary>
    private void Merge(int slot, int[] into, Moment at)
    {
        int first = slots[slot].FirstOutput;
        KeyValuePair<string, double>[] evidence = [new("into", into[0]), .. LikenessTo(first, into[0])];
        MovedWeights[] moved = new MovedWeights[into.Length];
        for (int o = 0; o < into.Length; o++) moved[o] = gate.MoveWeights(first + o, into[o]);
        bool probation = options.Shadow > 0;
        moves.Move(slot, probation ? SlotState.Shadow : SlotState.Parked, probation ? PoolEventKind.Shadow : PoolEventKind.Merge, at, evidence);
        if (probation)
        {
            _shadow.Begin(slot, into, moved);
            // What counts now is what the slot would add and how it agrees from here on.
            values.Reset(slot);
            for (int o = 0; o < into.Length; o++) twins.Reset(first + o);
        }
        RefreshValues();
    }

    private KeyValuePair<string, double>[] LikenessTo(int expert, int twin)
        => [new("agreement", twins.AgreementOf(expert, twin)), new("bothWrong", twins.BothWrongOf(expert, twin))];

    /// <summary>True when enough experts are heard without a slot. Those on trial do not count when a settled one is to go: the newcomer would
    /// push it out before it has proved anything.</summary>
    private bool MayGo(int slot)
    {
        int left = -slots[slot].Outputs;
        for (int other = 0; other < slots.Count; other++)
            if (slots.StateOf(other) == SlotState.Active || (slots.StateOf(other) == SlotState.Trial && slots.StateOf(slot) == SlotState.Trial)) left += slots[other].Outputs;
        return left >= options.LeastRunning;
    }

    /// <summary>True when a slot has the weight of the shadow, and so must stay.</summary>
    private bool Supports(int slot) => _shadow.Rests(slots[slot].FirstOutput, slots[slot].Outputs);

    private void RefreshValues()
    {
        // What the others are worth has just changed: it is measured afresh before the next one goes.
        for (int slot = 0; slot < slots.Count; slot++) values.Refresh(slot);
    }

    /// <summary>The twin of each of a slot's outputs in other slots that are heard; null when one has none.</summary>
    private int[]? TwinsOf(int slot, (double Agreement, double BothWrong) least, double samples)
    {
        int first = slots[slot].FirstOutput, outputs = slots[slot].Outputs;
        ReadOnlySpan<bool> heard = slots.Heard.Span;
        int[] found = new int[outputs];
        for (int o = 0; o < outputs; o++)
        {
            int best = -1;
            for (int other = 0; other < heard.Length; other++)
            {
                if (!heard[other] || (other >= first && other < first + outputs)) continue;
                bool twin = twins.SamplesOf(first + o, other) >= samples
                    && twins.AgreementOf(first + o, other) >= least.Agreement && twins.BothWrongOf(first + o, other) >= least.BothWrong;
                if (twin && (best < 0 || twins.AgreementOf(first + o, other) > twins.AgreementOf(first + o, best))) best = other;
            }
            if (best < 0) return null;
            found[o] = best;
        }
        return found;
    }
}
