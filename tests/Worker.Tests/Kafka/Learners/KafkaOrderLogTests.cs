using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Kafka.Learners;
using StreamMoe.Worker.Kafka.Outputs;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Kafka.Learners;

public sealed class KafkaOrderLogTests
{
    private static readonly Guid s_lineage = Guid.NewGuid(), s_writer = Guid.NewGuid();

    [Fact]
    public void Range_NothingWritten_IsNew()
    {
        using KafkaBench bench = OnMock();
        using KafkaQueries queries = new(bench.Settings, NullLogger.Instance);

        Assert.True(new KafkaOrderLog(bench.Settings, 0, queries, NullLogger.Instance).Range(CancellationToken.None).IsNew);
    }

    [Fact]
    public void Read_AStretch_BringsTheRecordsInItAndEnds()
    {
        using KafkaBench bench = OnMock();
        using KafkaQueries queries = new(bench.Settings, NullLogger.Instance);
        Write(bench, 4);
        KafkaOrderLog log = new(bench.Settings, 0, queries, NullLogger.Instance);

        Assert.Equal(new OrderLogRange(0, 4, 0), log.Range(CancellationToken.None));
        Assert.Equal([1L, 2], log.Read(1, 3, CancellationToken.None).Select(r => r.Record.Position.Sequence));
        Assert.Equal([3L], log.Read(3, 4, CancellationToken.None).Select(r => r.Offset));
        Assert.Empty(log.Read(4, 4, CancellationToken.None));
    }

    [Fact]
    public void Read_ValueThatIsNoOrderRecord_NamesThePlace()
    {
        using KafkaBench bench = OnMock();
        using KafkaQueries queries = new(bench.Settings, NullLogger.Instance);
        using SharedProducer shared = new(() => new KafkaRecordProducer(bench.Settings, NullLogger.Instance));
        new RecordSender(shared, bench.Partition(0), NullLogger.Instance).Send(1, _ => new OutputRecord(bench.Settings.OrderTopic, null, "no"u8.ToArray(), Partition: 0));

        OrderException e = Assert.Throws<OrderException>(() => new KafkaOrderLog(bench.Settings, 0, queries, NullLogger.Instance).Read(0, 1, CancellationToken.None).Count());

        Assert.Contains("group-events-order-0@0", e.Message, StringComparison.Ordinal);
    }

    /// <summary>The end is asked for without regard to transactions, so that what is committed later is not missed; and reading waits for it.</summary>
    [Fact]
    public async Task Read_TransactionOpenBelowTheEnd_WaitsForItAndThenEnds()
    {
        using KafkaBench bench = OnReal();
        using KafkaQueries queries = new(bench.Settings, NullLogger.Instance);
        KafkaOrderLog log = new(bench.Settings, 0, queries, NullLogger.Instance);
        using IProducer<byte[], byte[]> producer = bench.OpenTransaction(bench.Settings.OrderTopic, 0);
        producer.Produce(new TopicPartition(bench.Settings.OrderTopic, 0), new Message<byte[], byte[]> { Value = Record(0) });
        producer.Flush(TimeSpan.FromSeconds(30));

        OrderLogRange range = log.Range(CancellationToken.None);
        Task<long[]> reading = Task.Run(() => log.Read(range.First, range.End, CancellationToken.None).Select(r => r.Record.Position.Sequence).ToArray());
        bool early = await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(1))) == reading;
        producer.CommitTransaction();

        Assert.Equal((0, 1), (range.First, range.End));
        Assert.False(early);
        long[] read = await reading.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(0, Assert.Single(read));
    }

    [Fact]
    public void Read_TransactionOfSomebodyElseStaysOpen_IsAnErrorThatNamesIt()
    {
        using KafkaBench bench = OnReal();
        using KafkaQueries queries = new(bench.Settings, NullLogger.Instance);
        using IProducer<byte[], byte[]> producer = bench.OpenTransaction(bench.Settings.OrderTopic, 0, "open");
        KafkaOrderLog log = new(bench.Settings, 0, queries, NullLogger.Instance, TimeSpan.FromSeconds(2));

        OrderException e = Assert.Throws<OrderException>(() => log.Read(0, 1, CancellationToken.None).Count());

        Assert.Contains($"{bench.Settings.OrderTopic}-0 cannot be read on from offset 0, though it goes up to 1", e.Message, StringComparison.Ordinal);
        producer.AbortTransaction();
        Assert.Empty(new KafkaOrderLog(bench.Settings, 0, queries, NullLogger.Instance).Read(0, 1, CancellationToken.None));
    }

    [Fact]
    public async Task Trim_BelowAnOffset_DeletesTheRecords()
    {
        using KafkaBench bench = OnReal();
        using KafkaQueries queries = new(bench.Settings, NullLogger.Instance);
        Write(bench, 4);
        KafkaOrderLog log = new(bench.Settings, 0, queries, NullLogger.Instance);

        log.Trim(3);
        for (int looks = 0; looks < 300 && log.Range(CancellationToken.None).First == 0; looks++) await Task.Delay(100);

        Assert.Equal((3, 4), (log.Range(CancellationToken.None).First, log.Range(CancellationToken.None).End));
        Assert.Throws<OrderException>(() => log.Read(0, 4, CancellationToken.None).Count());
    }

    private static KafkaBench OnMock() => WithOrder(KafkaBench.OnMock(partitions: 1));

    private static KafkaBench OnReal() => WithOrder(KafkaBench.OnReal());

    private static KafkaBench WithOrder(KafkaBench bench)
    {
        bench.CreateTopic(bench.Settings.OrderTopic, 1);
        return bench;
    }

    private static byte[] Record(long sequence) => OrderRecordCodec.Write(new OrderRecord(new OrderPosition(s_lineage, sequence, s_writer),
        (sequence - 1, sequence == 0 ? Guid.Empty : s_writer), [OrderEntry.Run(new OrderSource(0), 1)], [new NextOffset(new OrderSource(0), sequence + 1)]));

    private static void Write(KafkaBench bench, int count)
    {
        using SharedProducer shared = new(() => new KafkaRecordProducer(bench.Settings, NullLogger.Instance));
        new RecordSender(shared, new PartitionId(bench.Settings.OrderTopic, 0), NullLogger.Instance).Send(count, i => new OutputRecord(bench.Settings.OrderTopic, null, Record(i), Partition: 0));
    }
}
