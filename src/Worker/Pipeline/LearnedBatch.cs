using StreamMoe.DriftMoe;
using StreamMoe.Streams;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Pipeline;

/// <summary>A batch that was learned: everything that its outputs are made of. Nothing else changes it until they are; used again after that.</summary>
/// <param name="capacity">Records at most, ≥ 1.</param>
internal sealed class LearnedBatch(int capacity)
{
    private BatchItem[] _items = new BatchItem[Math.Min(capacity, 64)];
    private byte[] _ids = new byte[4096];
    private int _idBytes;

    /// <value>What the records brought, in their order.</value>
    public Span<BatchItem> Items => _items.AsSpan(0, Count);

    /// <value>Number of records.</value>
    public int Count { get; private set; }

    /// <value>True when no record may be added.</value>
    public bool IsFull => Count == capacity;

    /// <value>What the learner said of the rows, and what happened to its pool; null before there is a learner.</value>
    public Predictions? Predictions { get; set; }

    /// <value>Classes that became known since the batch before, in class order.</value>
    public List<string> NewClasses { get; } = [];

    /// <summary>Adds what a record brings.</summary>
    /// <param name="what">What is to be done.</param>
    /// <param name="source">Its source.</param>
    /// <param name="record">The record.</param>
    /// <param name="time">Its time.</param>
    /// <param name="row">Its row; −1 for none.</param>
    /// <returns>The item, valid until the next call.</returns>
    public ref BatchItem Add(BatchItem.Kind what, SourceState source, in SourceRecord record, long time, int row)
    {
        if (Count == _items.Length) Array.Resize(ref _items, Math.Min(capacity, 2 * _items.Length));
        ref BatchItem item = ref _items[Count++];
        item = default;
        (item.What, item.Source, item.Row, item.Record, item.Time, item.Label) = (what, source, row, record, time, InstanceBlock.NoLabel);
        return ref item;
    }

    /// <summary>Keeps the id of an item until it is put out.</summary>
    public void KeepId(ref BatchItem item, ReadOnlySpan<byte> id)
    {
        if (_ids.Length - _idBytes < id.Length) Array.Resize(ref _ids, Math.Max(2 * _ids.Length, _idBytes + id.Length));
        id.CopyTo(_ids.AsSpan(_idBytes));
        (item.IdFrom, item.IdLength) = (_idBytes, id.Length);
        _idBytes += id.Length;
    }

    /// <summary>The id of an item.</summary>
    public ReadOnlySpan<byte> IdOf(in BatchItem item) => _ids.AsSpan(item.IdFrom, item.IdLength);

    /// <summary>Forgets everything but the learner's predictions, which the next batch writes over.</summary>
    public void Clear()
    {
        _items.AsSpan(0, Count).Clear();
        (Count, _idBytes) = (0, 0);
        NewClasses.Clear();
    }
}
