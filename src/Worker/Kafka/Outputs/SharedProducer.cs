namespace StreamMoe.Worker.Kafka.Outputs;

/// <summary>The one producer that all partitions write with under at-least-once; replaced by a new one when it dies.</summary>
/// <remarks>An idempotent producer dies when the brokers lose track of its sequence. Any thread.</remarks>
internal sealed class SharedProducer(Func<IRecordProducer> make) : IDisposable
{
    private readonly Lock _lock = new();
    private IRecordProducer _producer = make();
    private int _generation;

    /// <value>Counts the producers: 0 for the first. What was queued with an earlier one is to be sent again.</value>
    public int Generation => Volatile.Read(ref _generation);

    /// <summary>The living producer and its generation.</summary>
    public (IRecordProducer Producer, int Generation) Current
    {
        get
        {
            lock (_lock) return (_producer, _generation);
        }
    }

    /// <summary>Replaces the producer of a generation; does nothing when another partition has already.</summary>
    public void Replace(int generation)
    {
        lock (_lock)
        {
            if (generation != _generation) return;
            _producer.Dispose();
            _producer = make();
            _generation++;
        }
    }

    public void Dispose()
    {
        lock (_lock) _producer.Dispose();
    }
}
