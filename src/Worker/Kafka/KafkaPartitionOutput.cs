using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Kafka;

/// <summary>Sends a partition's outputs to their topics and commits, off the lane's thread.</summary>
internal sealed class KafkaPartitionOutput(IOutputSession session, KafkaOptions options) : IPartitionOutput
{
    /// <inheritdoc/>
    public Task CommitAsync(OutputBatch outputs, long nextOffset, CancellationToken stop) => Task.Run(() =>
    {
        for (int i = 0; i < outputs.Count; i++)
        {
            session.Send(new OutputRecord(TopicOf(outputs.KindOf(i)), outputs.KeyOf(i),
                outputs.IsNull(i) ? null : outputs.ValueOf(i).ToArray(), outputs.HeadersOf(i)), stop);
        }
        session.Commit(nextOffset, stop);
    }, CancellationToken.None);

    /// <inheritdoc/>
    public void Dispose() => session.Dispose();

    private string TopicOf(OutputKind kind) => kind switch
    {
        OutputKind.Prediction => options.PredictionTopic,
        OutputKind.Audit => options.AuditTopic,
        _ => options.DeadLetterTopic,
    };
}
