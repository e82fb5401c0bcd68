using StreamMoe.DriftMoe.Gating;
using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Lifecycle;

/// <summary>The merge that is on probation: which slot gave its weight to which experts, and what it gave.</summary>
internal sealed class ShadowMerge
{
    /// <summary>The slot; −1 when no merge is on probation.</summary>
    public int Slot { get; private set; } = -1;

    /// <summary>The expert that has the weight of each of the slot's outputs.</summary>
    public int[] Twins { get; private set; } = [];

    /// <summary>What each output gave.</summary>
    public MovedWeights[] Moved { get; private set; } = [];

    /// <summary>True when some output of a slot has the weight of the watched one.</summary>
    public bool Rests(int firstOutput, int outputs) => Slot >= 0 && Array.Exists(Twins, t => t >= firstOutput && t < firstOutput + outputs);

    public void Begin(int slot, int[] twins, MovedWeights[] moved) => (Slot, Twins, Moved) = (slot, twins, moved);

    public void End() => (Slot, Twins, Moved) = (-1, [], []);

    public void Save(StateWriter writer)
    {
        writer.Mark("shadow");
        writer.Write(Slot);
        writer.Write(Twins);
        writer.Write(Moved);
    }

    /// <param name="reader">The state.</param>
    /// <param name="outputsOf">Number of outputs of each slot.</param>
    /// <param name="experts">Number of outputs of the pool.</param>
    public void Load(StateReader reader, ReadOnlySpan<int> outputsOf, int experts)
    {
        reader.Mark("shadow");
        Slot = reader.ReadInt32(-1, outputsOf.Length - 1, "the slot whose merge is on probation");
        (Twins, Moved) = (reader.ReadArray<int>(), reader.ReadArray<MovedWeights>());
        int expected = Slot < 0 ? 0 : outputsOf[Slot];
        if (Twins.Length != expected || Moved.Length != expected || Array.Exists(Twins, t => t < 0 || t >= experts))
            throw new StateFormatException($"The merge on probation has {Twins.Length} twins; must be {expected} in [0, {experts}).");
    }
}
