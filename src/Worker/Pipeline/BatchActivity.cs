using System.Diagnostics;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Pipeline;

/// <summary>The span of a batch, for whoever listens to the activity source <c>streammoe</c>.</summary>
internal static class BatchActivity
{
    /// <summary>Name of the source.</summary>
    public const string SourceName = "streammoe";

    private static readonly ActivitySource s_source = new(SourceName);

    /// <summary>Begins the span <c>batch</c> with the tags topic, learner and rows, and, where all records are of one partition, that and their first and last offset.</summary>
    /// <returns>Null, and nothing allocated, when nobody listens, or who listens fails; else to be given to <see cref="Stop"/> after the batch.</returns>
    public static Activity? Start(LearnerId learner, ReadOnlySpan<SourceRecord> records)
    {
        try
        {
            return Begin(learner, records);
        }
        catch (Exception) // the listener's own fault, which is not the batch's
        {
            return null;
        }
    }

    /// <summary>Ends the span. A listener's fault is not the batch's.</summary>
    public static void Stop(Activity? activity)
    {
        try
        {
            activity?.Dispose();
        }
        catch (Exception)
        {
            // See above.
        }
    }

    private static Activity? Begin(LearnerId learner, ReadOnlySpan<SourceRecord> records)
    {
        if (!s_source.HasListeners() || s_source.StartActivity("batch", ActivityKind.Consumer) is not { } activity) return null;
        activity.SetTag("streammoe.topic", learner.Topic).SetTag("streammoe.learner", learner.Learner).SetTag("streammoe.rows", records.Length);
        foreach (ref readonly SourceRecord record in records)
            if (record.Source != records[0].Source) return activity;
        return activity.SetTag("streammoe.partition", records[0].Source.Partition)
            .SetTag("streammoe.offset.first", records[0].Offset).SetTag("streammoe.offset.last", records[^1].Offset);
    }
}
