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
        int[] states = new int[_states.Length];
        int last = Enum.GetValues<LaneState>().Length - 1;
        reader.ReadInto(states.AsSpan(), "the states of the lanes");
        for (int lane = 0; lane < states.Length; lane++)
        {
            if (states[lane] < 0 || states[lane] > last) throw new StateFormatException($"The state of lane {lane} is {states[lane]}; must be in [0, {last}].");
            _states[lane] = (LaneState)states[lane];
            MarkRunning(lane);
            _gate.RestoreRunning(_lanes[lane].FirstOutput, _lanes[lane].Outputs, HasSay(lane));
        }
        reader.ReadInto(_since.AsSpan(), "the beginnings of the lanes' states");
        _shadow.Load(reader, Array.ConvertAll(_lanes, l => l.Outputs), _running.Length);
        if (Array.IndexOf(_states, LaneState.Shadow) != _shadow.Lane || _states.Count(s => s == LaneState.Shadow) > 1)
            throw new StateFormatException($"The merge on probation is that of lane {_shadow.Lane}, which is not the lane in state {LaneState.Shadow}.");
        _quietSince = reader.ReadInt64();
        _lastDrift = reader.ReadInt64();
        _lastInputTrial = reader.ReadInt64();
        _eventsSinceLabel = reader.ReadInt64();
        _inputPending = reader.ReadBoolean();
        _pending = (DriftSignal)reader.ReadInt32(0, (int)DriftSignal.Drift, "the pending signal");
        _raceSince = reader.ReadInt64();
        _driftAt = reader.ReadInt64();
        _archive.Load(reader, _lanes.Length);
        _recent.Load(reader);
        _nextTry = reader.ReadInt32(0, _lanes.Length - 1, "the next lane to try");
        _nextReserve = reader.ReadInt32(0, _lanes.Length - 1, "the next lane of the reserve to try");
        reader.ReadInto(_drops.AsSpan(), "the drops of the lanes");
    }
}
