using StreamMoe.DriftMoe;
using StreamMoe.Experts.State;
using StreamMoe.StreamHost.Events;
using StreamMoe.Streams;

namespace StreamMoe.StreamHost.Pipeline;

/// <summary>The whole state of a partition, between two calls of <see cref="Process"/>.</summary>
internal sealed partial class PartitionProcessor
{
    /// <summary>Begins with a learner that learned elsewhere, in a replay; counts, scores and what waits begin empty.</summary>
    /// <param name="offset">Offset of the first record.</param>
    /// <param name="schema">What that learner's instances look like: as it was when the learner was made, which stays the caller's.</param>
    /// <param name="load">Loads the learner's state into the learner that it is given.</param>
    /// <exception cref="StateFormatException">The schema is not the one declared, or the state cannot be loaded.</exception>
    public void StartFrom(long offset, Schema schema, Action<ILearner> load)
    {
        Reset(offset);
        CheckDeclared(schema);
        Begin(SchemaState.CopyOf(schema, _setup.Schema));
        load(_learner!);
        UpdateFigures();
    }

    /// <summary>Writes the whole state.</summary>
    /// <exception cref="InvalidOperationException">Records are held: see <see cref="IsHolding"/>.</exception>
    public void Save(StateWriter writer)
    {
        if (IsHolding) throw new InvalidOperationException($"{_source} holds records for the inference of its schema; it cannot be saved before that has ended.");
        writer.Mark("partition");
        writer.Write(NextOffset);
        writer.Write(_eventTime);
        Figures.Save(writer);
        _total.Save(writer);
        _window.Save(writer);
        writer.Write(_schema is not null);
        if (_schema is null) return;
        _schema.Save(writer);
        _learner!.Save(writer);
        _join!.Save(writer);
    }

    /// <summary>Replaces the whole state by one that <see cref="Save"/> of a processor with the same setup wrote.</summary>
    /// <exception cref="StateFormatException">The bytes are not such a state, or its schema is not the one declared.</exception>
    public void Load(StateReader reader)
    {
        reader.Mark("partition");
        Reset(reader.ReadInt64());
        _eventTime = reader.ReadInt64();
        Figures.Load(reader);
        _total.Load(reader);
        _window.Load(reader);
        if (reader.ReadBoolean())
        {
            SchemaState schema = SchemaState.Load(reader);
            CheckDeclared(schema.Schema);
            Begin(schema);
            schema.Complete();
            _learner!.Load(reader);
            _join!.Load(reader, schema.Schema.ClassCount);
            _decoder = new EventDecoder(_source, schema.Schema);
        }
        else if (_declared is not null)
        {
            Begin(SchemaState.CopyOf(_declared, _setup.Schema));
        }
        UpdateFigures();
    }

    private void CheckDeclared(Schema found)
    {
        if (_declared is not null && SchemaState.Difference(_declared, found) is string difference)
            throw new StateFormatException($"The state of {_source} has another schema than the one that schema:file declares: {difference}. Give the file that the state was made with, or begin with a fresh state.");
    }
}
