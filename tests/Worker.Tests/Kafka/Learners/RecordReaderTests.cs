using System.Text;
using StreamMoe.Streams.Options;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Kafka.Learners;
using StreamMoe.Worker.Records;
using StreamMoe.Worker.Tests.Pipeline;

namespace StreamMoe.Worker.Tests.Kafka.Learners;

public sealed class RecordReaderTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public void Begin_InTheMiddle_DeliversFromThereAndTellsTheEnd()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 2);
        bench.Feed(0, "a", "b", "c");
        bench.Feed(1, "d");
        RecordingReader reader = new();
        using RecordReader reading = reader.Open(bench);

        reading.Begin(bench.Partition(0), 1);
        reading.Begin(bench.Partition(1), 0);
        reader.Await(r => r.Ends.Count == 2, "both ends");
        bench.Feed(0, "e");
        reader.Await(r => r.Ends.Count == 3, "the new end");

        Assert.Equal([(1, "b"), (2, "c"), (3, "e")], reader.Of(0));
        Assert.Equal([(0, "d")], reader.Of(1));
        Assert.Equal([(0, 3), (0, 4), (1, 1)], reader.Ends.Order());
        WorkerBench.Await(() => reading.EndOf(bench.Partition(0)) == 4, "the log's end");
        Assert.Null(reading.EndOf(bench.Partition(2)));
    }

    [Theory]
    [InlineData("None", null, null)]
    [InlineData("Events", "a=1|traceparent=00|a=|n=null|traceparent=11", null)]
    [InlineData("Traces", null, "00")]
    [InlineData("Events, Traces", "a=1|traceparent=00|a=|n=null|traceparent=11", "00")]
    public void Headers_AreReadWhereTheyAreNeeded_InOrderWithRepeatsAndNulls(string use, string? expected, string? trace)
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 1);
        bench.Feed(0, "with", Partition.Header("a", "1"), Partition.Header("traceparent", "00"), Partition.Header("a", ""), new RecordHeader("n", null), Partition.Header("traceparent", "11"));
        bench.Feed(0, "without");
        List<SourceRecord> records = [];
        RecordingReader reader = new() { OnRecord = records.Add };
        using RecordReader reading = reader.Open(bench);

        reading.Begin(bench.Partition(0), 0, Enum.Parse<HeaderUse>(use));
        reader.Await(r => r.Of(0).Length == 2, "both records");

        Assert.Equal(expected, records[0].Headers is { } headers ? string.Join('|', headers.Select(h => $"{h.Name}={(h.Value is null ? "null" : Encoding.UTF8.GetString(h.Value))}")) : null);
        Assert.Equal(trace, records[0].TraceParent is { } bytes ? Encoding.UTF8.GetString(bytes) : null);
        Assert.Null(records[1].Headers);
        HeaderUse more = ~Enum.Parse<HeaderUse>(use) & (HeaderUse.Events | HeaderUse.Traces);
        if (more != HeaderUse.None) Assert.Contains("Set events:format", Assert.Throws<OptionException>(() => reading.Begin(bench.Partition(1), 0, more)).Message, StringComparison.Ordinal);
        Assert.All(records, r => Assert.InRange(r.Timestamp, 1_600_000_000_000, 4_000_000_000_000)); // the client was not told to drop that too
    }

    [Fact]
    public void End_NothingMoreComes_AndThePartitionCanBeBegunAgain()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 2);
        bench.Feed(0, "a");
        RecordingReader reader = new();
        using RecordReader reading = reader.Open(bench);
        reading.Begin(bench.Partition(0), 0);
        reader.Await(r => r.Of(0).Length == 1, "the record");

        reading.End([bench.Partition(0), bench.Partition(1)]);
        bench.Feed(0, "b");
        reading.Begin(bench.Partition(1), 0);
        bench.Feed(1, "c");
        reader.Await(r => r.Of(1).Length == 1, "another partition's record");
        (long, string)[] meanwhile = reader.Of(0);
        reading.Begin(bench.Partition(0), 1);
        reader.Await(r => r.Of(0).Length == 2, "the second record");

        Assert.Equal([(0, "a")], meanwhile);
        Assert.Equal([(0, "a"), (1, "b")], reader.Of(0));
    }

    [Fact]
    public void Pause_InReceived_NothingMoreComesUntilResume()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 2);
        bench.Feed(0, "a", "b", "c");
        RecordReader? reading = null;
        RecordingReader reader = new() { OnRecord = record => { if (record is { Source.Partition: 0, Offset: 0 }) reading!.Pause(record.Source); } };
        using (reading = reader.Open(bench))
        {
            reading.Begin(bench.Partition(0), 0);
            reader.Await(r => r.Of(0).Length == 1, "the first record");
            reading.Begin(bench.Partition(1), 0);
            bench.Feed(1, "x", "y"); // another partition flows on meanwhile
            reader.Await(r => r.Of(1).Length == 2, "the other partition");

            (long, string)[] whilePaused = reader.Of(0);
            reading.Resume(bench.Partition(0));
            reader.Await(r => r.Of(0).Length == 3, "the rest");

            Assert.Equal([(0, "a")], whilePaused);
            Assert.Equal([(0, "a"), (1, "b"), (2, "c")], reader.Of(0));
        }
    }

    /// <summary>Were the client not woken, each of the 150 resumptions would take up to a second, since its thread has gone to sleep by then.</summary>
    [Fact]
    public void Resume_AfterEachFewRecords_GoesOnAtOnceAndSkipsNothing()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 1);
        string[] values = [.. Enumerable.Range(0, 600).Select(i => $"{i}")];
        bench.Feed(0, values);
        RecordReader? reading = null;
        RecordingReader reader = new()
        {
            OnRecord = record =>
            {
                if (record.Offset % 4 != 3) return;
                reading!.Pause(record.Source);
                PartitionId partition = record.Source;
                _ = Task.Delay(20).ContinueWith(_ => reading.Resume(partition), TaskScheduler.Default);
            },
        };
        using (reading = reader.Open(bench))
        {
            reading.Begin(bench.Partition(0), 0);
            reader.Await(r => r.Of(0).Length == values.Length, "all records");

            Assert.Equal(values, reader.Of(0).Select(r => r.Value));
        }
    }

    [Fact]
    public async Task Begin_OffsetPastTheLog_EndsTheReaderAndNamesIt()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 1);
        bench.Feed(0, "a");
        using RecordReader reading = new RecordingReader().Open(bench);

        reading.Begin(bench.Partition(0), 1000);
        KafkaPositionException e = await Assert.ThrowsAsync<KafkaPositionException>(() => reading.Completion.WaitAsync(s_patience));

        Assert.Contains("events-0@1000", e.Message);
    }

    [Fact]
    public async Task Received_HandlerThrows_CompletionFaultsWithIt()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 1);
        bench.Feed(0, "a");
        using RecordReader reading = new RecordingReader { OnRecord = _ => throw new InvalidDataException("by design") }.Open(bench);

        reading.Begin(bench.Partition(0), 0);

        InvalidDataException e = await Assert.ThrowsAsync<InvalidDataException>(() => reading.Completion.WaitAsync(s_patience));
        Assert.Equal("by design", e.Message);
    }

    /// <summary>A control record, which nobody gets, ends the log of every partition that is written by transactions.</summary>
    [Fact]
    public async Task EndOf_LogThatEndsWithAControlRecord_IsTheOffsetAfterTheLastRecord()
    {
        using KafkaBench bench = KafkaBench.OnReal(partitions: 1);
        bench.FeedInTransaction(0, "a", "b");
        RecordingReader reader = new();
        using RecordReader reading = reader.Open(bench);

        reading.Begin(bench.Partition(0), 0);
        reader.Await(r => r.Ends.Count > 0 && r.Of(0).Length == 2, "the end");

        Assert.Equal((0, 3), reader.Ends[^1]);
        await Task.Delay(TimeSpan.FromSeconds(1.5)); // meanwhile the reader looks at the log's end, which is 3
        Assert.Equal(2, reading.EndOf(bench.Partition(0)));
        bench.FeedInTransaction(0, "c");
        WorkerBench.Await(() => reading.EndOf(bench.Partition(0)) == 4, "the new end");
        Assert.Equal([(0, "a"), (1, "b"), (3, "c")], reader.Of(0));
    }
}
