using System.Diagnostics;
using System.Text;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Pipeline;

/// <summary>The span of a batch, for whoever listens to the activity source <c>streammoe</c>. It has no parent, and links to the traces that its records belong to.</summary>
internal static class BatchActivity
{
    /// <summary>Name of the source.</summary>
    public const string SourceName = "streammoe";

    /// <summary>Links of a span at most: 128.</summary>
    public const int MostLinks = 128;

    private const int LongestTraceParent = 256;

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
        if (!s_source.HasListeners()) return null;
        Activity.Current = null; // what is current where a host starts the worker is not the batch's parent
        if (s_source.StartActivity("batch", ActivityKind.Consumer) is not { } activity) return null;
        if (activity.IsAllDataRequested) Describe(activity, learner, records);
        return activity;
    }

    private static void Describe(Activity activity, LearnerId learner, ReadOnlySpan<SourceRecord> records)
    {
        activity.SetTag("streammoe.topic", learner.Topic).SetTag("streammoe.learner", learner.Learner).SetTag("streammoe.rows", records.Length);
        int links = 0;
        foreach (ref readonly SourceRecord record in records)
        {
            if (links == MostLinks || record.TraceParent is not { } parent || ContextOf(parent) is not { } context) continue;
            activity.AddLink(new ActivityLink(context));
            links++;
        }
        foreach (ref readonly SourceRecord record in records)
            if (record.Source != records[0].Source) return;
        activity.SetTag("streammoe.partition", records[0].Source.Partition)
            .SetTag("streammoe.offset.first", records[0].Offset).SetTag("streammoe.offset.last", records[^1].Offset);
    }

    /// <summary>What a header <c>traceparent</c> says (W3C Trace Context); null for one that is not valid.</summary>
    private static ActivityContext? ContextOf(byte[] parent)
        => parent.Length <= LongestTraceParent && ActivityContext.TryParse(Encoding.ASCII.GetString(parent), null, isRemote: true, out ActivityContext context) ? context : null;
}
