namespace StreamMoe.Worker.Order;

/// <summary>Collects what happens to a learner between two commits. The learner's thread alone; nothing is allocated a record.</summary>
internal sealed class OrderBuilder
{
    /// <summary>Entries after which a commit is due whatever the clock says: 100,000, far below what a record may hold.</summary>
    public const int ManyEntries = 100_000;

    /// <summary>Longest text of an entry in characters: 200,000; schemas and orders are kept shorter by those who bring them.</summary>
    public const int LongestText = 200_000;

    private readonly List<OrderEntry> _entries = [];
    private long _textLength;

    /// <value>True when nothing has happened.</value>
    public bool IsEmpty => _entries.Count == 0;

    /// <value>True when so much has come together that a commit is due.</value>
    public bool IsLarge => _entries.Count >= ManyEntries || _textLength >= LongestText;

    /// <summary>A record of a source was processed; it joins the run before where it can.</summary>
    public void Add(OrderSource source)
    {
        if (_entries.Count > 0 && _entries[^1] is { Kind: OrderEntryKind.Run } last && last.Source == source)
            _entries[^1] = last with { Value = last.Value + 1 };
        else
            _entries.Add(OrderEntry.Run(source, 1));
    }

    /// <summary>Something else happened.</summary>
    public void Add(in OrderEntry entry)
    {
        _textLength += entry.Text?.Length ?? 0;
        _entries.Add(entry);
    }

    /// <summary>Takes out what was collected, and begins anew.</summary>
    public IReadOnlyList<OrderEntry> Take()
    {
        OrderEntry[] taken = [.. _entries];
        _entries.Clear();
        _textLength = 0;
        return taken;
    }
}
