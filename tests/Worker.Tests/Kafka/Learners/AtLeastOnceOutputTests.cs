using Microsoft.Extensions.Logging.Abstractions;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Kafka.Learners;
using StreamMoe.Worker.Kafka.Outputs;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Kafka.Learners;

/// <summary>Two owners of one learner, whom nothing fences, on the mock.</summary>
public sealed class AtLeastOnceOutputTests : IDisposable
{
    private readonly KafkaBench _bench = KafkaBench.OnMock(partitions: 1);
    private readonly SharedProducer _shared;
    private readonly List<IDisposable> _made = [];
    private readonly List<long> _acknowledged = [];
    private readonly Guid _lineage = Guid.NewGuid();

    public AtLeastOnceOutputTests()
    {
        _bench.CreateTopic(_bench.Settings.OrderTopic, 1);
        _shared = new SharedProducer(() => new KafkaRecordProducer(_bench.Settings, NullLogger.Instance));
    }

    [Fact]
    public async Task Commit_OwnRecordCounts_OutputsAreThereAndAcknowledged()
    {
        Owner owner = NewOwner();

        long first = await owner.CommitAsync("A"), second = await owner.CommitAsync("B");

        Assert.Equal((1, 2), (first, second));
        Assert.Equal(["A", "B"], _bench.Read("predictions"));
        Assert.Equal([1, 2], _acknowledged);
        Assert.Equal(2, owner.Committed);
    }

    [Fact]
    public async Task Commit_SomebodyElseHasFollowed_IsFencedAndPutsNothingOut()
    {
        Owner former = NewOwner();
        await former.CommitAsync("A");
        Owner owner = NewOwner(former.Last, next: 1);
        await owner.CommitAsync("B");

        LearnerFencedException e = await Assert.ThrowsAsync<LearnerFencedException>(() => former.CommitAsync("late"));

        Assert.Contains("order-0@1", e.Message, StringComparison.Ordinal);
        Assert.Equal(["A", "B"], _bench.Read("predictions"));
        await owner.CommitAsync("C"); // the former owner's record is passed over
        Assert.Equal(["A", "B", "C"], _bench.Read("predictions"));
        Assert.Equal([1, 2, 4], _acknowledged);
        await Assert.ThrowsAsync<OutputException>(() => former.CommitAsync("again"));
    }

    [Fact]
    public async Task Commit_FormerOwnerIsFirst_TheNewOneIsFenced()
    {
        Owner former = NewOwner();
        await former.CommitAsync("A");
        Owner owner = NewOwner(former.Last, next: 1);
        await former.CommitAsync("B");

        await Assert.ThrowsAsync<LearnerFencedException>(() => owner.CommitAsync("other"));

        Assert.Equal(["A", "B"], _bench.Read("predictions"));
    }

    [Fact]
    public async Task Commit_GroupRefusesTheOffset_IsFencedAfterTheOutputs()
    {
        Owner owner = NewOwner(takes: false);

        await Assert.ThrowsAsync<LearnerFencedException>(() => owner.CommitAsync("A"));

        Assert.Equal(["A"], _bench.Read("predictions"));
    }

    [Fact]
    public async Task Acknowledge_OutputsOfAFormerOwner_AreThereAndAcknowledged()
    {
        using AtLeastOnceOutput output = NewOutput();

        await output.AcknowledgeAsync(OutputCommits.Predictions("A"), 5, CancellationToken.None);

        Assert.Equal(["A"], _bench.Read("predictions"));
        Assert.Equal([5], _acknowledged);
    }

    public void Dispose()
    {
        foreach (IDisposable made in _made) made.Dispose();
        _shared.Dispose();
        _bench.Dispose();
    }

    private AtLeastOnceOutput NewOutput(bool takes = true, Action<OrderCommit>? committed = null)
    {
        PartitionId order = new(_bench.Settings.OrderTopic, 0);
        return new AtLeastOnceOutput(new RecordSender(_shared, order, NullLogger.Instance), order, KafkaBench.Fit(),
            from => new OrderTail(_bench.Settings, new Confluent.Kafka.TopicPartition(order.Topic, 0), from, NullLogger.Instance),
            (next, _) =>
            {
                if (takes) _acknowledged.Add(next);
                return takes;
            },
            committed ?? (_ => { }));
    }

    private Owner NewOwner(OrderPosition? last = null, long next = 0, bool takes = true)
    {
        Owner owner = new(last ?? OrderPosition.BeginningOf(_lineage));
        owner.Begin(NewOutput(takes, _ => owner.Committed++), next);
        _made.Add(owner);
        return owner;
    }

    /// <summary>A worker that has taken the learner over after an order record.</summary>
    private sealed class Owner(OrderPosition last) : IDisposable
    {
        private readonly Guid _writer = Guid.NewGuid();
        private AtLeastOnceOutput? _output;

        public OrderPosition Last { get; private set; } = last;

        public int Committed { get; set; }

        public void Begin(AtLeastOnceOutput output, long next)
        {
            _output = output;
            output.Begin(Last, next);
        }

        public async Task<long> CommitAsync(string output)
        {
            OrderPosition position = new(Last.Lineage, Last.Sequence + 1, _writer);
            OrderRecord record = new(position, (Last.Sequence, Last.Writer), [OrderEntry.Run(new OrderSource(0), 1)], [new NextOffset(new OrderSource(0), position.Sequence + 1)]);
            long next = await _output!.CommitAsync(OutputCommits.Predictions(output), new OrderCommit(OrderRecordCodec.Write(record), position, record.Next), CancellationToken.None);
            Last = position;
            return next;
        }

        public void Dispose() => _output!.Dispose();
    }
}
