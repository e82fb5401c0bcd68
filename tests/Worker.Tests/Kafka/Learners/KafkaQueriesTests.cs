using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamMoe.Tests.Common.Kafka;
using StreamMoe.Worker.Kafka.Learners;

namespace StreamMoe.Worker.Tests.Kafka.Learners;

public sealed class KafkaQueriesTests
{
    [Fact]
    public void Topic_ThereOrNot_TellsPartitionsOrNull()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 3);
        using KafkaQueries queries = new(bench.Settings, NullLogger.Instance);
        bench.Mock!.Hide("elsewhere");

        Assert.Equal((3, 1), queries.Topic("events", CancellationToken.None));
        Assert.Null(queries.Topic("elsewhere", CancellationToken.None));
    }

    [Fact]
    public void Topic_ABrokerThatDoesNotKnowItYet_IsNotBelieved()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 3);
        using KafkaQueries queries = new(bench.Settings, NullLogger.Instance);
        Assert.Equal((3, 1), queries.Topic("events", CancellationToken.None));
        bench.Mock!.Hide("events");

        Assert.Equal((3, 1), queries.Topic("events", CancellationToken.None));
    }

    /// <summary>The leader has changed, and the client does not know: it is told to look, and asked again.</summary>
    [Theory]
    [InlineData((int)ErrorCode.NotLeaderForPartition)]
    [InlineData((int)ErrorCode.OffsetNotAvailable)]
    [InlineData((int)ErrorCode.UnknownLeaderEpoch)]
    public void Range_LeaderHasChanged_AsksForMetadataAndAgain(int error)
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 1);
        bench.Feed(0, "a", "b");
        List<TimeSpan> pauses = [];
        using KafkaQueries queries = new(bench.Settings, NullLogger.Instance, (pause, _) => pauses.Add(pause));
        TopicPartition partition = new("events", 0);
        Assert.Equal((0, 2), queries.Range(partition, CancellationToken.None));
        bench.Mock!.FailNext(KafkaRequest.ListOffsets, [.. Enumerable.Repeat((ErrorCode)error, 8)]);

        Assert.Equal((0, 2), queries.Range(partition, CancellationToken.None));
        Assert.NotEmpty(pauses);
    }

    [Fact]
    public void Committed_NothingOrSomething()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 1);
        using KafkaQueries queries = new(bench.Settings, NullLogger.Instance);

        Assert.Null(queries.Committed(new TopicPartition("events", 0), CancellationToken.None));
    }
}
