using StreamMoe.DriftMoe.Gating;
using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Lifecycle;

/// <summary>The merge that is on probation: which lane gave its say to which experts, and what it gave.</summary>
internal sealed class ShadowMerge
{
    /// <summary>The lane; −1 when no merge is on probation.</summary>
    public int Lane { get; private set; } = -1;

    /// <summary>The expert that has the say of each of the lane's outputs.</summary>
    public int[] Twins { get; private set; } = [];

    /// <summary>What each output gave.</summary>
    public MovedSay[] Moved { get; private set; } = [];

    /// <summary>True when some output of a lane has the say of the watched one.</summary>
    public bool Rests(int firstOutput, int outputs) => Lane >= 0 && Array.Exists(Twins, t => t >= firstOutput && t < firstOutput + outputs);

    public void Begin(int lane, int[] twins, MovedSay[] moved) => (Lane, Twins, Moved) = (lane, twins, moved);

    public void End() => (Lane, Twins, Moved) = (-1, [], []);

    public void Save(StateWriter writer)
    {
        writer.Mark("shadow");
        writer.Write(Lane);
        writer.Write(Twins);
        writer.Write(Moved);
    }

    /// <param name="reader">The state.</param>
    /// <param name="outputsOf">Number of outputs of each lane.</param>
    /// <param name="experts">Number of outputs of the pool.</param>
    public void Load(StateReader reader, ReadOnlySpan<int> outputsOf, int experts)
    {
        reader.Mark("shadow");
        Lane = reader.ReadInt32(-1, outputsOf.Length - 1, "the lane whose merge is on probation");
        (Twins, Moved) = (reader.ReadArray<int>(), reader.ReadArray<MovedSay>());
        int expected = Lane < 0 ? 0 : outputsOf[Lane];
        if (Twins.Length != expected || Moved.Length != expected || Array.Exists(Twins, t => t < 0 || t >= experts))
            throw new StateFormatException($"The merge on probation has {Twins.Length} twins; must be {expected} in [0, {experts}).");
    }
}
