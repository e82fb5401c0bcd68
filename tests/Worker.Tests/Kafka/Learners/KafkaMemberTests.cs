using System.Diagnostics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamMoe.Worker.Tests.Pipeline;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Kafka.Learners;

namespace StreamMoe.Worker.Tests.Kafka.Learners;

public sealed class KafkaMemberTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Member_JoinsAndLeaves_LearnersComeAndGoTogether()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 1);
        bench.Mock!.CreateTopic(bench.Settings.OrderTopic, 3);
        Noting handler = new();
        using KafkaMember member = new(bench.Settings, handler, NullLogger.Instance);

        member.Start();
        WorkerBench.Await(() => handler.Told.Contains("assigned 0,1,2"), "the learners");
        Assert.True(member.IsMember);
        await member.StopAsync().WaitAsync(s_patience);

        Assert.Equal(["assigned 0,1,2", "revoking 0,1,2"], handler.Told);
        Assert.False(member.IsMember);
    }

    /// <summary>The broker looks at member and generation only, so the member commits for partitions that are not its own.</summary>
    [Fact]
    public async Task Report_OffsetsOfEventPartitions_AreCommittedWhenTheMemberLeaves()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 2);
        bench.Mock!.CreateTopic(bench.Settings.OrderTopic, 1);
        KafkaMember? member = null;
        Noting handler = new() { OnRevoking = () => member!.Report(new TopicPartitionOffset("events", 1, 7)) };
        using (member = new KafkaMember(bench.Settings, handler, NullLogger.Instance))
        {
            member.Start();
            WorkerBench.Await(() => handler.Told.Count > 0, "the learner");
            member.Report(new TopicPartitionOffset("events", 0, 5));
            bool acknowledged = member.TryCommit(new TopicPartitionOffset(bench.Settings.OrderTopic, 0, 3), CancellationToken.None);
            await member.StopAsync().WaitAsync(s_patience);

            Assert.True(acknowledged);
            Assert.Equal(5, bench.Reader().Committed("events", 0, s_patience));
            Assert.Equal(7, bench.Reader().Committed("events", 1, s_patience));
            Assert.Equal(3, bench.Reader().Committed(bench.Settings.OrderTopic, 0, s_patience));
        }
    }

    [Fact]
    public async Task Revoking_HandlerThrows_CompletionFaultsAfterLeaving()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 1);
        bench.Mock!.CreateTopic(bench.Settings.OrderTopic, 1);
        Noting handler = new() { OnRevoking = () => throw new InvalidDataException("by design") };
        using KafkaMember member = new(bench.Settings, handler, NullLogger.Instance);
        member.Start();
        WorkerBench.Await(() => handler.Told.Count > 0, "the learner");

        InvalidDataException e = await Assert.ThrowsAsync<InvalidDataException>(() => member.StopAsync().WaitAsync(s_patience));

        Assert.Equal("by design", e.Message);
    }

    /// <summary>After brokers were away a client's Close may never end, and here they do not come back: the member ends all the same.</summary>
    [Fact]
    public async Task StopAsync_BrokersAway_EndsInBoundedTime()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 1);
        bench.Mock!.CreateTopic(bench.Settings.OrderTopic, 1);
        Noting handler = new();
        using KafkaMember member = new(bench.Settings, handler, NullLogger.Instance);
        member.Start();
        WorkerBench.Await(() => handler.Told.Count > 0, "the learner");
        member.Report(new TopicPartitionOffset("events", 0, 5));
        bench.Mock.TakeDown();

        await member.StopAsync().WaitAsync(s_patience);

        Assert.Equal(["assigned 0", "revoking 0"], handler.Told);
    }

    /// <summary>Slow, since the group notices after max.poll.interval.ms, which is at least the session's timeout.</summary>
    [Fact]
    [Trait("Category", "Slow")]
    public void StuckFor_LongerThanThePollInterval_LearnersGoElsewhereAndComeBack()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 1);
        bench.Mock!.CreateTopic(bench.Settings.OrderTopic, 1);
        KafkaSettings settings = bench.Settings with { Client = new Dictionary<string, string>(bench.Settings.Client) { ["max.poll.interval.ms"] = "6000" } };
        Noting stuck = new(), other = new();
        using KafkaMember member = new(settings, stuck, NullLogger.Instance);
        member.Start();
        WorkerBench.Await(() => stuck.Told.Count > 0, "the learner");

        stuck.StuckFor = TimeSpan.FromSeconds(7);
        using KafkaMember second = new(settings, other, NullLogger.Instance);
        second.Start();
        WorkerBench.Await(() => other.Told.Contains("assigned 0"), "the learner at the other member");
        string[] meanwhile = [.. stuck.Told];
        stuck.StuckFor = TimeSpan.Zero;
        WorkerBench.Await(() => stuck.Told.Contains("lost 0"), "the loss at the first");

        Assert.Equal(["assigned 0"], meanwhile);
    }

    private sealed class Noting : IKafkaMemberHandler
    {
        private readonly Lock _lock = new();
        private readonly List<string> _told = [];
        private long _stuckFor;

        public Action? OnRevoking { get; init; }

        public List<string> Told
        {
            get
            {
                lock (_lock) return [.. _told.Where(t => t.Contains(' ', StringComparison.Ordinal) && !t.EndsWith(' '))];
            }
        }

        public TimeSpan StuckFor
        {
            get => TimeSpan.FromTicks(Interlocked.Read(ref _stuckFor));
            set => Interlocked.Exchange(ref _stuckFor, value.Ticks);
        }

        public void Assigned(IReadOnlyList<int> learners) => Note("assigned", learners);

        public void Revoking(IReadOnlyList<int> learners)
        {
            OnRevoking?.Invoke();
            Note("revoking", learners);
        }

        public void Lost(IReadOnlyList<int> learners) => Note("lost", learners);

        private void Note(string what, IReadOnlyList<int> learners)
        {
            lock (_lock) _told.Add($"{what} {string.Join(",", learners)}");
        }
    }
}
