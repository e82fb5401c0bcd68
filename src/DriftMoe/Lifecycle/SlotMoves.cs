using StreamMoe.DriftMoe.Gating;
using StreamMoe.DriftMoe.Pool;

namespace StreamMoe.DriftMoe.Lifecycle;

/// <summary>Changes the states of slots, and tells of each change by exactly one event with what the slot was worth.</summary>
internal sealed class SlotMoves(SlotTable slots, MarginalValues values)
{
    /// <summary>Changes the state of a slot, and tells of it.</summary>
    /// <exception cref="InvalidOperationException">The slot may not go there.</exception>
    public void Move(int slot, SlotState to, PoolEventKind kind, Moment at, params ReadOnlySpan<KeyValuePair<string, double>> evidence)
    {
        slots.Move(slot, to, kind, at.Learned);
        Tell(kind, slot, at, evidence);
    }

    /// <summary>Tells of something that happened to a slot.</summary>
    public void Tell(PoolEventKind kind, int slot, Moment at, params ReadOnlySpan<KeyValuePair<string, double>> evidence)
        => at.Events?.Add(new PoolEvent(kind, at.Row, at.Learned, slots[slot].FirstOutput, slots[slot].Description,
            [new("value", values[slot]), new("samples", values.SamplesOf(slot)), .. evidence]));
}
