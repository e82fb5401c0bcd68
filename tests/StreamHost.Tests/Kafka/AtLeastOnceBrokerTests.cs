using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Records;

namespace StreamMoe.StreamHost.Tests.Kafka;

public sealed class AtLeastOnceBrokerTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(180);

    [Fact]
    public void Commit_Outputs_AreOnTheBrokerAndTheOffsetToo()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 1);
        bench.Feed(0, "a", "b");
        RecordingHandler handler = new();
        KafkaSource source = bench.Source(handler);
        handler.Await(h => h.Records.Count == 2, "2 records");
        using IPartitionOutput output = bench.Sink(source).Open(bench.Partition(0));

        output.Commit(2, "A", "B");

        Assert.Equal(["A", "B"], bench.Read("predictions"));
        Assert.Equal(2, source.Committed(0, s_patience));
    }

    [Fact]
    public async Task Commit_BrokerDownThenUp_WaitsAndLosesNothing()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 1);
        bench.Feed(0, "a");
        RecordingHandler handler = new();
        KafkaSource source = bench.Source(handler, settings: WithLongSession(bench));
        handler.Await(h => h.Records.Count == 1, "the record");
        using IPartitionOutput output = bench.Sink(source).Open(bench.Partition(0));
        output.Commit(1, "A");

        bench.Mock!.TakeDown();
        Task commit = output.CommitAsync(OutputCommits.Predictions("B"), 1, CancellationToken.None);
        bool early = commit.IsCompleted;
        bench.Mock.BringUp();
        await commit.WaitAsync(s_patience);
        bench.Feed(0, "b");
        handler.Await(h => h.Records.Count == 2, "the record after the break");

        Assert.False(early);
        Assert.Equal(["A", "B"], bench.Read("predictions"));
        Assert.Equal(["a", "b"], handler.ValuesOf(0));
    }

    [Fact]
    public void Commit_CancelledWhileTheBrokerIsDown_EndsAndCommitsNoOffset()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 1);
        RecordingHandler handler = new();
        KafkaSource source = bench.Source(handler, settings: WithLongSession(bench));
        handler.Await(_ => source.Assignment.Count == 1, "the assignment");
        using IPartitionOutput output = bench.Sink(source).Open(bench.Partition(0));
        bench.Mock!.TakeDown();
        using CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(300));

        Assert.ThrowsAny<OperationCanceledException>(() => output.Commit(1, soon.Token, "A"));
        bench.Mock.BringUp();

        Assert.Null(source.Committed(0, s_patience));
        Assert.Throws<PartitionOutputException>(() => output.Commit(1));
    }

    [Fact]
    public async Task Commit_HeadersAndNullValue_ArriveUntouched()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 1);
        RecordingHandler handler = new();
        KafkaSource source = bench.Source(handler);
        using IPartitionOutput output = bench.Sink(source).Open(bench.Partition(0));
        handler.Await(_ => source.Assignment.Count == 1, "the assignment");

        OutputBatch batch = new();
        batch.Add(OutputKind.Prediction, null, default, [KeyValuePair.Create("streammoe-reason", "bad"u8.ToArray())], nullValue: true);
        await output.CommitAsync(batch, 0, CancellationToken.None);
        KafkaRecord read = Assert.Single(bench.Reader().ReadToEnd("predictions", 0, KafkaReader.Beginning));

        Assert.False(read.HasKey);
        Assert.False(read.HasValue);
        Assert.Equal("streammoe-reason", Assert.Single(read.Headers).Key);
        Assert.Equal("bad"u8.ToArray(), read.Headers[0].Value);
    }

    [Fact]
    public void PartitionCount_OfATopic()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 3);

        Assert.Equal(3, bench.Reader().PartitionCount("events", s_patience));
    }

    /// <summary>A session longer than the break, however busy the machine is: else the group may rightly count this member out.</summary>
    private static KafkaSettings WithLongSession(KafkaBench bench)
        => bench.Settings with { Client = new Dictionary<string, string>(bench.Settings.Client) { ["session.timeout.ms"] = "180000" } };
}
