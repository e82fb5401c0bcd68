using StreamMoe.Worker.Events;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Pipeline;

/// <summary>Records on their way from the queues to the learner, in the order in which they are to be processed; used again.</summary>
/// <param name="capacity">Records at most, ≥ 1.</param>
internal sealed class TakenBatch(int capacity)
{
    private readonly SourceRecord[] _records = new SourceRecord[capacity];
    private readonly OrderSource[] _sources = new OrderSource[capacity];
    private readonly long[] _arrived = new long[capacity];

    /// <value>Number of records.</value>
    public int Count { get; private set; }

    /// <value>True when no record may be added.</value>
    public bool IsFull => Count == capacity;

    /// <value>The records.</value>
    public ReadOnlySpan<SourceRecord> Records => _records.AsSpan(0, Count);

    /// <value>Where each comes from, as order records name it.</value>
    public ReadOnlySpan<OrderSource> Sources => _sources.AsSpan(0, Count);

    /// <value>When each came: timestamps of the time provider.</value>
    public ReadOnlySpan<long> Arrived => _arrived.AsSpan(0, Count);

    /// <value>What was read of them; empty where nothing was.</value>
    public DecodedRecords Decoded { get; } = new();

    /// <value>Sources that join before the records, and the offsets at which they do.</value>
    public List<(SourceQueue Queue, long Offset)> Joined { get; } = [];

    /// <value>True when the records were put out before.</value>
    public bool IsSilent { get; set; }

    /// <summary>Adds a record.</summary>
    public void Add(in SourceQueue.Queued queued, OrderSource source)
    {
        (_records[Count], _arrived[Count], _sources[Count]) = (queued.Record, queued.Arrived, source);
        Count++;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_records, 0, Count);
        (Count, IsSilent) = (0, false);
        Decoded.Clear(0);
        Joined.Clear();
    }
}
