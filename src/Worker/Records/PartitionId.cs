namespace StreamMoe.Worker.Records;

/// <summary>One partition of one topic.</summary>
/// <param name="Topic">Name of the topic.</param>
/// <param name="Partition">Number of the partition, ≥ 0.</param>
internal sealed record PartitionId(string Topic, int Partition)
{
    /// <summary><c>topic-partition</c>, as it stands in messages and default ids.</summary>
    public override string ToString() => $"{Topic}-{Partition}";
}
