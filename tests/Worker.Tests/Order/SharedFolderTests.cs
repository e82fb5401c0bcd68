using Microsoft.Extensions.Logging.Abstractions;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Tests.Common;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Checkpoints;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Order;

/// <summary>Several groups, or clusters, whose workers keep their checkpoints in one folder: nobody goes on from another's state.</summary>
public sealed class SharedFolderTests
{
    private static readonly PipelineOptions s_pipeline = new() { Capacity = 4, Linger = TimeSpan.Zero, Queue = 64, MergeWait = TimeSpan.Zero };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TwoGroups_EachGoesOnFromItsOwn(bool exactlyOnce)
    {
        using TemporaryFolder folder = new();
        MemoryTopics first = new(exactlyOnce), second = new(exactlyOnce);
        await RunAsync(folder, "one", first, 1, 20);
        await RunAsync(folder, "two", second, 2, 30);
        string one = await RunAsync(folder, "one", first, 1, 40), two = await RunAsync(folder, "two", second, 2, 40);

        Assert.Equal(StateOf(1, 40), one);
        Assert.Equal(StateOf(2, 40), two);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TwoClusters_TheSecondIsRefusedAtItsStart(bool exactlyOnce)
    {
        using TemporaryFolder folder = new();
        await RunAsync(folder, "group", new MemoryTopics(exactlyOnce), 1, 20);

        CheckpointException e = await Assert.ThrowsAsync<CheckpointException>(() => RunAsync(folder, "group", new MemoryTopics(exactlyOnce), 2, 20));
        Assert.Contains("but the order log is empty", e.Message, StringComparison.Ordinal);
    }

    /// <summary>Where it is let in all the same, neither goes on from the other's state: also where no order record comes after the checkpoint.</summary>
    [Theory]
    [InlineData(20, true)]
    [InlineData(8, true)]
    [InlineData(36, true)]
    [InlineData(20, false)]
    public async Task TwoClusters_TheSecondIsLetIn_TheFirstIsRefusedAndNamesBoth(int records, bool exactlyOnce)
    {
        using TemporaryFolder folder = new();
        MemoryTopics first = new(exactlyOnce), second = new(exactlyOnce);
        await RunAsync(folder, "group", first, 1, 20);
        await RunAsync(folder, "group", second, 2, records, allowFresh: true);
        try
        {
            Assert.Equal(StateOf(1, 40), await RunAsync(folder, "group", first, 1, 40));
        }
        catch (CheckpointException e)
        {
            Assert.Contains(second.Orders[^1].Position.Lineage.ToString("N"), e.Message, StringComparison.Ordinal);
        }
        catch (OrderException e)
        {
            Assert.Contains(first.Orders[^1].Position.Lineage.ToString("N"), e.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Takes the learner over, learns up to so many records, commits, writes a checkpoint and gives it up.</summary>
    /// <returns>The state.</returns>
    private static async Task<string> RunAsync(TemporaryFolder folder, string group, MemoryTopics topics, int seed, int records, bool allowFresh = false)
    {
        DirectoryCheckpointStore store = new(folder.File("state"), group, 2);
        SourcePosition[] sources = [new(Partition.Source, SourceKind.Events, 0, 0, null)];
        LearnerFactory factory = new("events", Partition.Setup(), s_pipeline, new CheckpointOptions { AllowFreshModel = allowFresh }, TimeSpan.FromMilliseconds(1), 900_000, store,
            Partition.Declared(), null, TimeProvider.System, NullLogger.Instance);
        (LearnerTask task, IReadOnlyList<(SourceQueue Queue, long From)> queues) = factory.Restore(new LearnerAssignment(0, topics.Log(), _ => sources), topics.Open(0, CancellationToken.None), _ => { }, CancellationToken.None);
        task.Start();
        (SourceQueue queue, long from) = queues.Single();
        SourceRecord[] drawn = MixedRecords.Draw(seed, 60);
        for (long i = from; i < records; i++) queue.Offer(drawn[i] with { Source = Partition.Source, Offset = i });
        Pipeline.WorkerBench.Await(() => task.Completion.IsCompleted || task.Partitions.Single().Figures.Committed >= records, $"commits up to {records}");
        await task.StopAsync();
        using LearnerProcessor restored = Partition.Create(Partition.Declared(), from: null);
        restored.Load(store.Restore(new LearnerId("events", 0), long.MaxValue).Checkpoint!);
        return Partition.StateOf(restored);
    }

    private static string StateOf(int seed, int records)
    {
        using LearnerProcessor undisturbed = Partition.Create(Partition.Declared());
        Partition.Run(undisturbed, [.. MixedRecords.Draw(seed, 60).Take(records).Select((r, i) => r with { Source = Partition.Source, Offset = i })]);
        return Partition.StateOf(undisturbed);
    }
}
