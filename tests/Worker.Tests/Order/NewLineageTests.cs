using System.Text;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Tests.Common;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Checkpoints;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;
using StreamMoe.Worker.Tests.Pipeline;

namespace StreamMoe.Worker.Tests.Order;

/// <summary>Where a learner begins when there is no order log, or none that it can follow.</summary>
public sealed class NewLineageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AllowFreshModel_FirstRecordHoldsEveryPartitionsNextOffset_FromTheOrderLogElseAsCommitted()
    {
        MemoryTopics topics = new(exactlyOnce: true);
        await RunAsync(topics, (0, 5), (1, 3));
        Directory.Delete(State, recursive: true);
        // What is committed is for monitoring, and may lag.
        SourcePosition[] sources = [Source(0, committed: 4), Source(1, committed: null), Source(2, committed: 7), Source(3, committed: null)];

        CheckpointException e = Assert.Throws<CheckpointException>(() => TakeOver(topics, sources));
        Assert.Contains("cannot be restored: its order log goes to offset", e.Message, StringComparison.Ordinal);

        int before = topics.Orders.Count;
        (LearnerTask task, IReadOnlyList<(SourceQueue Queue, long From)> queues) = TakeOver(topics, sources, allowFresh: true);
        Assert.Equal([5, 3, 7, 0], queues.Select(q => q.From));
        task.Start();
        WorkerBench.Await(() => topics.Orders.Count > before, "the first record of the new lineage");
        await task.StopAsync();

        OrderRecord first = topics.Orders[before];
        Assert.True(first.BeginsLineage);
        Assert.NotEqual(topics.Orders[0].Position.Lineage, first.Position.Lineage);
        Assert.Equal([(0, 5L), (1, 3L), (2, 7L), (3, 0L)], first.Next.Select(n => (n.Source.Partition, n.Offset)));
    }

    [Fact]
    public void CommittedOffsetsAndNoOrderLog_IsRefusedWithBothWaysOut()
    {
        string text = Assert.Throws<OrderException>(() => TakeOver(new MemoryTopics(exactlyOnce: true), [Source(0, committed: null), Source(1, committed: 9)])).Message;

        Assert.Contains("has committed offset 9 of events-1, but there is no order log", text, StringComparison.Ordinal);
        Assert.Contains("a new kafka:groupId", text, StringComparison.Ordinal);
        Assert.Contains("model:adopt=true", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Adopt_BeginsAtTheCommittedOffsets()
        => Assert.Equal([0, 9], TakeOver(new MemoryTopics(exactlyOnce: true), [Source(0, committed: null), Source(1, committed: 9)], adopt: true).Queues.Select(q => q.From));

    /// <summary>The checkpoint of where the former order log began lies at offset 0, as that of a worker that died before its first commit would.</summary>
    [Fact]
    public async Task OrderTopicMadeAnew_ACheckpointOfItsBeginningIsThere_IsRefusedAllTheSame()
    {
        await RunAsync(new MemoryTopics(exactlyOnce: true), (0, 5));
        Assert.Contains(Store().List(Partition.Learner), c => c.NextOffset == 0);

        CheckpointException e = Assert.Throws<CheckpointException>(() => TakeOver(new MemoryTopics(exactlyOnce: true), [Source(0, committed: 5)]));

        Assert.Contains("the order log is empty: it was deleted, or made anew", e.Message, StringComparison.Ordinal);
        Assert.Equal([5], TakeOver(new MemoryTopics(exactlyOnce: true), [Source(0, committed: 5)], allowFresh: true).Queues.Select(q => q.From));
    }

    [Fact]
    public void DiedBeforeItsFirstCommit_GoesOnFromItsFirstCheckpoint()
    {
        MemoryTopics topics = new(exactlyOnce: true);
        TakeOver(topics, [Source(0, committed: null)]);

        Assert.Equal([0], TakeOver(topics, [Source(0, committed: null)]).Queues.Select(q => q.From));
    }

    private string State => _folder.File("state");

    private DirectoryCheckpointStore Store() => new(State, "group", 3);

    private static SourcePosition Source(int partition, long? committed) => new(new PartitionId("events", partition), SourceKind.Events, 0, 0, committed);

    /// <summary>A learner takes so many records of each partition in, and stops.</summary>
    private async Task RunAsync(MemoryTopics topics, params (int Partition, int Records)[] logs)
    {
        (LearnerTask task, IReadOnlyList<(SourceQueue Queue, long From)> queues) = TakeOver(topics, [.. logs.Select(l => Source(l.Partition, committed: null))]);
        task.Start();
        foreach ((int partition, int records) in logs)
        {
            SourceQueue queue = queues.Single(q => q.Queue.Partition.Partition == partition).Queue;
            for (int i = 0; i < records; i++)
                queue.Offer(new SourceRecord(queue.Partition, i, Partition.Start + i, null, Encoding.UTF8.GetBytes("""{"features":[1,2,"v0"],"label":"UP"}""")));
            queue.EndReached(records);
        }
        WorkerBench.Await(() => logs.All(l => task.Partitions.Single(p => p.Figures.Partition.Partition == l.Partition).Figures.Committed == l.Records), "the commit of all records");
        await task.StopAsync();
    }

    private (LearnerTask Task, IReadOnlyList<(SourceQueue Queue, long From)> Queues) TakeOver(MemoryTopics topics, SourcePosition[] sources, bool allowFresh = false, bool adopt = false)
    {
        LearnerFactory factory = new("events", Partition.Setup(), new PipelineOptions(), new CheckpointOptions { AllowFreshModel = allowFresh }, TimeSpan.FromMilliseconds(1), 900_000,
            Store(), Partition.Declared(), null, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance) { Adopt = adopt };
        return factory.Restore(new LearnerAssignment(0, topics.Log(), _ => sources), topics.Open(0, CancellationToken.None), _ => { }, CancellationToken.None);
    }
}
