using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Checkpoints;

/// <summary>A checkpoint that was read whole and found intact.</summary>
public sealed class Checkpoint
{
    private readonly byte[] _bytes;

    internal Checkpoint(string name, byte[] bytes, CheckpointHeader header, IReadOnlyList<CheckpointPart> parts)
        => (Name, _bytes, Header, Parts) = (name, bytes, header, parts);

    /// <value>The file, or whatever else held it, for messages.</value>
    public string Name { get; }

    /// <value>What it says about itself.</value>
    public CheckpointHeader Header { get; }

    /// <value>Its sections in order.</value>
    public IReadOnlyList<CheckpointPart> Parts { get; }

    /// <value>Its length in bytes.</value>
    public long Length => _bytes.Length;

    /// <summary>Makes the learner that the checkpoint holds. Its <see cref="ILearner.Schema"/> has every value known by then.</summary>
    /// <param name="preset">The model; name, options and seed must be those of the header (see <see cref="CheckpointHeader.ModelDifferencesFrom"/>).</param>
    /// <param name="work">The threads to work on; stays the caller's.</param>
    /// <exception cref="CheckpointException">The header has no schema, or there is no such learner in the checkpoint.</exception>
    public ILearner RestoreLearner(LearnerPreset preset, WorkRunner work)
    {
        LearnerSchema schema = Header.Schema ?? throw new CheckpointException($"Checkpoint {Name} has no schema yet, so there is no learner in it.");
        ILearner? learner = null;
        schema.Remake(young => learner = preset.Create(young, Header.Seed, work));
        Load(CheckpointSection.Learner, learner!.Load);
        return learner;
    }

    /// <summary>Reads one section.</summary>
    /// <param name="section">The section's name.</param>
    /// <param name="load">Reads it; must read it to its end.</param>
    /// <exception cref="CheckpointException">There is no such section, or its bytes are not the state that the reader expects.</exception>
    public void Load(string section, Action<StateReader> load)
    {
        CheckpointPart part = Parts.FirstOrDefault(p => p.Name == section)
            ?? throw new CheckpointException($"Checkpoint {Name} has no section '{section}'; it has {string.Join(", ", Parts.Select(p => $"'{p.Name}'"))}.");
        using MemoryStream bytes = new(_bytes, (int)part.From, (int)part.Length, writable: false);
        try
        {
            load(new StateReader(bytes));
        }
        catch (StateFormatException e)
        {
            throw new CheckpointException($"Checkpoint {Name}, section '{section}' (from byte {part.From}), written by {Header.CreatedBy}: {e.Message}", e);
        }
        if (bytes.Position != bytes.Length)
            throw new CheckpointException($"Checkpoint {Name}, section '{section}': {bytes.Position} of its {bytes.Length} bytes were understood. {Header.CreatedBy} wrote it; this is {CheckpointHeader.ThisBuild}.");
    }
}
