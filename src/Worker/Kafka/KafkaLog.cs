using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamMoe.Worker.Kafka;

/// <summary>What the Kafka side writes into the program's log; docs/worker.md lists the numbers.</summary>
internal static partial class KafkaLog
{
    /// <summary>An error of the client as a whole; all but the fatal ones mend themselves.</summary>
    public static void Write(ILogger logger, Error error) => ClientFailed(logger, error.IsFatal ? LogLevel.Error : LogLevel.Warning, error.Code, error.Reason);

    /// <summary>A line of librdkafka's own log.</summary>
    /// <remarks>The same properties go to consumers and producers, and each warns of those that are the other's, which is no news.</remarks>
    public static void Write(ILogger logger, LogMessage message)
    {
        bool isNoNews = message.Facility == "CONFWARN" && message.Message.Contains(" and will be ignored by this ", StringComparison.Ordinal);
        ClientSaid(logger, isNoNews ? LogLevel.Trace : (LogLevel)message.LevelAs(LogLevelType.MicrosoftExtensionsLogging), message.Facility, message.Message);
    }

    [LoggerMessage(EventId = 301, Message = "Kafka: {Code}: {Reason}")]
    private static partial void ClientFailed(ILogger logger, LogLevel level, ErrorCode code, string reason);

    [LoggerMessage(EventId = 302, Message = "Kafka: {Facility}: {Message}")]
    private static partial void ClientSaid(ILogger logger, LogLevel level, string facility, string message);

    [LoggerMessage(310, LogLevel.Debug, "{Topic}-{Partition}: could not be paused or resumed: {Error}")]
    public static partial void HoldRefused(ILogger logger, string topic, int partition, Error error);

    [LoggerMessage(312, LogLevel.Debug, "{Topic}-{Partition}: the log's end is not known: {Error}")]
    public static partial void EndUnknown(ILogger logger, string topic, int partition, Error error);

    [LoggerMessage(313, LogLevel.Warning, "Leaving the group of {Topic}: {Error}")]
    public static partial void LeavingFailed(ILogger logger, string topic, Error error);

    [LoggerMessage(314, LogLevel.Warning, "Consuming {Topic}: {Error}")]
    public static partial void ConsumingFailed(ILogger logger, string topic, Error error);

    [LoggerMessage(315, LogLevel.Error, "{Topic}: a partition could not be taken over or given up.")]
    public static partial void HandoverFailed(ILogger logger, Exception fault, string topic);

    [LoggerMessage(317, LogLevel.Warning, "Topic {Topic} was not found at {Addresses}; kafka:eventTopic must name one that is there. Create it, and the worker begins within 5 minutes (kafka:client:topic.metadata.refresh.interval.ms) or at its next start, or name another.")]
    public static partial void TopicMissing(ILogger logger, string topic, string addresses);

    [LoggerMessage(320, LogLevel.Warning, "Reading {Topic}-{Partition}@{Offset}: {Error}")]
    public static partial void ReadingFailed(ILogger logger, string topic, int partition, long offset, Error error);

    [LoggerMessage(330, LogLevel.Warning, "{Topic}-{Partition}@{Offset}: try {Attempt} to commit up to here failed and is repeated: {Error}")]
    public static partial void CommitFailed(ILogger logger, string topic, int partition, long offset, int attempt, Error error);

    [LoggerMessage(331, LogLevel.Debug, "{Topic}-{Partition}: transaction left open: {Error}")]
    public static partial void TransactionLeftOpen(ILogger logger, string topic, int partition, Error error);

    [LoggerMessage(332, LogLevel.Debug, "{Topic}-{Partition}: a call is repeated: {Error}")]
    public static partial void CallRepeated(ILogger logger, string topic, int partition, Error error);

    [LoggerMessage(333, LogLevel.Warning, "{Topic}-{Partition}: an output was not written and is sent again: {Error}")]
    public static partial void OutputSentAgain(ILogger logger, string topic, int partition, Error error);

    [LoggerMessage(334, LogLevel.Warning, "{Output} has {Size} bytes, and the topic takes {Limit}: a prediction becomes a dead letter, anything else is cut.")]
    public static partial void OutputTooLarge(ILogger logger, string output, long size, int limit);

    [LoggerMessage(335, LogLevel.Warning, "{Topic}-{Partition}: the brokers refuse a batch of outputs as too large; from now on it is sent {Way}. Let the output topics' max.message.bytes be at least kafka:client:message.max.bytes.")]
    public static partial void BatchTooLarge(ILogger logger, string topic, int partition, string way);

    [LoggerMessage(340, LogLevel.Debug, "{Topic}: offsets of event partitions, which are for monitoring alone, could not be committed: {Error}")]
    public static partial void ReportFailed(ILogger logger, string topic, Error error);

    [LoggerMessage(341, LogLevel.Warning, "{Topic}: leaving the group took longer than {Seconds} s and is given up; the group notices by itself after session.timeout.ms.")]
    public static partial void LeavingTooLong(ILogger logger, string topic, double seconds);

    [LoggerMessage(342, LogLevel.Warning, "A {Client} did not end within {Seconds} s and is left alone.")]
    public static partial void FreeingTooLong(ILogger logger, string client, double seconds);

    [LoggerMessage(343, LogLevel.Warning, "{Topic}: the brokers could not be asked, and are asked again: {Error}")]
    public static partial void AskedAgain(ILogger logger, string topic, Error error);

    [LoggerMessage(344, LogLevel.Warning, "{Partition}: order records below {Offset} are not needed any more and could not be deleted: {Why}. They take room only; the right to delete records of the topic (ACL operation Delete) mends it. Further failures are not told.")]
    public static partial void NotTrimmed(ILogger logger, string partition, long offset, string why);

    [LoggerMessage(345, LogLevel.Warning, "Group {Group}: whether a worker of release 0.1.0 is still in it could not be seen: {Why}.")]
    public static partial void GroupNotSeen(ILogger logger, string group, string why);

    [LoggerMessage(346, LogLevel.Warning, "Topic {Topic} has {Found} partitions and needs {Wanted}, and could not be enlarged: {Why}. Enlarge it by hand; new event partitions wait.")]
    public static partial void NotEnlarged(ILogger logger, string topic, int found, int wanted, string why);

    [LoggerMessage(347, LogLevel.Warning, "Topic {Topic}: its cleanup.policy, which must be {Wanted}, could not be seen: {Why}.")]
    public static partial void PolicyUnknown(ILogger logger, string topic, string wanted, string why);

    [LoggerMessage(348, LogLevel.Warning, "Learner {Learner} is another worker's by now: {Why} Joining the group anew.")]
    public static partial void TakeOverFenced(ILogger logger, int learner, string why);

    [LoggerMessage(349, LogLevel.Warning, "{Topic}: new partitions could not be looked for: {Why}")]
    public static partial void PartitionsNotLookedFor(ILogger logger, string topic, string why);
}
