using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Embedded;

/// <summary>Outputs of a worker without Kafka: they are made as always, and then go nowhere.</summary>
internal sealed class CountingOutputs : ILearnerOutputs
{
    private readonly long[] _counts = new long[Enum.GetValues<OutputKind>().Length];

    /// <summary>Records of a kind so far.</summary>
    public long CountOf(OutputKind kind) => Volatile.Read(ref _counts[(int)kind]);

    /// <inheritdoc/>
    public ILearnerOutput Open(int learner, CancellationToken stop) => new Output(this);

    /// <inheritdoc/>
    public void Dispose() { }

    private sealed class Output(CountingOutputs owner) : ILearnerOutput
    {
        private long _next;

        public void Begin(OrderPosition last, long next) => _next = next;

        public Task<long> CommitAsync(OutputBatch outputs, OrderCommit order, CancellationToken stop)
        {
            for (int i = 0; i < outputs.Count; i++) Interlocked.Increment(ref owner._counts[(int)outputs.KindOf(i)]);
            return Task.FromResult(++_next);
        }

        public Task AcknowledgeAsync(OutputBatch outputs, long next, CancellationToken stop) => Task.CompletedTask;

        public void Dispose() { }
    }
}
