using StreamMoe.Worker.Events;
using StreamMoe.Worker.Labels;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Pipeline;

/// <summary>What a record of the batch in hand brought, until the batch has been predicted and learned and is put out in order.</summary>
internal struct BatchItem
{
    /// <summary>What is to be done for a record.</summary>
    public enum Kind : byte
    {
        /// <summary>A prediction is put out, and scored when the label is known.</summary>
        Event,

        /// <summary>A late label was learned: the kept prediction is scored.</summary>
        Late,

        /// <summary>An event of a class that was new was learned, after it had been put out.</summary>
        Learned,

        /// <summary>A bad record.</summary>
        DeadLetter,

        /// <summary>The schema has been inferred.</summary>
        Inferred,
    }

    /// <summary>What is to be done.</summary>
    public Kind What;

    /// <summary>Row of the block; −1 for a dead letter.</summary>
    public int Row;

    /// <summary>Number of the record among those of the learner, from 0. For telemetry alone.</summary>
    public long Number;

    /// <summary>Source of the record.</summary>
    public SourceState Source;

    /// <summary>Source of the event whose prediction is scored, where it is not the record's.</summary>
    public SourceState? Scored;

    /// <summary>Time of the record.</summary>
    public long Time;

    /// <summary>Class to score with; −1 when none is known.</summary>
    public int Label;

    /// <summary>The predicted class; −1 when no class is known.</summary>
    public int Prediction;

    /// <summary>Instances learned before.</summary>
    public long Learned;

    /// <summary>The prediction kept with a late label's event; −1 when there was none.</summary>
    public int Kept;

    /// <summary>Its confidence; NaN when it is not known.</summary>
    public float KeptConfidence;

    /// <summary>True when the event told an id.</summary>
    public bool HasOwnId;

    /// <summary>Where the event's id begins in the batch's ids.</summary>
    public int IdFrom;

    /// <summary>Its length.</summary>
    public int IdLength;

    /// <summary>The event's entry among those that wait for labels.</summary>
    public JoinEntry? Entry;

    /// <summary>Which use of the entry is meant.</summary>
    public long EntrySerial;

    /// <summary>The record.</summary>
    public SourceRecord Record;

    /// <summary>Why it is bad.</summary>
    public DeadLetterReason Reason;

    /// <summary>The whole story.</summary>
    public string? Error;

    /// <summary>What was inferred.</summary>
    public InferredSchema? Inferred;
}
