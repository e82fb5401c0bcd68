using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamMoe.StreamHost.Kafka;

/// <summary>Writes what librdkafka reports into the program's log.</summary>
internal static class KafkaLog
{
    /// <summary>An error of the client as a whole; all but the fatal ones mend themselves.</summary>
    public static void Write(ILogger logger, Error error)
        => logger.Log(error.IsFatal ? LogLevel.Error : LogLevel.Warning, "Kafka: {Code}: {Reason}", error.Code, error.Reason);

    /// <summary>A line of librdkafka's own log.</summary>
    /// <remarks>The same properties go to consumers and producers, and each warns of those that are the other's, which is no news.</remarks>
    public static void Write(ILogger logger, LogMessage message)
    {
        bool isNoNews = message.Facility == "CONFWARN" && message.Message.Contains(" and will be ignored by this ", StringComparison.Ordinal);
        LogLevel level = isNoNews ? LogLevel.Trace : (LogLevel)message.LevelAs(LogLevelType.MicrosoftExtensionsLogging);
        logger.Log(level, "Kafka: {Facility}: {Message}", message.Facility, message.Message);
    }
}
