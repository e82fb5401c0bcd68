namespace StreamMoe.Worker.Events;

/// <summary>What was read of one record; see the properties of <see cref="EventDecoder"/> of the same names.</summary>
internal struct DecodedRecord
{
    /// <summary>What came of it.</summary>
    public DecodeOutcome Outcome;

    /// <inheritdoc cref="EventDecoder.HasOwnId"/>
    public bool HasOwnId;

    /// <inheritdoc cref="EventDecoder.HasFeatures"/>
    public bool HasFeatures;

    /// <inheritdoc cref="EventDecoder.HasNewValues"/>
    public bool HasNewValues;

    /// <inheritdoc cref="EventDecoder.Time"/>
    public long Time;

    /// <inheritdoc cref="EventDecoder.Label"/>
    public int Label;

    /// <inheritdoc cref="EventDecoder.IgnoredFeatures"/>
    public int IgnoredFeatures;

    /// <inheritdoc cref="EventDecoder.FeatureCount"/>
    public int FeatureCount;

    /// <inheritdoc cref="EventDecoder.Reason"/>
    public DeadLetterReason Reason;

    /// <inheritdoc cref="EventDecoder.Error"/>
    public string? Error;

    /// <summary>Where the id begins among those of the buffer.</summary>
    public int IdFrom;

    /// <summary>Its length in bytes.</summary>
    public int IdLength;

    /// <summary>Where the faults of features begin among those of the buffer.</summary>
    public int FaultsFrom;

    /// <summary>Their number.</summary>
    public int FaultCount;
}
