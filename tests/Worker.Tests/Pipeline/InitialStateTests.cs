using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Streams.Options;
using StreamMoe.Tests.Common;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Checkpoints;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;
using StreamMoe.Worker.Tests.Order;

namespace StreamMoe.Worker.Tests.Pipeline;

/// <summary>Other learners go on from the checkpoints of a stopped group.</summary>
public sealed class InitialStateTests : IDisposable
{
    private const int Partitions = 4;

    private readonly TemporaryFolder _folder = new();
    private readonly LogLines _log = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public void Restore_OtherLearners_BeginWhereTheGroupStopped_WithTheModelOfTheFirst(int learners)
    {
        InitialState initial = InitialState.Read(Stopped(2, out long[] next), "events");
        List<long> found = [];
        for (int learner = 0; learner < learners; learner++)
        {
            int[] partitions = [.. Enumerable.Range(0, Partitions).Where(p => p % learners == learner)];
            (LearnerTask task, IReadOnlyList<(SourceQueue Queue, long From)> sources) = Restore(initial, learner, learners, [.. partitions.Select(p => Source(p, committed: next[p]))]);
            Assert.Equal(partitions.Select(p => next[p]), sources.Select(s => s.From));
            found.Add(task.Figures.Learned);
        }

        Assert.All(found, learned => Assert.Equal(Learned(0, 2), learned));
        Assert.Equal(learners, _log.Of(115).Length);
        Assert.Contains($"l0-of-2.checkpoint, at events-0@{next[0]}", _log.Of(115)[0], StringComparison.Ordinal);
        Assert.Contains($". {initial.Waiting} events and labels that wait", _log.Of(115)[0], StringComparison.Ordinal);
        Assert.True(initial.Waiting > 0);
    }

    [Fact]
    public void Restore_AnotherGroup_NothingCommittedYet_BeginsThereToo()
    {
        InitialState initial = InitialState.Read(Stopped(2, out long[] next), "events");

        Assert.Equal(next, Restore(initial, 0, 1, [.. Enumerable.Range(0, Partitions).Select(p => Source(p, committed: null))]).Sources.Select(s => s.From));
    }

