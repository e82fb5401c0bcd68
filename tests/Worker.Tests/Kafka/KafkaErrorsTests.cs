using Confluent.Kafka;
using StreamMoe.Worker.Kafka;

namespace StreamMoe.Worker.Tests.Kafka;

public sealed class KafkaErrorsTests
{
    public static TheoryData<string, int> Errors() => new()
    {
        { "retriable InvalidRequest", (int)KafkaRemedy.Retry },
        { "retriable Local_TimedOut", (int)KafkaRemedy.Retry },
        { "plain Local_QueueFull", (int)KafkaRemedy.Retry },
        { "plain ConcurrentTransactions", (int)KafkaRemedy.Retry },
        { "plain NotLeaderForPartition", (int)KafkaRemedy.Retry },
        { "plain OffsetNotAvailable", (int)KafkaRemedy.Retry },
        { "plain UnknownLeaderEpoch", (int)KafkaRemedy.Retry },
        { "plain NotController", (int)KafkaRemedy.Retry },
        { "abort OutOfOrderSequenceNumber", (int)KafkaRemedy.Abort },
        { "abort InvalidProducerEpoch", (int)KafkaRemedy.Abort },
        { "abort IllegalGeneration", (int)KafkaRemedy.Abort },
        { "plain Local_State", (int)KafkaRemedy.Abort },
        { "plain Local_PurgeQueue", (int)KafkaRemedy.Abort },
        { "plain Local_UnknownPartition", (int)KafkaRemedy.Abort },
        { "abort UnknownMemberId", (int)KafkaRemedy.Fenced },
        { "abort FencedInstanceId", (int)KafkaRemedy.Fenced },
        { "fatal Local_Fenced", (int)KafkaRemedy.Fenced },
        { "fatal ProducerFenced", (int)KafkaRemedy.Fenced },
        { "fatal InvalidProducerEpoch", (int)KafkaRemedy.Fenced },
        { "plain ProducerFenced", (int)KafkaRemedy.Fenced },
        { "fatal InvalidTxnState", (int)KafkaRemedy.Fatal },
        { "abort TopicAuthorizationFailed", (int)KafkaRemedy.Fatal },
        { "plain MsgSizeTooLarge", (int)KafkaRemedy.Fatal },
        { "retriable UnsupportedVersion", (int)KafkaRemedy.Fatal },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public void Classify_ErrorOfTheClient_SaysWhatToDo(string error, int remedy)
        => Assert.Equal((KafkaRemedy)remedy, KafkaErrors.Classify(Error(error)));

    [Fact]
    public void CodeOf_ErrorOfOnePartition_IsThatPartitions()
    {
        TopicPartitionOffsetException e = new(
        [
            new TopicPartitionOffsetError("t", 0, 1, new Error(ErrorCode.NoError)),
            new TopicPartitionOffsetError("t", 1, 1, new Error(ErrorCode.IllegalGeneration)),
        ]);

        Assert.Equal(ErrorCode.IllegalGeneration, KafkaErrors.CodeOf(e));
    }

    /// <summary>An exception from words such as <c>abort IllegalGeneration</c>.</summary>
    internal static KafkaException Error(string text)
    {
        string[] words = text.Split(' ');
        ErrorCode code = Enum.Parse<ErrorCode>(words[1]);
        return words[0] switch
        {
            "retriable" => new KafkaRetriableException(new Error(code)),
            "abort" => new KafkaTxnRequiresAbortException(new Error(code)),
            "fatal" => new KafkaException(new Error(code, "by design", isFatal: true)),
            _ => new KafkaException(new Error(code)),
        };
    }
}
