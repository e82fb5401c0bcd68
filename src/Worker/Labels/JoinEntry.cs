namespace StreamMoe.Worker.Labels;

/// <summary>An event that waits for its label, or a label that waits for its event. Belongs to its <see cref="LabelJoin"/>, which uses it again.</summary>
internal sealed class JoinEntry
{
    /// <value>True for an event, false for a label.</value>
    public bool IsEvent { get; internal set; }

    /// <value>Of an event the predicted class, −1 when there is none; of a label its class.</value>
    public int Class { get; internal set; }

    /// <value>Probability of the predicted class; NaN for none, and after a restore, since it is only shown.</value>
    public float Confidence { get; internal set; } = float.NaN;

    /// <value>Of an event the partition that it came from.</value>
    public int Partition { get; internal set; }

    /// <value>True for an event that has not been predicted yet.</value>
    public bool IsPending { get; internal set; }

    /// <value>Number of the use of this object, to tell from a later one.</value>
    public long Serial { get; internal set; }

    /// <value>Event time when it came.</value>
    internal long Since { get; set; }

    internal byte[] IdBytes { get; set; } = [];

    internal int IdLength { get; set; }

    internal int Hash { get; set; }

    /// <value>Features, then what the learner wants back; empty until used for an event.</value>
    internal double[] Numbers { get; set; } = [];

    internal JoinEntry? NextInBucket { get; set; }

    internal JoinEntry? Older { get; set; }

    internal JoinEntry? Newer { get; set; }

    internal ReadOnlySpan<byte> Id => IdBytes.AsSpan(0, IdLength);
}
