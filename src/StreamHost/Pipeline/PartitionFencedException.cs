namespace StreamMoe.StreamHost.Pipeline;

/// <summary>A partition belongs to another worker by now, or its producer is beyond repair: its learner must be dropped and nothing be written.</summary>
internal sealed class PartitionFencedException(string message, Exception? inner = null) : Exception(message, inner);
