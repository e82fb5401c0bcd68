using StreamMoe.Experts.Drift;
using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Lifecycle;

internal sealed partial class PoolLifecycle
{
    /// <summary>Writes everything that decisions depend on.</summary>
    public void Save(StateWriter writer)
    {
        writer.Mark("lifecycle");
        _values.Save(writer);
        _twins.Save(writer);
        _errors.Save(writer);
        _inputs.Save(writer);
        _virtual.Save(writer);
        writer.Write<int>(Array.ConvertAll(_states, s => (int)s));
        writer.Write(_since);
        _shadow.Save(writer);
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
        writer.Write(_nextTry);
        writer.Write(_nextReserve);
        writer.Write(_drops);
    }

    /// <summary>Reads what <see cref="Save"/> wrote, and tells the gate who runs.</summary>
    public void Load(StateReader reader)
    {
        reader.Mark("lifecycle");
        _values.Load(reader);
        _twins.Load(reader);
        _errors.Load(reader);
        _inputs.Load(reader);
        _virtual.Load(reader);
        int[] states = new int[_states.Length];
        int last = Enum.GetValues<SlotState>().Length - 1;
        reader.ReadInto(states.AsSpan(), "the states of the slots");
        for (int slot = 0; slot < states.Length; slot++)
        {
            if (states[slot] < 0 || states[slot] > last) throw new StateFormatException($"The state of slot {slot} is {states[slot]}; must be in [0, {last}].");
            _states[slot] = (SlotState)states[slot];
            MarkRunning(slot);
            _gate.RestoreRunning(_slots[slot].FirstOutput, _slots[slot].Outputs, HasSay(slot));
        }
        reader.ReadInto(_since.AsSpan(), "the beginnings of the slots' states");
        _shadow.Load(reader, Array.ConvertAll(_slots, l => l.Outputs), _running.Length);
        if (Array.IndexOf(_states, SlotState.Shadow) != _shadow.Slot || _states.Count(s => s == SlotState.Shadow) > 1)
            throw new StateFormatException($"The merge on probation is that of slot {_shadow.Slot}, which is not the slot in state {SlotState.Shadow}.");
        _quietSince = reader.ReadInt64();
        _lastDrift = reader.ReadInt64();
        _lastInputTrial = reader.ReadInt64();
        _eventsSinceLabel = reader.ReadInt64();
        _inputPending = reader.ReadBoolean();
        _pending = (DriftSignal)reader.ReadInt32(0, (int)DriftSignal.Drift, "the pending signal");
        _raceSince = reader.ReadInt64();
        _driftAt = reader.ReadInt64();
        _archive.Load(reader, _slots.Length);
        _recent.Load(reader);
        _nextTry = reader.ReadInt32(0, _slots.Length - 1, "the next slot to try");
        _nextReserve = reader.ReadInt32(0, _slots.Length - 1, "the next slot of the reserve to try");
        reader.ReadInto(_drops.AsSpan(), "the drops of the slots");
    }
}
