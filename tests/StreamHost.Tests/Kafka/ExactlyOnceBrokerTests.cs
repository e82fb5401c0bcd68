using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Records;

namespace StreamMoe.StreamHost.Tests.Kafka;

/// <summary>What only a broker with real transactions shows.</summary>
public sealed class ExactlyOnceBrokerTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Commit_OutputsAndOffset_AreSeenTogether()
    {
        using KafkaBench bench = KafkaBench.OnReal();
        (KafkaSource source, string topic) = Member(bench);
        using IPartitionOutput output = bench.Sink(source).Open(bench.Partition(0));

        output.Commit(2, "A", "B");

        Assert.Equal(["A", "B"], bench.Read(topic));
        Assert.Equal(2, source.Committed(0, s_patience));
    }

    [Fact]
    public void Open_ByANewOwner_FencesTheOldOneAndEndsItsTransaction()
    {
        using KafkaBench bench = KafkaBench.OnReal();
        (KafkaSource source, string topic) = Member(bench);
        KafkaSink sink = bench.Sink(source);
        using IPartitionOutput old = sink.Open(bench.Partition(0));
        old.Commit(1, "first");

        using IPartitionOutput output = sink.Open(bench.Partition(0));
        long? committed = source.Committed(0, s_patience);
        PartitionFencedException e = Assert.Throws<PartitionFencedException>(() => old.Commit(5, "of the old owner"));
        output.Commit(2, "of the new owner");

        Assert.Equal(0, e.Partition);
        Assert.Equal(1, committed);
        Assert.Equal(["first", "of the new owner"], bench.Read(topic));
        Assert.Equal(2, source.Committed(0, s_patience));
    }

    private static (KafkaSource Source, string PredictionTopic) Member(KafkaBench bench)
    {
        bench.Feed(0, "a", "b");
        RecordingHandler handler = new();
        KafkaSource source = bench.Source(handler);
        handler.Await(h => h.Records.Count >= 2, "2 records");
        return (source, bench.Settings.Options.PredictionTopic);
    }
}
