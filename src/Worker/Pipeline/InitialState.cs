using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.Worker.Checkpoints;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Pipeline;

/// <summary>What <c>model:initial</c> gives to learners that begin: a model; and, where its checkpoints are those of a stopped group over the same topic, the offsets at
/// which its partitions stood, so that other learners go on there.</summary>
internal sealed class InitialState
{
    private readonly Dictionary<OrderSource, (long Next, string Checkpoint)> _sources = [];

    private InitialState(Checkpoint model) => Model = model;

    /// <value>The checkpoint that gives the model: the first.</value>
    public Checkpoint Model { get; }

    /// <value>True when the checkpoints are those of a stopped group over the same topic.</value>
    public bool IsOfGroup { get; private init; }

    /// <value>Events and labels that wait in them for their other half; they do not wait with the new learners.</value>
    public long Waiting { get; private set; }

    /// <summary>Reads the checkpoints.</summary>
    /// <param name="files">Their files, one at least.</param>
    /// <param name="topic">The event topic.</param>
    /// <exception cref="CheckpointException">One cannot be read; or several do not go together.</exception>
    public static InitialState Read(IReadOnlyList<string> files, string topic)
    {
        Checkpoint[] all = [.. files.Select(CheckpointFile.Read)];
        InitialState state = new(all[0]) { IsOfGroup = all.Length > 1 || IsOfLearner(all[0], topic) };
        if (!state.IsOfGroup) return state;
        foreach (Checkpoint checkpoint in all) state.Add(checkpoint, topic, LearnersIn(all[0]));
        return state;
    }

    /// <summary>The setup of a learner that begins with it.</summary>
    /// <exception cref="CheckpointException">What was set is another one there.</exception>
    public LearningSetup SetupOf(LearningSetup configured, LearnerId learner, out string? note) => CheckpointFit.Begin(Model, configured, learner, IsOfGroup, out note);

    /// <summary>The offset at which a source of the group stood.</summary>
    public long NextOf(OrderSource source) => _sources[source].Next;

    /// <summary>Why learners cannot go on from these checkpoints with these sources; null when nothing keeps them.</summary>
    /// <param name="sources">Sources of learners that begin.</param>
    public string? FaultOf(IEnumerable<SourcePosition> sources)
    {
        foreach (SourcePosition source in sources)
        {
            if (!_sources.TryGetValue(source.Order, out (long Next, string Checkpoint) at))
                return $"none of the checkpoints of model:initial has {source.Partition}; they have {string.Join(", ", _sources.Keys.Order())}. Together they must cover every partition: give the newest one of each learner of the stopped group.";
            if (at.Next < source.LogStart)
                return $"checkpoint {at.Checkpoint} of model:initial goes on with {source.Partition} at offset {at.Next}, but the log begins at {source.LogStart} by now: the records between are gone.";
            if (source.Committed is { } committed && committed != at.Next)
                return $"checkpoint {at.Checkpoint} of model:initial goes on with {source.Partition} at offset {at.Next}, but the group has committed {committed}: it is not the state in which the group was stopped. "
                    + "Stop the group by SIGTERM and give the checkpoints that it leaves, or begin in a new kafka:groupId.";
        }
        return null;
    }

    private static bool IsOfLearner(Checkpoint checkpoint, string topic)
        => LearnerOf(checkpoint, topic) is not null && checkpoint.Parts.Any(p => p.Name == LearnerProcessor.SectionName);

    private static LearnerId? LearnerOf(Checkpoint checkpoint, string topic)
        => checkpoint.Header.Stream.StartsWith($"{topic}-l", StringComparison.Ordinal)
            && int.TryParse(checkpoint.Header.Stream.AsSpan(topic.Length + 2), System.Globalization.NumberStyles.None, null, out int learner) ? new LearnerId(topic, learner) : null;

    private static string LearnersIn(Checkpoint checkpoint) => checkpoint.Header.LearningOptions.GetValueOrDefault(LearningSetup.LearnersKey, "1");

    private void Add(Checkpoint checkpoint, string topic, string learners)
    {
        if (!IsOfLearner(checkpoint, topic))
            throw new CheckpointException($"model:initial: checkpoint {checkpoint.Name} is of '{checkpoint.Header.Stream}'; several must be those of the learners of one stopped group over '{topic}' ({topic}-l0, {topic}-l1, …).");
        if (LearnersIn(checkpoint) != learners)
            throw new CheckpointException($"model:initial: checkpoint {Model.Name} was written with model:learners={learners} and {checkpoint.Name} with {LearnersIn(checkpoint)}; they must be those of one group, written when it was stopped.");
        CheckpointHeader header = checkpoint.Header;
        LearningSetup setup = new LearningSetup(PresetCatalogue.Create(header.Model, []), header.Seed, new SchemaOptions(), new LabelOptions()).GoingOnFrom(header);
        using LearnerProcessor processor = new(LearnerOf(checkpoint, topic)!, setup, null, capacity: 1, threads: 1);
        processor.Load(checkpoint);
        Waiting += processor.Figures.Waiting;
        foreach (SourceState source in processor.Sources)
            if (!_sources.TryAdd(source.Order, (source.Next, checkpoint.Name)))
                throw new CheckpointException($"model:initial: checkpoints {_sources[source.Order].Checkpoint} and {checkpoint.Name} both have {source.Order}; give the newest one of each learner alone.");
    }
}
