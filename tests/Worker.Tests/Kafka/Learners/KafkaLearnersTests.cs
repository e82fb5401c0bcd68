using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Kafka.Learners;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Kafka.Learners;

public sealed class KafkaLearnersTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Run_TwoLearners_EachReadsItsPartitions()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 3);
        bench.CreateTopic(bench.Settings.OrderTopic, 2);
        for (int partition = 0; partition < 3; partition++) bench.Feed(partition, $"{partition}a", $"{partition}b");
        await using RunningLearners running = new(bench, 2);

        running.Learners.Await(l => Enumerable.Range(0, 3).All(p => l.ValuesOf(p).Length == 2), "all records");
        await running.StopAsync();

        Assert.Equal(["assigned 0: events-0@0 events-2@0", "assigned 1: events-1@0"], running.Learners.Told[..2].Order());
        Assert.Equal(["revoking 0,1"], running.Learners.Told[2..]);
        Assert.Equal(["2a", "2b"], running.Learners.ValuesOf(2));
    }

    [Fact]
    public Task Commit_ThenAnotherWorker_GoesOnByTheOrderLog_AtLeastOnce() => CommitThenAnotherWorker(KafkaBench.OnMock(partitions: 1));

    [Fact]
    public Task Commit_ThenAnotherWorker_GoesOnByTheOrderLog_ExactlyOnce() => CommitThenAnotherWorker(KafkaBench.OnReal());

    [Fact]
    public async Task Commit_ByAZombie_IsFencedAndNobodySeesItsOutputs()
    {
        using KafkaBench bench = KafkaBench.OnReal();
        await using RunningLearners zombie = new(bench, 1);
        zombie.Learners.Await(l => l.Told.Length == 1, "the learner");
        await zombie.Learners.CommitAsync(0, 0, 1, "A");
        using KafkaLearners owner = new(bench.Settings, 1, NullLogger.Instance);
        using ILearnerOutput output = owner.Open(0, CancellationToken.None); // another worker believes that the learner is its own

        await Assert.ThrowsAsync<LearnerFencedException>(() => zombie.Learners.CommitAsync(0, 0, 2, "of the zombie"));

        Assert.Equal(["A"], bench.Read(bench.Settings.Options.PredictionTopic));
    }

    [Fact]
    public async Task Run_PartitionsAdded_AreFoundAndReadFromTheirStart()
    {
        using KafkaBench bench = KafkaBench.OnReal(partitions: 1);
        await using RunningLearners running = new(bench, 1);
        running.Learners.Await(l => l.Told.Length == 1, "the learner");

        bench.Enlarge(bench.Settings.Options.EventTopic, 3);
        running.Learners.Await(l => l.Told.Length == 3, "the new partitions");
        bench.Feed(2, "new");
        running.Learners.Await(l => l.ValuesOf(2).Length == 1, "the record");

        Assert.All(running.Learners.Told[1..], told => Assert.StartsWith("found 0: ", told, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_ByPartitionAndPartitionsAdded_TheOrderTopicGrowsAndLearnersCome()
    {
        using KafkaBench bench = KafkaBench.OnReal(partitions: 1);
        await using RunningLearners running = new(bench, null);
        running.Learners.Await(l => l.Told.Length == 1, "the learner");

        bench.Enlarge(bench.Settings.Options.EventTopic, 2);
        running.Learners.Await(l => l.Told.Any(t => t.StartsWith("assigned 1: ", StringComparison.Ordinal)), "the new learner");
        bench.Feed(1, "new");
        running.Learners.Await(l => l.ValuesOf(1).Length == 1, "the record");

        Assert.DoesNotContain(running.Learners.Told, told => told.StartsWith("found", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_OrderTopicOfAnotherSize_EndsWithTheReason()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 2);
        bench.CreateTopic(bench.Settings.OrderTopic, 2);
        await using RunningLearners running = new(bench, 1);

        OrderException e = await Assert.ThrowsAsync<OrderException>(() => running.Ended.WaitAsync(s_patience));

        Assert.Contains("needs 1", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AWorkerOfRelease010JoinsLater_EndsAtThatRebalance()
    {
        using KafkaBench bench = KafkaBench.OnReal();
        await using RunningLearners running = new(bench, 1);
        running.Learners.Await(l => l.Told.Length == 1, "the learner");
        using IConsumer<byte[], byte[]> former = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = bench.Settings.Options.BootstrapServers, GroupId = bench.Settings.Options.GroupId, PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
        }).Build();
        former.Subscribe(bench.Settings.Options.EventTopic);
        for (int polls = 0; polls < 600 && !running.Ended.IsCompleted; polls++) former.Consume(TimeSpan.FromMilliseconds(100));

        OrderException e = await Assert.ThrowsAsync<OrderException>(() => running.Ended.WaitAsync(s_patience));
        Assert.Contains("is assigned partitions of", e.Message, StringComparison.Ordinal);
    }

    private static async Task CommitThenAnotherWorker(KafkaBench made)
    {
        using KafkaBench bench = made;
        bench.CreateTopic(bench.Settings.OrderTopic, 1);
        bench.Feed(0, "a", "b", "c");
        await using (RunningLearners first = new(bench, 1))
        {
            first.Learners.Await(l => l.ValuesOf(0).Length == 3, "the records");
            await first.Learners.CommitAsync(0, 0, 1, "A");
            await first.Learners.CommitAsync(0, 0, 2, "B");
            await first.StopAsync();
        }
        Assert.Equal(2, bench.Reader().Committed(bench.Settings.Options.EventTopic, 0, s_patience)); // for monitoring

        await using RunningLearners second = new(bench, 1);
        second.Learners.Await(l => l.ValuesOf(0).Length == 1, "the record that is left");

        Assert.Equal([$"assigned 0: {bench.Settings.Options.EventTopic}-0@2"], second.Learners.Told);
        Assert.Equal([0L, 1], second.Learners.OrdersOf[0]);
        Assert.Equal(["c"], second.Learners.ValuesOf(0));
        await second.Learners.CommitAsync(0, 0, 3, "C");
        Assert.Equal(["A", "B", "C"], bench.Read(bench.Settings.Options.PredictionTopic));
    }
}
