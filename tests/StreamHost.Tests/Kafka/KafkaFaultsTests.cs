using Confluent.Kafka;
using StreamMoe.Worker.Kafka;

namespace StreamMoe.StreamHost.Tests.Kafka;

public sealed class KafkaFaultsTests
{
    public static TheoryData<string, int> Errors() => new()
    {
        { "retriable InvalidRequest", (int)KafkaFault.Retry },
        { "retriable Local_TimedOut", (int)KafkaFault.Retry },
        { "plain Local_QueueFull", (int)KafkaFault.Retry },
        { "plain ConcurrentTransactions", (int)KafkaFault.Retry },
        { "abort OutOfOrderSequenceNumber", (int)KafkaFault.Abort },
        { "abort InvalidProducerEpoch", (int)KafkaFault.Abort },
        { "abort IllegalGeneration", (int)KafkaFault.Abort },
        { "plain Local_State", (int)KafkaFault.Abort },
        { "plain Local_PurgeQueue", (int)KafkaFault.Abort },
        { "abort UnknownMemberId", (int)KafkaFault.Fenced },
        { "abort FencedInstanceId", (int)KafkaFault.Fenced },
        { "fatal Local_Fenced", (int)KafkaFault.Fenced },
        { "fatal ProducerFenced", (int)KafkaFault.Fenced },
        { "fatal InvalidProducerEpoch", (int)KafkaFault.Fenced },
        { "plain ProducerFenced", (int)KafkaFault.Fenced },
        { "fatal InvalidTxnState", (int)KafkaFault.Fatal },
        { "abort TopicAuthorizationFailed", (int)KafkaFault.Fatal },
        { "plain MsgSizeTooLarge", (int)KafkaFault.Fatal },
        { "retriable UnsupportedVersion", (int)KafkaFault.Fatal },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public void Classify_ErrorOfTheClient_SaysWhatToDo(string error, int fault)
        => Assert.Equal((KafkaFault)fault, KafkaFaults.Classify(Error(error)));

    [Fact]
    public void CodeOf_ErrorOfOnePartition_IsThatPartitions()
    {
        TopicPartitionOffsetException e = new(
        [
            new TopicPartitionOffsetError("t", 0, 1, new Error(ErrorCode.NoError)),
            new TopicPartitionOffsetError("t", 1, 1, new Error(ErrorCode.IllegalGeneration)),
        ]);

        Assert.Equal(ErrorCode.IllegalGeneration, KafkaFaults.CodeOf(e));
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
