using Confluent.Kafka;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Records;

namespace StreamMoe.StreamHost.Tests.Kafka;

/// <summary>Errors of the broker while a transaction is under way. The mock's transactions mean nothing, but its errors are real ones.</summary>
public sealed class TransactionsOnMockTests
{
    [Fact]
    public void Commit_ErrorsThatPass_SucceedsInTheEnd()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 1, Guarantee.ExactlyOnce);
        using IPartitionOutput output = Open(bench);
        bench.Mock!.FailNext(KafkaRequest.EndTransaction, ErrorCode.GroupCoordinatorNotAvailable, ErrorCode.NotCoordinatorForGroup);
        bench.Mock.FailNext(KafkaRequest.TransactionOffsetCommit, ErrorCode.GroupLoadInProgress);

        output.Commit(1, "A");

        Assert.Equal(["A"], bench.Read("predictions"));
    }

    [Fact]
    public void Commit_GenerationRefusedOnce_SendsTheSameAgain()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 1, Guarantee.ExactlyOnce);
        using IPartitionOutput output = Open(bench);
        bench.Mock!.FailNext(KafkaRequest.TransactionOffsetCommit, ErrorCode.IllegalGeneration);

        output.Commit(1, "A");

        // The mock shows aborted records too, those that had left before the abort: once or twice.
        Assert.All(bench.Read("predictions"), value => Assert.Equal("A", value));
        Assert.NotEmpty(bench.Read("predictions"));
    }

    [Fact]
    public void Commit_ProducerFencedByTheBroker_ThrowsFenced()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 1, Guarantee.ExactlyOnce);
        using IPartitionOutput output = Open(bench);
        bench.Mock!.FailNext(KafkaRequest.EndTransaction, ErrorCode.ProducerFenced);

        Assert.Throws<PartitionFencedException>(() => output.Commit(1, "A"));
    }

    private static IPartitionOutput Open(KafkaBench bench)
    {
        bench.Feed(0, "a");
        RecordingHandler handler = new();
        KafkaSource source = bench.Source(handler);
        handler.Await(h => h.Records.Count == 1, "the record");
        return bench.Sink(source).Open(bench.Partition(0));
    }
}
