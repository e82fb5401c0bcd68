using StreamMoe.DriftMoe;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Experts.State;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Pipeline;

/// <summary>The whole state of a learner, between two calls of <see cref="Process(ReadOnlySpan{SourceRecord}, OutputBatch)"/>.</summary>
internal sealed partial class LearnerProcessor
{
    /// <summary>Name of the section that holds everything but the learner.</summary>
    public const string SectionName = "partition";

    /// <summary>Name of the section that tells how events are read.</summary>
    public const string EventsSectionName = "events";

    private const int MostSources = 1 << 20;

    /// <value>What events look like, and what of it was known when the learner was made: stands in a checkpoint's header. Null while it is not known.</value>
    public LearnerSchema? LearnerSchema => _parts?.LearnerSchema;

    /// <value>The state, for a checkpoint: the learner, when there is one, and the rest.</value>
    /// <exception cref="InvalidOperationException">Records are held: see <see cref="IsHolding"/>.</exception>
    public IReadOnlyList<CheckpointSection> Sections
    {
        get
        {
            if (IsHolding) throw new InvalidOperationException($"{_id} holds records for the inference of its schema; it cannot be saved before that has ended.");
            CheckpointSection rest = new(SectionName, SaveRest), events = new(EventsSectionName, SaveEvents);
            return _parts is null ? [events, rest] : [new CheckpointSection(CheckpointSection.Learner, _parts.Learner.Save), events, rest];
        }
    }

    /// <summary>Begins with a learner that learned elsewhere, in a replay; counts, scores and what waits begin empty. To be called first, once.</summary>
    /// <param name="initial">Holds that learner; of the same model, options and seed.</param>
    /// <param name="sameStream">True when it is that of a learner of the same stream, which tells how events are read.</param>
    /// <exception cref="CheckpointException">There is no learner in it, or its schema is not the one declared.</exception>
    public void StartFrom(Checkpoint initial, bool sameStream = false)
    {
        if (sameStream) initial.Load(EventsSectionName, LoadEvents);
        Remake(initial, initial.Header.Schema ?? throw new CheckpointException($"Checkpoint {initial.Name} has no schema yet, so there is no learner in it."));
        UpdateFigures();
    }

    /// <summary>Takes the whole state of a checkpoint that was written with the same setup. To be called first, once; the partitions of the sources
    /// are to be told by <see cref="Meet"/>.</summary>
    /// <exception cref="CheckpointException">Its state cannot be read, or its schema is not the one declared.</exception>
    public void Load(Checkpoint checkpoint)
    {
        checkpoint.Load(EventsSectionName, LoadEvents);
        if (checkpoint.Header.Schema is { } schema) Remake(checkpoint, schema);
        checkpoint.Load(SectionName, LoadRest);
        UpdateFigures();
    }

    /// <summary>Makes the learner as it was made once, and loads it.</summary>
    private void Remake(Checkpoint checkpoint, LearnerSchema schema)
    {
        if (SourceAttributes.FaultOf(schema.Schema, _setup.Events) is { } fault)
            throw new CheckpointException($"Checkpoint {checkpoint.Name} cannot be begun with: {fault}. Leave these keys out, or begin with a checkpoint of a worker that has them.");
        if (_declared is not null && PartitionSchema.Difference(SourceAttributes.Append(_declared, _setup.Events, _setup.Schema, []), schema.Schema) is { } difference)
            throw new CheckpointException($"Checkpoint {checkpoint.Name} has another schema than the one that schema:file declares: {difference}. Give the file that it was made with, or begin with a fresh state.");
        ILearner? learner = null;
        LearnerSchema own = schema.Remake(young => learner = _setup.Model.Create(young, _setup.Seed, _runner));
        checkpoint.Load(CheckpointSection.Learner, learner!.Load);
        Equip(own, learner);
    }

    private void SaveEvents(StateWriter writer)
    {
        writer.Mark("events");
        writer.Write((int)_shape);
        writer.Write((int)_unwrapper.Format);
        KeyValuePair<int, string?>[] schemas = [.. _unwrapper.Schemas];
        writer.Write(schemas.Length);
        foreach ((int id, string? text) in schemas)
        {
            writer.Write(id);
            writer.Write(text ?? "");
        }
    }

    private void LoadEvents(StateReader reader)
    {
        reader.Mark("events");
        _shape = (EventShape)reader.ReadInt32((int)EventShape.Nested, (int)EventShape.Flat, "where features stand");
        _unwrapper.Format = (EventFormat)reader.ReadInt32((int)EventFormat.Json, (int)EventFormat.Auto, "the format of events");
        for (int left = reader.ReadInt32(0, EventUnwrapper.MaxSchemas, "the number of schemas"); left > 0; left--)
        {
            int id = reader.ReadInt32();
            _unwrapper.AddSchema(id, reader.ReadString() is { Length: > 0 } text ? text : null);
        }
    }

    private void SaveRest(StateWriter writer)
    {
        writer.Mark("sources");
        writer.Write(_sources.Count);
        foreach (SourceState source in _sources)
        {
            writer.Write(source.Order.Partition);
            writer.Write((int)source.Order.Kind);
            writer.Write(source.Next);
            source.Figures.Save(writer);
        }
        writer.Mark("event-time");
        _clock.Save(writer);
        Figures.Save(writer);
        _scores.Save(writer);
        _parts?.Join.Save(writer);
    }

    private void LoadRest(StateReader reader)
    {
        reader.Mark("sources");
        int count = reader.ReadInt32(0, MostSources, "the number of sources");
        for (int i = 0; i < count; i++)
        {
            OrderSource order = new(reader.ReadInt32(0, int.MaxValue, "the partition of a source"), (SourceKind)reader.ReadInt32(0, 1, "the topic of a source"));
            SourceState source = Join(new PartitionId(order.Kind == SourceKind.Events ? _id.Topic : "labels", order.Partition), order.Kind, reader.ReadInt64());
            source.Figures.Load(reader);
        }
        reader.Mark("event-time");
        _clock.Load(reader);
        Figures.Load(reader);
        _scores.Load(reader);
        _parts?.Join.Load(reader, Schema!.ClassCount);
    }
}
