using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Kafka.Learners;

/// <summary>What a <see cref="RecordReader"/> tells, on its thread. An exception ends the reader.</summary>
internal interface IRecordReaderHandler
{
    /// <summary>The next record of a partition, in offset order. Never blocks.</summary>
    void Received(in SourceRecord record);

    /// <summary>A partition has been read to its end.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="offset">The offset after everything in it, control records included.</param>
    void EndReached(PartitionId partition, long offset);
}
