namespace StreamMoe.Worker.Records;

/// <summary>Another worker has taken the partition over: drop its learner and its output, write nothing.</summary>
internal sealed class PartitionFencedException(int partition, string message, Exception? cause = null) : PartitionOutputException(partition, message, cause);
