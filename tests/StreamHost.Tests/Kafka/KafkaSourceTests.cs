using StreamMoe.StreamHost.Tests.Pipeline;
using StreamMoe.Worker.Kafka;

namespace StreamMoe.StreamHost.Tests.Kafka;

public sealed class KafkaSourceTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Record_KeyValueAndPosition_ArriveInOffsetOrder()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 2);
        bench.Feed(0, "a", "b", "c");
        bench.Feed(1, "d");
        List<string> keys = [];
        RecordingHandler handler = new() { OnRecord = record => keys.Add(System.Text.Encoding.UTF8.GetString(record.Key)) };
        KafkaSource source = bench.Source(handler);

        handler.Await(h => h.Records.Count == 4, "4 records");

        Assert.Equal([(0, 0, "a"), (0, 1, "b"), (0, 2, "c")], handler.Records.Where(r => r.Partition == 0));
        Assert.Equal([(1, 0, "d")], handler.Records.Where(r => r.Partition == 1));
        Assert.Equal(["key", "key", "key", "key"], keys);
        Assert.Equal([0, 1], source.Assignment);
        Assert.True(source.IsMember);
    }

    [Fact]
    public async Task EndOf_RecordsCome_FollowsTheLogUntilThePartitionIsGivenUp()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 1);
        bench.Feed(0, "a", "b", "c");
        KafkaSource source = bench.Source(new RecordingHandler());
        Assert.Null(source.EndOf(1));
        WorkerBench.Await(() => source.EndOf(0) == 3, "the log's end");
        bench.Feed(0, "d", "e");
        WorkerBench.Await(() => source.EndOf(0) == 5, "the log's new end");
        await source.StopAsync();
        Assert.Null(source.EndOf(0));
    }

    [Fact]
    public void Begin_LaterAndInTheMiddle_DeliversFromThatOffsetOnly()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 1);
        bench.Feed(0, "a", "b", "c", "d");
        RecordingHandler handler = new() { From = _ => null };
        KafkaSource source = bench.Source(handler);
        handler.Await(h => h.Events.Contains("assigned 0"), "the assignment");
        bench.Feed(0, "e");

        source.Begin(0, 2);
        handler.Await(h => h.Records.Count == 3, "3 records");

        Assert.Equal(["c", "d", "e"], handler.ValuesOf(0));
    }

    [Fact]
    public void Begin_OffsetPastTheLog_IsBrokenUntilBegunAgain()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 1);
        bench.Feed(0, "a");
        RecordingHandler handler = new() { From = _ => 1000 };
        KafkaSource source = bench.Source(handler);
        handler.Await(h => h.Events.Contains("broken 0"), "a broken partition");

        source.Begin(0, 0);
        handler.Await(h => h.Records.Count == 1, "the record");

        Assert.Equal(["a"], handler.ValuesOf(0));
    }

    [Fact]
    public void Pause_InRecord_NothingMoreComesUntilResume()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 2);
        bench.Feed(0, "a", "b", "c");
        KafkaSource? source = null;
        bool paused = false;
        RecordingHandler handler = new()
        {
            OnRecord = record =>
            {
                if (record.Partition != 0 || paused) return;
                paused = true;
                source!.Pause(0);
            },
        };
        source = bench.Source(handler, start: false);
        source.Start();
        handler.Await(h => h.Records.Count == 1, "the first record");
        bench.Feed(1, "x", "y"); // another partition flows on meanwhile
        handler.Await(h => h.ValuesOf(1).Length == 2, "the other partition");

        string[] whilePaused = handler.ValuesOf(0);
        source.Resume(0);
        handler.Await(h => h.ValuesOf(0).Length == 3, "the rest");

        Assert.Equal(["a"], whilePaused);
        Assert.Equal(["a", "b", "c"], handler.ValuesOf(0));
    }

    /// <summary>Were the client not woken, each of the 150 resumptions would take up to a second.</summary>
    [Fact]
    public void Resume_AfterEachFewRecords_GoesOnAtOnceAndSkipsNothing()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 1);
        string[] values = [.. Enumerable.Range(0, 600).Select(i => $"{i}")];
        bench.Feed(0, values);
        KafkaSource? source = null;
        RecordingHandler handler = new()
        {
            OnRecord = record =>
            {
                if (record.Offset % 4 != 3) return;
                source!.Pause(0);
                _ = Task.Run(() => source.Resume(0));
            },
        };
        source = bench.Source(handler, start: false);
        source.Start();

        handler.Await(h => h.Records.Count == values.Length, "all records");

        Assert.Equal(values, handler.ValuesOf(0));
    }

    [Fact]
    public void TryCommit_ThenCommitted_IsTheNextOffset()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 1);
        bench.Feed(0, "a", "b");
        RecordingHandler handler = new();
        KafkaSource source = bench.Source(handler);
        handler.Await(h => h.Records.Count == 2, "2 records");

        long? before = source.Committed(0, s_patience);
        bool committed = source.TryCommit(0, 2);

        Assert.Null(before);
        Assert.True(committed);
        Assert.Equal(2, source.Committed(0, s_patience));
        Assert.Equal((0, 2), source.LogRange(0, s_patience));
    }

    [Fact]
    public async Task StopAsync_OwnsPartitions_HandsThemOverFirst()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 1);
        bench.Feed(0, "a");
        KafkaSource? source = null;
        bool committed = false;
        RecordingHandler handler = new() { OnRevoking = _ => committed = source!.TryCommit(0, 1) };
        source = bench.Source(handler);
        handler.Await(h => h.Records.Count == 1, "the record");

        await source.StopAsync().WaitAsync(s_patience);

        Assert.True(committed);
        Assert.Equal(["assigned 0", "revoking 0"], handler.Events);
        Assert.Equal(1, bench.Reader().Committed("events", 0, s_patience));
    }

    [Fact]
    public async Task Record_HandlerThrows_CompletionFaultsWithIt()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 1);
        bench.Feed(0, "a");
        RecordingHandler handler = new() { OnRecord = _ => throw new InvalidDataException("by design") };
        KafkaSource source = bench.Source(handler);

        InvalidDataException e = await Assert.ThrowsAsync<InvalidDataException>(() => source.Completion.WaitAsync(s_patience));

        Assert.Equal("by design", e.Message);
        Assert.False(source.IsMember);
    }

    [Fact]
    public void Construct_UnknownClientProperty_SaysWhichOne()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 1);
        KafkaSettings settings = bench.Settings with { Client = new Dictionary<string, string> { ["no.such.property"] = "1" } };

        StreamMoe.Streams.Options.OptionException e = Assert.Throws<StreamMoe.Streams.Options.OptionException>(
            () => bench.Source(new RecordingHandler(), settings: settings));

        Assert.Contains("no.such.property", e.Message);
    }
}
