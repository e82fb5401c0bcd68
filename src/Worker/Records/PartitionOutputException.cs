namespace StreamMoe.Worker.Records;

/// <summary>The outputs of a partition cannot be written; the text names the partition, what was tried and why it failed.</summary>
internal class PartitionOutputException(int partition, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <value>The source partition.</value>
    public int Partition { get; } = partition;
}
