using StreamMoe.StreamHost.Configuration;

namespace StreamMoe.StreamHost.Checkpoints;

/// <summary>Tells when a partition's next checkpoint is due: after so many records, or after so long when any record came.</summary>
/// <remarks>One thread at a time. Being due changes nothing in the state: a checkpoint may be written at any commit.</remarks>
internal sealed class CheckpointSchedule
{
    private readonly CheckpointOptions _options;
    private readonly TimeProvider _time;
    private long _records;
    private long _since;

    /// <summary>Starts counting now.</summary>
    /// <param name="options">How often.</param>
    /// <param name="time">The clock; only differences of its timestamps are used.</param>
    public CheckpointSchedule(CheckpointOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _since = time.GetTimestamp();
    }

    /// <value>Records since the last checkpoint.</value>
    public long Records => _records;

    /// <value>Time since the last checkpoint, or since the start.</value>
    public TimeSpan Elapsed => _time.GetElapsedTime(_since);

    /// <value>True when a checkpoint should be written at the next opportunity; never when no record came since the last one.</value>
    public bool IsDue => _records > 0 && (_records >= _options.EveryEvents || Elapsed >= _options.Every);

    /// <summary>Counts records that the state has taken in.</summary>
    public void Count(long records) => _records += records;

    /// <summary>A checkpoint was written: starts again.</summary>
    public void Restart() => (_records, _since) = (0, _time.GetTimestamp());
}
