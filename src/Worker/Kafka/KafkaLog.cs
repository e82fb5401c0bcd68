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

    [LoggerMessage(311, LogLevel.Debug, "{Topic}-{Partition}@{Offset}: not yet begun: {Error}")]
    public static partial void NotYetBegun(ILogger logger, string topic, int partition, long offset, Error error);

    [LoggerMessage(312, LogLevel.Debug, "{Topic}-{Partition}: the log's end is not known: {Error}")]
    public static partial void EndUnknown(ILogger logger, string topic, int partition, Error error);

    [LoggerMessage(313, LogLevel.Warning, "Leaving the group of {Topic}: {Error}")]
    public static partial void LeavingFailed(ILogger logger, string topic, Error error);

    [LoggerMessage(314, LogLevel.Warning, "Consuming {Topic}: {Error}")]
    public static partial void ConsumingFailed(ILogger logger, string topic, Error error);

    [LoggerMessage(315, LogLevel.Error, "{Topic}: a partition could not be taken over or given up.")]
    public static partial void HandoverFailed(ILogger logger, Exception fault, string topic);

    [LoggerMessage(316, LogLevel.Warning, "{Topic}-{Partition}: the committed offset cannot be read yet: {Error}")]
    public static partial void CommittedUnknown(ILogger logger, string topic, int partition, Error error);

    [LoggerMessage(317, LogLevel.Warning, "Topic {Topic} was not found at {Addresses}; kafka:eventTopic must name one that is there. Create it, and the worker begins within 5 minutes (kafka:client:topic.metadata.refresh.interval.ms) or at its next start, or name another.")]
    public static partial void TopicMissing(ILogger logger, string topic, string addresses);

    [LoggerMessage(320, LogLevel.Warning, "Reading {Topic}-{Partition}@{Offset}: {Error}")]
    public static partial void ReadingFailed(ILogger logger, string topic, int partition, long offset, Error error);

    [LoggerMessage(321, LogLevel.Warning, "Reading the labels of {Topic}: {Error}")]
    public static partial void ReadingLabelsFailed(ILogger logger, string topic, Error error);

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
}