    [Fact]
    public void Restore_APartitionIsMissing_IsRefused()
    {
        InitialState initial = InitialState.Read([Stopped(2, out _)[0]], "events");

        string text = Refused(initial, [.. Enumerable.Range(0, Partitions).Select(p => Source(p, committed: null))]);
        Assert.Contains("none of the checkpoints of model:initial has events-1; they have events-0, events-2.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Restore_TheGroupHasCommittedMore_IsRefusedWithBoth()
    {
        string[] files = Stopped(2, out long[] next);

        string text = Refused(InitialState.Read(files, "events"), [.. Enumerable.Range(0, Partitions).Select(p => Source(p, committed: p == 3 ? next[3] + 5 : next[p]))]);
        Assert.Contains($"{files[1]} of model:initial goes on with events-3 at offset {next[3]}, but the group has committed {next[3] + 5}", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Restore_TheRecordsAreGone_IsRefused()
    {
        InitialState initial = InitialState.Read(Stopped(2, out long[] next), "events");

        Assert.Contains($"but the log begins at {next[0] + 1} by now", Refused(initial, [Source(0, null, logStart: next[0] + 1)]), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TheSameLearnerTwice_IsRefused()
    {
        string[] files = Stopped(2, out _);

        Assert.Contains("both have events-0", Assert.Throws<CheckpointException>(() => InitialState.Read([files[0], files[0]], "events")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_CheckpointsOfTwoGroups_AreRefused()
    {
        string[] two = Stopped(2, out _), four = Stopped(4, out _);

        Assert.Contains("was written with model:learners=2", Assert.Throws<CheckpointException>(() => InitialState.Read([two[0], four[1]], "events")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AReplaysCheckpoint_GivesItsModelAlone_AndDoesNotGoWithOthers()
    {
        string replay = _folder.File("replay.checkpoint");
        CheckpointFile.Write(replay, new CheckpointHeader("naive-bayes", 1, "sea-abrupt", 100, new Dictionary<string, string>()), [new("learner", w => w.Write(1))]);

        Assert.False(InitialState.Read([replay], "events").IsOfGroup);
        Assert.False(InitialState.Read([Stopped(1, out _)[0]], "payments").IsOfGroup);
        Assert.Contains("is of 'sea-abrupt'", Assert.Throws<CheckpointException>(() => InitialState.Read([Stopped(1, out _)[0], replay], "events")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Configuration_SeveralFiles_EachMustBeThere()
    {
        string[] files = Stopped(2, out _);
        ModelOptions Bind(string initial) => OptionSet.Bind<ModelOptions>([new("initial", initial)], "model");

        Assert.Equal(files, Bind(string.Join(", ", files)).InitialFiles);
        Assert.Equal([files[0]], Bind(files[0]).InitialFiles);
        Assert.Empty(new ModelOptions().InitialFiles);
        Assert.Contains("initial was 'gone.checkpoint'; must be a checkpoint file. Nothing is there.", Assert.Throws<OptionException>(() => Bind($"{files[0]},gone.checkpoint")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GoOn_OtherLearnersThanTheCheckpoint_IsRefusedWithBoth()
    {
        Checkpoint found = CheckpointFile.Read(Stopped(2, out _)[0]);

        string text = Assert.Throws<CheckpointException>(() => CheckpointFit.GoOn(found, Setup(3), Partition.Learner, out _)).Message;
        Assert.Contains("option model:learners is '2' in the checkpoint and '3' in this run. Set model:learners as it was; other learners go on with a new kafka:orderTopic", text, StringComparison.Ordinal);
        CheckpointFit.GoOn(found, Setup(2), Partition.Learner, out _);
    }

    /// <summary>The checkpoints that a group of so many learners leaves.</summary>
    private string[] Stopped(int learners, out long[] next)
    {
        next = new long[Partitions];
        string[] files = new string[learners];
        for (int learner = 0; learner < learners; learner++)
        {
            using LearnerProcessor processor = Run(learner, learners);
            foreach (SourceState source in processor.Sources) next[source.Order.Partition] = source.Next;
            files[learner] = _folder.File($"l{learner}-of-{learners}.checkpoint");
            LearnerId id = new("events", learner);
            CheckpointFile.Write(files[learner], CheckpointFit.HeaderOf(Setup(learners), id, processor.LearnerSchema) with { NextPosition = 9 },
                [.. processor.Sections, OrderState.Begin(OrderPosition.BeginningOf(Guid.Empty), 9).ToSection()]);
        }
        return files;
    }

    private static long Learned(int learner, int learners)
    {
        using LearnerProcessor processor = Run(learner, learners);
        return processor.Figures.Learned;
    }

    private static LearnerProcessor Run(int learner, int learners)
    {
        LearnerProcessor processor = new(new LearnerId("events", learner), Setup(learners), Partition.Declared(), 64, 1);
        for (int partition = learner; partition < Partitions; partition += learners)
        {
            PartitionId id = new("events", partition);
            processor.Join(id, SourceKind.Events, 0);
            Partition.Run(processor, [.. MixedRecords.Draw(partition, 40 + 10 * partition).Select(r => r with { Source = id })]);
        }
        return processor;
    }

    private static LearningSetup Setup(int learners) => Partition.Setup("hoeffding-tree:gracePeriod=20") with { Learners = $"{learners}" };

    private static SourcePosition Source(int partition, long? committed, long logStart = 0) => new(new PartitionId("events", partition), SourceKind.Events, logStart, logStart, committed);

    private string Refused(InitialState initial, SourcePosition[] sources) => Assert.Throws<OrderException>(() => Restore(initial, 0, 1, sources)).Message;

    private (LearnerTask Task, IReadOnlyList<(SourceQueue Queue, long From)> Sources) Restore(InitialState initial, int learner, int learners, SourcePosition[] sources)
    {
        MemoryTopics topics = new(exactlyOnce: true);
        LearnerFactory factory = new("events", Setup(learners), new PipelineOptions(), new CheckpointOptions(), WorkerBench.CommitInterval, 900_000,
            new DirectoryCheckpointStore(_folder.File("state"), "group", 3), Partition.Declared(), initial, TimeProvider.System, _log);
        return factory.Restore(new LearnerAssignment(learner, topics.Log(), _ => sources), topics.Open(learner, CancellationToken.None), _ => { }, CancellationToken.None);
    }
}
