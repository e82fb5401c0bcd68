using StreamMoe.DriftMoe.Gating;
using StreamMoe.DriftMoe.Pool;
using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Lifecycle;

/// <summary>How parked slots come back: they are tried for a while, and then promoted, or parked again by <see cref="PoolParking"/>.</summary>
/// <param name="options">The options.</param>
/// <param name="slots">The slots.</param>
/// <param name="moves">Changes their states.</param>
/// <param name="gate">The mixture.</param>
/// <param name="values">What each slot is worth.</param>
/// <param name="twins">How alike they are.</param>
/// <param name="errors">Their errors.</param>
internal sealed class PoolTrials(LifecycleOptions options, SlotTable slots, SlotMoves moves, MixtureGate gate, MarginalValues values, TwinStatistics twins, ErrorSignals errors)
{
    private readonly int[] _drops = new int[slots.Count];
    private int _nextTry, _nextReserve;

    /// <summary>After a warning: parked slots learn in the background.</summary>
    public void BeginBackground(Moment at)
    {
        if (!options.Background) return;
        for (int slot = 0; slot < slots.Count; slot++)
            if (slots.StateOf(slot) == SlotState.Parked && slots[slot].HasExpert) moves.Move(slot, SlotState.Background, PoolEventKind.Background, at);
    }

    /// <summary>Parks again what learned in the background while no drift came.</summary>
    public void EndBackground(Moment at)
    {
        for (int slot = 0; slot < slots.Count; slot++)
            if (slots.StateOf(slot) == SlotState.Background && at.Learned - slots.SinceOf(slot) >= LifecycleOptions.BackgroundLength)
                moves.Move(slot, SlotState.Parked, PoolEventKind.Drop, at, KeyValuePair.Create("background", 1.0));
    }

    /// <summary>Tries the next parked slot in turn whose pause is over. A slot that was dropped f times since the last drift or promotion
    /// pauses for tryEvery·2^(f+1), with at most backOff doublings.</summary>
    public void TryNext(Moment at)
    {
        for (int i = 0; i < slots.Count; i++)
        {
            int slot = (_nextTry + i) % slots.Count;
            if (!MayTry(slot)) continue;
            if (_drops[slot] > 0 && at.Learned - slots.SinceOf(slot) < (long)options.TryEvery << Math.Min(_drops[slot] + 1, options.BackOff)) continue;
            Begin(slot, at, "stagnation");
            _nextTry = (slot + 1) % slots.Count;
            return;
        }
    }

    /// <summary>Tries all parked slots of the pool, and as many of the reserve, in turn, as may be on trial at once.</summary>
    public void TryAll(Moment at, string reason)
    {
        _drops.AsSpan().Clear();
        int first = _nextReserve;
        for (int i = 0; i < slots.Count; i++)
        {
            int slot = (first + i) % slots.Count;
            if (!MayTry(slot)) continue;
            Begin(slot, at, reason);
            if (slots[slot].IsReserve) _nextReserve = (slot + 1) % slots.Count;
        }
    }

    /// <summary>True for a slot of the pool, and for one of the reserve while not too many of these are on trial.</summary>
    public bool HasRoomFor(int slot)
    {
        if (!slots[slot].IsReserve) return true;
        int trials = 0;
        for (int other = 0; other < slots.Count; other++)
            if (slots[other].IsReserve && slots.StateOf(other) == SlotState.Trial) trials++;
        return trials < options.ReserveTrials;
    }

    /// <summary>Puts a slot on trial. It has no weight in the mixture before it has proved right.</summary>
    public void Begin(int slot, Moment at, string reason)
    {
        moves.Move(slot, SlotState.Trial, PoolEventKind.Spawn, at, KeyValuePair.Create(reason, 1.0));
        PoolSlot tried = slots[slot];
        tried.Wake();
        gate.BeginFromNothing(tried.FirstOutput, tried.Outputs);
        values.Reset(slot);
        for (int o = tried.FirstOutput; o < tried.FirstOutput + tried.Outputs; o++)
        {
            twins.Reset(o);
            errors.Reset(o);
        }
    }

    /// <summary>Promotes the experts whose trial is over and which are worth something by now; the others go one by one, as in pruning,
    /// because several that each seem to be worth nothing may be worth much together.</summary>
    public void Promote(Moment at)
    {
        for (int slot = 0; slot < slots.Count; slot++)
        {
            if (slots.StateOf(slot) != SlotState.Trial || at.Learned - slots.SinceOf(slot) < options.Trial || values[slot] < options.ParkBelow) continue;
            moves.Move(slot, SlotState.Active, PoolEventKind.Promote, at);
            _drops[slot] = 0;
        }
    }

    /// <summary>Remembers that a trial came to nothing, and frees what it learned.</summary>
    public void Drop(int slot)
    {
        _drops[slot]++;
        slots[slot].Free();
    }

    /// <summary>Writes whose turn it is, and how often each was dropped.</summary>
    public void Save(StateWriter writer)
    {
        writer.Write(_nextTry);
        writer.Write(_nextReserve);
        writer.Write(_drops);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Load(StateReader reader)
    {
        _nextTry = reader.ReadInt32(0, slots.Count - 1, "the next slot to try");
        _nextReserve = reader.ReadInt32(0, slots.Count - 1, "the next slot of the reserve to try");
        reader.ReadInto(_drops.AsSpan(), "the drops of the slots");
    }

    private bool MayTry(int slot) => slots.StateOf(slot) is SlotState.Parked or SlotState.Background && HasRoomFor(slot);
}
