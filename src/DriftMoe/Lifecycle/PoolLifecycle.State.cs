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
        _detector.Save(writer);
        writer.Write<int>(Array.ConvertAll(_states, s => (int)s));
        writer.Write(_since);
        writer.Write(_quietSince);
        writer.Write(_lastDrift);
        writer.Write(_driftPending);
        writer.Write(_raceSince);
        writer.Write(_driftAt);
        _archive.Save(writer);
        _recent.Save(writer);
        writer.Write(_nextTry);
    }

    /// <summary>Reads what <see cref="Save"/> wrote, and tells the gate who runs.</summary>
    public void Load(StateReader reader)
    {
        reader.Mark("lifecycle");
        _values.Load(reader);
        _twins.Load(reader);
        _detector.Load(reader);
        int[] states = new int[_states.Length];
        reader.ReadInto(states.AsSpan(), "the states of the lanes");
        for (int lane = 0; lane < states.Length; lane++)
        {
            if (states[lane] is < 0 or > (int)LaneState.Parked) throw new StateFormatException($"The state of lane {lane} is {states[lane]}; must be in [0, 2].");
            _states[lane] = (LaneState)states[lane];
            _running.AsSpan(_lanes[lane].FirstOutput, _lanes[lane].Outputs).Fill(Runs(lane));
            _gate.SetRunning(_lanes[lane].FirstOutput, _lanes[lane].Outputs, Runs(lane));
        }
        reader.ReadInto(_since.AsSpan(), "the beginnings of the lanes' states");
        _quietSince = reader.ReadInt64();
        _lastDrift = reader.ReadInt64();
        _driftPending = reader.ReadBoolean();
        _raceSince = reader.ReadInt64();
        _driftAt = reader.ReadInt64();
        _archive.Load(reader, _lanes.Length);
        _recent.Load(reader);
        _nextTry = reader.ReadInt32(0, _lanes.Length - 1, "the next lane to try");
    }
}
