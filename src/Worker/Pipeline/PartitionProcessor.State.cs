using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Experts.State;
using StreamMoe.Worker.Events;
using StreamMoe.Streams;

namespace StreamMoe.Worker.Pipeline;

/// <summary>The whole state of a partition, between two calls of <see cref="Process"/>.</summary>
internal sealed partial class PartitionProcessor
{
    /// <summary>Name of the section that holds everything but the learner.</summary>
    public const string SectionName = "partition";

    /// <value>What events look like, and what of it was known when the learner was made: stands in a checkpoint's header. Null while it is not known.</value>
    public LearnerSchema? LearnerSchema => _schema;

    /// <value>The state, for a checkpoint: the learner, when there is one, and the rest.</value>
    /// <exception cref="InvalidOperationException">Records are held: see <see cref="IsHolding"/>.</exception>
    public IReadOnlyList<CheckpointSection> Sections
    {
        get
        {
            if (IsHolding) throw new InvalidOperationException($"{_source} holds records for the inference of its schema; it cannot be saved before that has ended.");
            CheckpointSection rest = new(SectionName, SaveRest);
            return _learner is null ? [rest] : [new CheckpointSection(CheckpointSection.Learner, _learner.Save), rest];
        }
    }

    /// <summary>Begins with a learner that learned elsewhere, in a replay; counts, scores and what waits begin empty.</summary>
    /// <param name="offset">Offset of the first record.</param>
    /// <param name="initial">Holds that learner; of the same model, options and seed.</param>
    /// <exception cref="CheckpointException">There is no learner in it, or its schema is not the one declared.</exception>
    public void StartFrom(long offset, Checkpoint initial)
    {
        Reset(offset);
        Remake(initial, initial.Header.Schema ?? throw new CheckpointException($"Checkpoint {initial.Name} has no schema yet, so there is no learner in it."));
        UpdateFigures();
    }

    /// <summary>Replaces the whole state by that of a checkpoint that was written with the same setup.</summary>
    /// <exception cref="CheckpointException">Its state cannot be read, or its schema is not the one declared.</exception>
    public void Load(Checkpoint checkpoint)
    {
        Reset(checkpoint.Header.NextPosition);
        if (checkpoint.Header.Schema is { } schema) Remake(checkpoint, schema);
        else if (_declared is not null) Begin(_declared);
        checkpoint.Load(SectionName, LoadRest);
        UpdateFigures();
    }

    /// <summary>Makes the learner as it was made once, and loads it.</summary>
    private void Remake(Checkpoint checkpoint, LearnerSchema schema)
    {
        if (_declared is not null && PartitionSchema.Difference(_declared, schema.Schema) is { } difference)
            throw new CheckpointException($"Checkpoint {checkpoint.Name} has another schema than the one that schema:file declares: {difference}. Give the file that it was made with, or begin with a fresh state.");
        Equip(schema.Remake(young => _learner = _setup.Model.Create(young, _setup.Seed, _work)));
        checkpoint.Load(CheckpointSection.Learner, _learner!.Load);
    }

    private void SaveRest(StateWriter writer)
    {
        writer.Mark("partition");
        writer.Write(NextOffset);
        writer.Write(NextLabelOffset);
        writer.Write(_eventTime);
        Figures.Save(writer);
        _total.Save(writer);
        _window.Save(writer);
        _join?.Save(writer);
    }

    private void LoadRest(StateReader reader)
    {
        reader.Mark("partition");
        NextOffset = reader.ReadInt64();
        NextLabelOffset = reader.ReadInt64();
        _eventTime = reader.ReadInt64();
        Figures.Load(reader);
        _total.Load(reader);
        _window.Load(reader);
        _join?.Load(reader, Schema!.ClassCount);
    }
}
