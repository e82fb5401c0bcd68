using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Embedded;

/// <summary>Outputs of a worker without Kafka: they are made as always, and then go nowhere.</summary>
internal sealed class CountingOutputs : IPartitionOutputs
{
    private readonly long[] _counts = new long[Enum.GetValues<OutputKind>().Length];

    /// <summary>Records of a kind so far.</summary>
    public long CountOf(OutputKind kind) => Volatile.Read(ref _counts[(int)kind]);

    /// <inheritdoc/>
    public IPartitionOutput Open(PartitionId partition) => new Output(this);

    /// <inheritdoc/>
    public void Dispose() { }

    private sealed class Output(CountingOutputs owner) : IPartitionOutput
    {
        public Task CommitAsync(OutputBatch outputs, long nextOffset, CancellationToken stop)
        {
            for (int i = 0; i < outputs.Count; i++) Interlocked.Increment(ref owner._counts[(int)outputs.KindOf(i)]);
            return Task.CompletedTask;
        }

        public void Dispose() { }
    }
}
