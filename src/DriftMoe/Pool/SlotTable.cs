using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Pool;

/// <summary>The slots of a pool with their states: who runs and whom the mixture hears. The lifecycle changes it, and the gate reads it.</summary>
internal sealed class SlotTable
{
    private readonly PoolSlot[] _slots;
    private readonly SlotState[] _states;
    private readonly long[] _since;
    private readonly bool[] _heard, _judged;
    private readonly int[] _slotOf;

    /// <summary>Makes the table: slots of the reserve are parked, all others active.</summary>
    /// <param name="slots">The slots; their outputs follow one another from 0.</param>
    public SlotTable(PoolSlot[] slots)
    {
        int experts = slots.Sum(s => s.Outputs);
        (_slots, _states, _since) = (slots, new SlotState[slots.Length], new long[slots.Length]);
        (_heard, _judged, _slotOf) = (new bool[experts], new bool[experts], new int[experts]);
        for (int slot = 0; slot < slots.Length; slot++)
        {
            _slotOf.AsSpan(slots[slot].FirstOutput, slots[slot].Outputs).Fill(slot);
            _states[slot] = slots[slot].IsReserve ? SlotState.Parked : SlotState.Active;
            Mark(slot);
        }
    }

    /// <summary>Number of slots.</summary>
    public int Count => _slots.Length;

    /// <summary>Number of outputs of all slots together.</summary>
    public int ExpertCount => _heard.Length;

    /// <summary>A slot.</summary>
    public PoolSlot this[int slot] => _slots[slot];

    /// <summary>The slot of an output.</summary>
    public PoolSlot Of(int expert) => _slots[_slotOf[expert]];

    /// <summary>The state of a slot.</summary>
    public SlotState StateOf(int slot) => _states[slot];

    /// <summary>The slot in a state that only one may be in; −1 when none is.</summary>
    public int Find(SlotState state) => Array.IndexOf(_states, state);

    /// <summary>Instances that had been learned when a slot got its state.</summary>
    public long SinceOf(int slot) => _since[slot];

    /// <summary>Whether a slot tests and learns now.</summary>
    public bool Runs(int slot) => SlotStates.Runs(_states[slot]);

    /// <summary>Whether the mixture hears a slot now.</summary>
    public bool IsHeard(int slot) => SlotStates.IsHeard(_states[slot]);

    /// <summary>Whether the mixture hears each output now.</summary>
    public ReadOnlyMemory<bool> Heard => _heard;

    /// <summary>Whether each output is judged now: those that are heard, and the shadow's.</summary>
    public ReadOnlySpan<bool> Judged => _judged;

    /// <summary>Outputs that the mixture hears now.</summary>
    public int HeardExperts => _heard.AsSpan().Count(true);

    /// <summary>Size of all experts' states in bytes.</summary>
    public long ByteSize => _slots.Sum(s => s.ByteSize);

    /// <summary>Changes the state of a slot.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="to">Its new state.</param>
    /// <param name="kind">The event that tells of it.</param>
    /// <param name="learned">Instances learned by now.</param>
    /// <exception cref="InvalidOperationException">The slot may not go there.</exception>
    public void Move(int slot, SlotState to, PoolEventKind kind, long learned)
    {
        if (!SlotStates.Allows(_states[slot], to, kind))
            throw new InvalidOperationException($"Slot {slot} is {_states[slot]}; it cannot become {to} by {kind}.");
        (_states[slot], _since[slot]) = (to, learned);
        Mark(slot);
    }

    /// <summary>Writes states and their beginnings.</summary>
    public void Save(StateWriter writer)
    {
        writer.Write<int>(Array.ConvertAll(_states, s => (int)s));
        writer.Write(_since);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="StateFormatException">A state is none, or more than one slot is a shadow.</exception>
    public void Load(StateReader reader)
    {
        int[] states = new int[_states.Length];
        int last = Enum.GetValues<SlotState>().Length - 1;
        reader.ReadInto(states.AsSpan(), "the states of the slots");
        for (int slot = 0; slot < states.Length; slot++)
        {
            if (states[slot] < 0 || states[slot] > last) throw new StateFormatException($"The state of slot {slot} is {states[slot]}; must be in [0, {last}].");
            _states[slot] = (SlotState)states[slot];
            Mark(slot);
        }
        if (_states.Count(s => s == SlotState.Shadow) is > 1 and var shadows) throw new StateFormatException($"{shadows} slots are in state {SlotState.Shadow}; at most one may be.");
        reader.ReadInto(_since.AsSpan(), "the beginnings of the slots' states");
    }

    private void Mark(int slot)
    {
        _heard.AsSpan(_slots[slot].FirstOutput, _slots[slot].Outputs).Fill(IsHeard(slot));
        _judged.AsSpan(_slots[slot].FirstOutput, _slots[slot].Outputs).Fill(IsHeard(slot) || _states[slot] == SlotState.Shadow);
    }
}
