namespace StreamMoe.Worker.Records;

/// <summary>Makes the outputs of partitions: transactions in Kafka, plain producing, or nothing but counting.</summary>
internal interface IPartitionOutputs : IDisposable
{
    /// <summary>Takes a partition over: after this no previous owner can write for it any more (exactly once).</summary>
    IPartitionOutput Open(PartitionId partition);
}
