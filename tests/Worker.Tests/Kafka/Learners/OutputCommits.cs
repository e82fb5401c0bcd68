using System.Text;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Kafka.Learners;

/// <summary>Batches of predictions of texts.</summary>
internal static class OutputCommits
{
    /// <summary>A batch of predictions with the key <c>key</c>.</summary>
    public static OutputBatch Predictions(params string[] values)
    {
        OutputBatch batch = new();
        foreach (string value in values)
        {
            batch.Writer.Write(Encoding.UTF8.GetBytes(value));
            batch.Add(OutputKind.Prediction, "key"u8.ToArray(), StreamMoe.Tests.Common.Pipeline.Partition.Record(17, "{}"u8.ToArray()));
        }
        return batch;
    }

    private static void Write(this System.Buffers.IBufferWriter<byte> writer, byte[] bytes) => System.Buffers.BuffersExtensions.Write(writer, bytes);
}
