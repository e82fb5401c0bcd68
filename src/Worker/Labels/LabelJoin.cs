using StreamMoe.Worker.Configuration;

namespace StreamMoe.Worker.Labels;

/// <summary>Events that wait for their labels, and labels that wait for their events, by id; the oldest expires first.</summary>
/// <remarks>
/// Every operation is O(1) on average. Entries are used again, so that on the steady path nothing is allocated; memory grows with the most
/// that ever waited, up to the limits. <see cref="ByteCount"/> is computed from logical sizes: 64 bytes an entry, its id, and for an event
/// 8 bytes a feature and a number of context. An entry's age is counted in event time, from when it came.
/// </remarks>
internal sealed partial class LabelJoin
{
    /// <summary>Logical bytes of an entry besides its id and numbers.</summary>
    public const int EntryBytes = 64;

    private readonly LabelOptions _limits;
    private readonly int _attributeCount, _contextLength;
    private JoinEntry?[] _buckets = new JoinEntry?[64];
    private JoinEntry? _oldest, _newest, _free;
    private long _serial;

    /// <param name="limits">How much may wait, and how long.</param>
    /// <param name="attributeCount">Features of an event.</param>
    /// <param name="contextLength">Numbers that the learner wants back with a late label.</param>
    public LabelJoin(LabelOptions limits, int attributeCount, int contextLength)
        => (_limits, _attributeCount, _contextLength) = (limits, attributeCount, contextLength);

    /// <value>Events and labels that wait.</value>
    public int Count { get; private set; }

    /// <value>Events among them.</value>
    public int EventCount { get; private set; }

    /// <value>Their logical bytes.</value>
    public long ByteCount { get; private set; }

    /// <value>Events that expired without a label, ever.</value>
    public long Expired { get; private set; }

    /// <value>Labels that expired without an event, ever.</value>
    public long Orphans { get; private set; }

    /// <summary>What waits under an id; null when nothing does.</summary>
    public JoinEntry? Find(ReadOnlySpan<byte> id)
    {
        if (Count == 0) return null;
        int hash = HashOf(id);
        for (JoinEntry? entry = _buckets[hash & (_buckets.Length - 1)]; entry is not null; entry = entry.NextInBucket)
            if (entry.Hash == hash && entry.Id.SequenceEqual(id)) return entry;
        return null;
    }

    /// <summary>Lets an event wait; its prediction follows by <see cref="SetPrediction"/>. Nothing may wait under its id.</summary>
    /// <returns>Null when it is larger than all that may wait; it has then expired.</returns>
    public JoinEntry? AddEvent(ReadOnlySpan<byte> id, long since, ReadOnlySpan<double> features, int partition)
    {
        if (Add(id, since, isEvent: true) is not JoinEntry entry) return null;
        (entry.IsPending, entry.Partition) = (true, partition);
        features.CopyTo(entry.Numbers);
        return entry;
    }

    /// <summary>Lets a label wait. Nothing may wait under its id.</summary>
    public void AddLabel(ReadOnlySpan<byte> id, long since, int label)
    {
        if (Add(id, since, isEvent: false) is JoinEntry entry) entry.Class = label;
    }

    /// <summary>Keeps what was predicted for an event, and what the learner wants back with its label.</summary>
    public void SetPrediction(JoinEntry entry, int prediction, float confidence, ReadOnlySpan<double> context)
    {
        (entry.Class, entry.Confidence, entry.IsPending) = (prediction, confidence, false);
        context.CopyTo(entry.Numbers.AsSpan(_attributeCount));
    }

    /// <summary>Features of an event.</summary>
    public ReadOnlySpan<double> Features(JoinEntry entry) => entry.Numbers.AsSpan(0, _attributeCount);

    /// <summary>What the learner wants back of an event.</summary>
    public ReadOnlySpan<double> Context(JoinEntry entry) => entry.Numbers.AsSpan(_attributeCount, _contextLength);

    /// <summary>Lets everything that came before a time expire.</summary>
    /// <param name="limit">Event time.</param>
    public void ExpireBefore(long limit)
    {
        while (_oldest is not null && _oldest.Since < limit) Expire();
    }

    /// <summary>Event time went back: what waits came at that time at the latest.</summary>
    public void ClampTo(long now)
    {
        for (JoinEntry? entry = _oldest; entry is not null; entry = entry.Newer) entry.Since = Math.Min(entry.Since, now);
    }

    /// <summary>Removes what has found its other half.</summary>
    public void Remove(JoinEntry entry)
    {
        ref JoinEntry? link = ref _buckets[entry.Hash & (_buckets.Length - 1)];
        if (link == entry)
        {
            link = entry.NextInBucket;
        }
        else
        {
            JoinEntry before = link!;
            while (before.NextInBucket != entry) before = before.NextInBucket!;
            before.NextInBucket = entry.NextInBucket;
        }
        if (entry.Older is null) _oldest = entry.Newer;
        else entry.Older.Newer = entry.Newer;
        if (entry.Newer is null) _newest = entry.Older;
        else entry.Newer.Older = entry.Older;
        Count--;
        if (entry.IsEvent) EventCount--;
        ByteCount -= SizeOf(entry.IdLength, entry.IsEvent);
        entry.Serial = 0;
        (entry.Older, entry.Newer, entry.NextInBucket) = (null, null, _free);
        _free = entry;
    }

    private JoinEntry? Add(ReadOnlySpan<byte> id, long since, bool isEvent)
    {
        long size = SizeOf(id.Length, isEvent);
        if (size > _limits.MaxBytes)
        {
            Tally(isEvent);
            return null;
        }
        while (Count >= _limits.MaxCount || ByteCount + size > _limits.MaxBytes) Expire();
        JoinEntry entry = _free ?? new JoinEntry();
        _free = entry.NextInBucket;
        if (entry.IdBytes.Length < id.Length) entry.IdBytes = new byte[(id.Length + 31) & ~31];
        if (isEvent && entry.Numbers.Length == 0) entry.Numbers = new double[_attributeCount + _contextLength];
        id.CopyTo(entry.IdBytes);
        entry.Confidence = float.NaN;
        (entry.IdLength, entry.Hash, entry.Since, entry.IsEvent, entry.Class, entry.IsPending) = (id.Length, HashOf(id), since, isEvent, -1, false);
        entry.Serial = ++_serial;
        entry.Older = _newest;
        if (_newest is null) _oldest = entry;
        else _newest.Newer = entry;
        _newest = entry;
        Count++;
        if (isEvent) EventCount++;
        ByteCount += size;
        if (Count > _buckets.Length) Rehash();
        else Link(entry);
        return entry;
    }

    private void Expire()
    {
        JoinEntry entry = _oldest!;
        Tally(entry.IsEvent);
        Remove(entry);
    }

    private void Tally(bool isEvent)
    {
        if (isEvent) Expired++;
        else Orphans++;
    }

    private void Link(JoinEntry entry)
    {
        ref JoinEntry? bucket = ref _buckets[entry.Hash & (_buckets.Length - 1)];
        entry.NextInBucket = bucket;
        bucket = entry;
    }

    private void Rehash()
    {
        _buckets = new JoinEntry?[2 * _buckets.Length];
        for (JoinEntry? entry = _oldest; entry is not null; entry = entry.Newer) Link(entry);
    }

    private long SizeOf(int idLength, bool isEvent) => EntryBytes + idLength + (isEvent ? 8L * (_attributeCount + _contextLength) : 0);

    private static int HashOf(ReadOnlySpan<byte> id)
    {
        HashCode hash = new();
        hash.AddBytes(id);
        return hash.ToHashCode();
    }
}
