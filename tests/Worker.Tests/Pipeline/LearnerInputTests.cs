using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Pipeline;

/// <summary>What the merge of a learner's queues makes of partitions that are late, stopped, wrongly stamped or full, by a clock that the tests move.</summary>
public sealed class LearnerInputTests
{
    private const int Partitions = 8, Odd = 3, PerMillisecond = 1, Seconds = 120;
    private const long Y2038 = 2_147_483_648_000;

    // What the learner can take: a quarter more than comes, or just what comes.
    public static TheoryData<int> Capacities => [10, 8];

    [Theory]
    [MemberData(nameof(Capacities))]
    public void LeaderGoneFor60Seconds_TheOthersKeepTheirRateAndItCatchesUp(int capacity)
    {
        Traffic traffic = new(capacity);
        traffic.Run(seconds: 10);
        traffic.Gone = true;
        traffic.AssertOthersKeepTheirRate(seconds: 60);
        Assert.InRange(traffic.TakenOf(Odd), 0, 1); // the head that was there

        traffic.Gone = false;
        traffic.AssertOthersKeepTheirRate(Seconds);
        traffic.AssertOddHasItsShare(Seconds);
    }

    [Theory]
    [MemberData(nameof(Capacities))]
    public void OneIs100000Behind_TheOthersKeepTheirRateAndItHasItsShare(int capacity)
    {
        Traffic traffic = new(capacity);
        traffic.AddBacklog(100_000);
        traffic.AssertOthersKeepTheirRate(Seconds);
        traffic.AssertOddHasItsShare(Seconds);
    }

    [Theory]
    [InlineData(10, Y2038)]
    [InlineData(8, Y2038)]
    [InlineData(10, -1)]
    [InlineData(8, -1)]
    public void OneIsStampedWrongly_AllKeepTheirRate(int capacity, long timestamp)
    {
        Traffic traffic = new(capacity) { OddTimestamp = timestamp };
        traffic.AssertOthersKeepTheirRate(Seconds);
        traffic.AssertOddHasItsShare(Seconds);
    }

    [Theory]
    [InlineData(Y2038)]
    [InlineData(-1L)]
    [InlineData(null)]
    public void AllHaveABacklog_EachHasAnEqualShare(long? oddTimestamp)
    {
        Traffic traffic = new(capacity: 4) { OddTimestamp = oddTimestamp };
        if (oddTimestamp is null) traffic.AddBacklog(100_000); // far behind in time
        traffic.Run(seconds: 5);
        long[] before = traffic.Taken;
        traffic.Run(seconds: 20);
        for (int p = 0; p < Partitions; p++) Assert.InRange(traffic.Taken[p] - before[p], 0.9 * 4 * 20_000 / Partitions, 1.1 * 4 * 20_000 / Partitions);
    }

    [Fact]
    public void QueueFull_ItsOwnPartitionAloneIsPaused()
    {
        List<PartitionId> resumed = [];
        ManualTime time = new();
        LearnerInput input = new(new PipelineOptions { Queue = 16, Capacity = 16 }, true, time, new ArrivalSignal(time), resumed.Add);
        SourceQueue[] queues = [Queue(input, 0), Queue(input, 1)];
        input.BeginMerge();
        for (int i = 0; i < 16; i++) Assert.Equal(i < 15, queues[0].Offer(Record(0, i, i)));
        queues[0].Pause();
        Assert.True(queues[1].Offer(Record(1, 0, 100)));
        Assert.False(queues[1].IsPaused);

        input.ResumeWhereRoom();
        Assert.Empty(resumed);
        TakenBatch batch = new(16);
        input.Merge(batch);
        Assert.Equal(16, batch.Count);
        input.ResumeWhereRoom();
        Assert.Equal([queues[0].Partition], resumed);
    }

    [Fact]
    public void EmptyQueue_IsWaitedForOnceAndPassedOverUntilItsNextRecord()
    {
        ManualTime time = new();
        LearnerInput input = new(new PipelineOptions { MergeWait = TimeSpan.FromMilliseconds(5) }, true, time, new ArrivalSignal(time), _ => { });
        SourceQueue[] queues = [Queue(input, 0), Queue(input, 1)];
        input.BeginMerge();
        TakenBatch batch = new(16);
        queues[0].Offer(Record(0, 0, 10));
        input.Merge(batch);
        Assert.Equal(0, batch.Count);
        time.Advance(TimeSpan.FromMilliseconds(5));
        input.Merge(batch);
        Assert.Equal(1, batch.Count);
        queues[0].Offer(Record(0, 1, 11));
        queues[0].Offer(Record(0, 2, 12));
        input.Merge(batch);
        Assert.Equal(3, batch.Count); // not waited for again

        queues[1].Offer(Record(1, 0, 13));
        queues[0].Offer(Record(0, 3, 14));
        queues[0].Offer(Record(0, 4, 15));
        input.Merge(batch);
        Assert.Equal(4, batch.Count); // its record came, so now it is
    }

