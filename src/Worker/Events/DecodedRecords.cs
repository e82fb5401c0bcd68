namespace StreamMoe.Worker.Events;

/// <summary>Records as a decoder read them, in order; a buffer that is used again.</summary>
/// <remarks>Adding allocates nothing once the buffer has grown to what batches need. One thread at a time.</remarks>
internal sealed class DecodedRecords
{
    private readonly List<(int Attribute, FeatureFault Fault)> _faults = [];
    private DecodedRecord[] _records = new DecodedRecord[1];
    private double[] _features = [];
    private byte[] _ids = new byte[64];
    private int _attributes, _idBytes;

    /// <value>Number of records.</value>
    public int Count { get; private set; }

    /// <summary>What was read of a record; one that was not read says so.</summary>
    public ref readonly DecodedRecord this[int index] => ref _records[index];

    /// <summary>The features of a record, in schema order; mean nothing when it has none.</summary>
    public Span<double> FeaturesOf(int index) => _features.AsSpan(index * _attributes, _attributes);

    /// <summary>The id of a record.</summary>
    public ReadOnlySpan<byte> IdOf(int index) => _ids.AsSpan(_records[index].IdFrom, _records[index].IdLength);

    /// <summary>Features of a record that are not quite what their attributes take.</summary>
    public ReadOnlySpan<(int Attribute, FeatureFault Fault)> FaultsOf(int index)
        => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_faults).Slice(_records[index].FaultsFrom, _records[index].FaultCount);

    /// <summary>Forgets everything.</summary>
    /// <param name="attributes">Features of a record from here on.</param>
    public void Clear(int attributes)
    {
        (Count, _idBytes, _attributes) = (0, 0, attributes);
        _faults.Clear();
    }

    /// <summary>Reads a record and adds what came of it.</summary>
    /// <param name="decoder">Reads it.</param>
    /// <param name="record">The record.</param>
    public void Add(EventDecoder decoder, in Records.SourceRecord record)
    {
        Grow();
        bool good = decoder.TryDecode(record, FeaturesOf(Count));
        ref DecodedRecord read = ref _records[Count++];
        read = new DecodedRecord
        {
            Outcome = good ? DecodeOutcome.Good : decoder.IsPassedOver ? DecodeOutcome.PassedOver : DecodeOutcome.Bad,
            Time = decoder.Time, Label = decoder.Label, HasOwnId = decoder.HasOwnId, HasFeatures = decoder.HasFeatures, HasNewValues = decoder.HasNewValues,
            IgnoredFeatures = decoder.IgnoredFeatures, FeatureCount = decoder.FeatureCount, Reason = decoder.Reason, Error = good ? null : decoder.Error,
        };
        Keep(ref read, decoder.Id);
        read.FaultsFrom = _faults.Count;
        foreach ((int, FeatureFault) fault in decoder.Faults) _faults.Add(fault);
        read.FaultCount = decoder.Faults.Count;
    }

    /// <summary>Adds a record that is not read.</summary>
    public void AddUnread()
    {
        Grow();
        _records[Count++] = default;
    }

    /// <summary>Forgets what the last record brought: it counts as not read.</summary>
    public void MarkUnread() => _records[Count - 1].Outcome = DecodeOutcome.Unread;

    private void Grow()
    {
        if (Count == _records.Length) Array.Resize(ref _records, 2 * _records.Length);
        int wanted = (Count + 1) * _attributes;
        if (_features.Length < wanted) Array.Resize(ref _features, Math.Max(wanted, 2 * _features.Length));
    }

    private void Keep(ref DecodedRecord read, ReadOnlySpan<byte> id)
    {
        if (_ids.Length - _idBytes < id.Length) Array.Resize(ref _ids, Math.Max(2 * _ids.Length, _idBytes + id.Length));
        id.CopyTo(_ids.AsSpan(_idBytes));
        (read.IdFrom, read.IdLength) = (_idBytes, id.Length);
        _idBytes += id.Length;
    }
}
