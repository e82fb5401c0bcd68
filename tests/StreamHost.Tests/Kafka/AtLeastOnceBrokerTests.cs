using StreamMoe.Worker.Kafka;

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
        using IOutputSession output = bench.Sink(source).Open(0);

        output.Send(KafkaBench.Text("predictions", "A"));
        output.Send(KafkaBench.Text("predictions", "B"));
        output.Commit(2);

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
        using IOutputSession output = bench.Sink(source).Open(0);
        output.Send(KafkaBench.Text("predictions", "A"));
        output.Commit(1);

        bench.Mock!.TakeDown();
        output.Send(KafkaBench.Text("predictions", "B"));
        Task commit = Task.Run(() => output.Commit(1));
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
    public void Commit_CancelledWhileTheBrokerIsDown_ThrowsAndCanBeCalledAgain()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 1);
        RecordingHandler handler = new();
        KafkaSource source = bench.Source(handler, settings: WithLongSession(bench));
        handler.Await(_ => source.Assignment.Count == 1, "the assignment");
        using IOutputSession output = bench.Sink(source).Open(0);
        bench.Mock!.TakeDown();
        output.Send(KafkaBench.Text("predictions", "A"));
        using CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(300));

        Assert.Throws<OperationCanceledException>(() => output.Commit(0, soon.Token));
        bench.Mock.BringUp();
        output.Commit(0);

        Assert.Equal(["A"], bench.Read("predictions"));
    }

    [Fact]
    public void Send_HeadersAndNullValue_ArriveUntouched()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 1);
        RecordingHandler handler = new();
        KafkaSource source = bench.Source(handler);
        using IOutputSession output = bench.Sink(source).Open(0);
        handler.Await(_ => source.Assignment.Count == 1, "the assignment");

        output.Send(new OutputRecord("predictions", null, null, [KeyValuePair.Create("streammoe-reason", "bad"u8.ToArray())]));
        output.Commit(0);
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
