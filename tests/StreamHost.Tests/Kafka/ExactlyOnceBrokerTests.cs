using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Records;

namespace StreamMoe.StreamHost.Tests.Kafka;

/// <summary>What only a broker with real transactions shows.</summary>
public sealed class ExactlyOnceBrokerTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [RealBrokerFact]
    public void Commit_OutputsAndOffset_AreSeenTogether()
    {
        using KafkaBench bench = KafkaBench.OnReal();
        (KafkaSource source, string topic) = Member(bench);
        using IOutputSession output = bench.Sink(source).Open(0);

        output.Send(Prediction(topic, "A"));
        output.Send(Prediction(topic, "B"));
        output.Commit(2);

        Assert.Equal(["A", "B"], bench.Read(topic));
        Assert.Equal(2, source.Committed(0, s_patience));
    }

    [RealBrokerFact]
    public void Dispose_BeforeTheCommit_NobodySeesTheOutputs()
    {
        using KafkaBench bench = KafkaBench.OnReal();
        (KafkaSource source, string topic) = Member(bench);
        KafkaSink sink = bench.Sink(source);
        using (IOutputSession dropped = sink.Open(0)) dropped.Send(Prediction(topic, "dropped"));
        using IOutputSession output = sink.Open(0);

        output.Send(Prediction(topic, "A"));
        output.Commit(1);

        Assert.Equal(["A"], bench.Read(topic));
        Assert.Equal(1, source.Committed(0, s_patience));
    }

    [RealBrokerFact]
    public void Open_ByANewOwner_FencesTheOldOneAndEndsItsTransaction()
    {
        using KafkaBench bench = KafkaBench.OnReal();
        (KafkaSource source, string topic) = Member(bench);
        KafkaSink sink = bench.Sink(source);
        using IOutputSession old = sink.Open(0);
        old.Send(Prediction(topic, "first"));
        old.Commit(1);
        old.Send(Prediction(topic, "of the old owner"));

        using IOutputSession output = sink.Open(0);
        long? committed = source.Committed(0, s_patience);
        PartitionFencedException e = Assert.Throws<PartitionFencedException>(() => old.Commit(5));
        output.Send(Prediction(topic, "of the new owner"));
        output.Commit(2);

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

    private static OutputRecord Prediction(string topic, string value) => KafkaBench.Text(topic, value) with { Partition = 0 };
}
