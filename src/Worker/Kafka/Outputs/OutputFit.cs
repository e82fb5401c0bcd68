using System.Text;
using Microsoft.Extensions.Logging;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Kafka.Outputs;

/// <summary>Makes outputs fit into their topics, so that no record stops a learner: a prediction that is too large becomes a dead
/// letter, a dead letter is cut, an audit record loses its lists.</summary>
internal sealed class OutputFit(OutputLimits limits, ILogger logger)
{
    /// <value>The limits, which all partitions share.</value>
    public OutputLimits Limits => limits;

    /// <summary>A record of a batch, or what is written in its place when it is too large for its topic.</summary>
    /// <exception cref="OutputException">The topic takes less than the least that can be written; the text names topic and source record.</exception>
    public OutputRecord At(OutputBatch outputs, int index) => Of(OutputRecord.Of(outputs, index, limits.Options));

    /// <summary>The record, or what is written in its place when it is too large for its topic.</summary>
    /// <exception cref="OutputException">The topic takes less than the least that can be written; the text names topic and source record.</exception>
    public OutputRecord Of(in OutputRecord record)
    {
        long size = record.Size;
        int limit = limits.Of(record.Topic);
        if (record.Kind == OutputKind.Prediction && PassedHeaders.FaultOf(record.Headers) is { } fault) return Refused(record, $"{fault}. The event was used all the same. Pass fewer headers, or send shorter ones.");
        return size <= limit ? record : Smaller(record, size, limit);
    }

    /// <summary>How many predictions of a batch are too large, and so became dead letters.</summary>
    public int CountRefused(OutputBatch outputs)
    {
        int limit = limits.Of(limits.Options.PredictionTopic), refused = 0;
        for (int i = 0; i < outputs.Count; i++)
            if (outputs.KindOf(i) == OutputKind.Prediction && (OutputSize.Of(outputs.KeyOf(i), outputs.ValueOf(i).Length, outputs.HeadersOf(i)) > limit || PassedHeaders.FaultOf(outputs.HeadersOf(i)) is not null)) refused++;
        return refused;
    }

    private OutputRecord Smaller(in OutputRecord record, long size, int limit)
    {
        KafkaLog.OutputTooLarge(logger, record.Description, size, limit);
        switch (record.Kind)
        {
            case OutputKind.Prediction:
                return Refused(record, $"its prediction, which has the record's key{(record.Headers is null ? "" : " and headers")}, has {size} bytes; topic '{record.Topic}' takes {limit} "
                    + $"(its max.message.bytes, or kafka:client:message.max.bytes). The event was used all the same. Send a shorter key{(record.Headers is null ? "" : ", pass fewer headers")}, or let the topic take more.");
            case OutputKind.DeadLetter when record.Headers is { Count: >= 2 } headers:
                return Letter(record.Origin, headers[0].Value!, headers[1].Value!, record.Value?.Length ?? 0);
            case OutputKind.Audit when AuditWriter.Shortened(record.Value) is var value && value.Length < record.Value!.Length:
                return Of(record with { Value = value });
            default:
                throw TooSmall(record, limit);
        }
    }

    /// <summary>The dead letter in place of a prediction.</summary>
    private OutputRecord Refused(in OutputRecord record, string why)
        => Letter(record.Origin, DeadLetterReasons.BytesOf(DeadLetterReason.PredictionTooLarge), Encoding.UTF8.GetBytes($"{record.Origin.Source}@{record.Origin.Offset}: {why}"), limits.Options.MaxDeadLetterBytes);

    private OutputRecord Letter(in SourceRecord origin, byte[] reason, byte[] error, int maxValueBytes)
    {
        OutputRecord letter = new(limits.Options.DeadLetterTopic, null, null) { Kind = OutputKind.DeadLetter, Origin = origin };
        int limit = limits.Of(letter.Topic);
        return DeadLetterWriter.Fit(origin, reason, error, maxValueBytes, limit) is var (key, value, headers)
            ? letter with { Key = key, Value = value, Headers = headers } : throw TooSmall(letter, limit);
    }

    private OutputException TooSmall(in OutputRecord record, int limit) => new(
        $"{record.Description} cannot be made small enough: the topic takes {limit} bytes at most. Raise its max.message.bytes, or kafka:client:message.max.bytes where that is lower.");
}