    [Fact]
    public void PartitionAtItsEnd_IsNotWaitedFor()
    {
        ManualTime time = new();
        LearnerInput input = new(new PipelineOptions(), true, time, new ArrivalSignal(time), _ => { });
        SourceQueue[] queues = [Queue(input, 0), Queue(input, 1)];
        input.BeginMerge();
        TakenBatch batch = new(16);
        queues[0].Offer(Record(0, 0, 10));
        queues[1].EndReached(0);
        input.Merge(batch);
        Assert.Equal(1, batch.Count);
    }

    private static SourceQueue Queue(LearnerInput input, int partition)
    {
        SourceQueue queue = input.QueueOf(new PartitionId("events", partition), new OrderSource(partition));
        input.Insert(queue);
        return queue;
    }

    private static SourceRecord Record(int partition, long offset, long timestamp) => new(new PartitionId("events", partition), offset, timestamp, null, null);

    /// <summary>Eight partitions to which a record a millisecond is written each, and a learner that takes so many a millisecond.</summary>
    private sealed class Traffic
    {
        private readonly ManualTime _time = new();
        private readonly LearnerInput _input;
        private readonly SourceQueue[] _queues;
        private readonly Queue<long>[] _logs = [.. Enumerable.Range(0, Partitions).Select(_ => new Queue<long>())];
        private readonly bool[] _paused = new bool[Partitions];
        private readonly long[] _taken = new long[Partitions];
        private readonly long[] _offsets = new long[Partitions];
        private readonly TakenBatch _batch;
        private readonly int _capacity;
        private long _now = Partition.Start;

        public Traffic(int capacity)
        {
            _capacity = capacity;
            _batch = new TakenBatch(capacity);
            _input = new LearnerInput(new PipelineOptions(), true, _time, new ArrivalSignal(_time), p => _paused[p.Partition] = false);
            _queues = [.. Enumerable.Range(0, Partitions).Select(p => Queue(_input, p))];
            _input.BeginMerge();
        }

        /// <summary>Nothing can be read of the odd partition, to which is written all the same.</summary>
        public bool Gone { get; set; }

        public long? OddTimestamp { get; init; }

        public long[] Taken => [.. _taken];

        public long TakenOf(int partition) => _taken[partition];

        /// <summary>So many records, older than everything, wait in the odd partition's log.</summary>
        public void AddBacklog(int count)
        {
            for (int i = 0; i < count; i++) _logs[Odd].Enqueue(OddTimestamp ?? Partition.Start - count + i);
        }

        public void Run(int seconds)
        {
            for (int ms = 0; ms < 1000 * seconds; ms++)
            {
                _now++;
                for (int p = 0; p < Partitions; p++)
                {
                    for (int i = 0; i < PerMillisecond; i++) _logs[p].Enqueue(p == Odd && OddTimestamp is { } odd ? odd : _now);
                    if (p != Odd || !Gone) Read(p);
                }
                _batch.Clear();
                _input.Merge(_batch);
                foreach (OrderSource source in _batch.Sources) _taken[source.Partition]++;
                _input.ResumeWhereRoom();
                _time.Advance(TimeSpan.FromMilliseconds(1));
            }
        }

        /// <summary>In every ten seconds each of the others gets at least nine tenths of what is written to it, as far as the learner can take it.</summary>
        public void AssertOthersKeepTheirRate(int seconds)
        {
            _taken.AsSpan().Clear();
            for (int s = 0; s < seconds; s += 10)
            {
                long[] before = Taken;
                Run(10);
                for (int p = 0; p < Partitions; p++)
                {
                    long rate = _taken[p] - before[p];
                    if (p != Odd) Assert.True(rate >= 0.9 * 10_000 * PerMillisecond, $"Partition {p} had {rate} records in the ten seconds from {s} s on.");
                }
            }
        }

        /// <summary>The odd one got as much as an equal part of what the learner can take, or all there was.</summary>
        public void AssertOddHasItsShare(int seconds)
        {
            bool isEmpty = _logs[Odd].Count == 0;
            Assert.True(isEmpty || _taken[Odd] >= 0.9 * 1000 * seconds * _capacity / Partitions, $"The odd partition had {_taken[Odd]} records in {seconds} s.");
            Assert.True(_taken[Odd] >= 0.9 * 1000 * seconds * PerMillisecond, $"The odd partition had {_taken[Odd]} records in {seconds} s.");
        }

        private void Read(int p)
        {
            while (!_paused[p] && _logs[p].TryDequeue(out long timestamp))
            {
                if (_queues[p].Offer(Record(p, _offsets[p]++, timestamp))) continue;
                _paused[p] = true;
                _queues[p].Pause();
            }
        }
    }
}
