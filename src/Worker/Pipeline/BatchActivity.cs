using System.Diagnostics;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Pipeline;

/// <summary>The span of a batch, for whoever listens to the activity source <c>streammoe</c>.</summary>
internal static class BatchActivity
{
    /// <summary>Name of the source.</summary>
    public const string SourceName = "streammoe";

    private static readonly ActivitySource s_source = new(SourceName);

    /// <summary>Begins the span <c>batch</c> with the tags topic, partition, first and last offset of the partition's own records, and rows.</summary>
    /// <returns>Null, and nothing allocated, when nobody listens, or who listens fails; else to be given to <see cref="Stop"/> after the batch.</returns>
    public static Activity? Start(PartitionId partition, ReadOnlySpan<SourceRecord> records)
    {
        try
        {
            return Begin(partition, records);
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

    private static Activity? Begin(PartitionId partition, ReadOnlySpan<SourceRecord> records)
    {
        if (!s_source.HasListeners() || s_source.StartActivity("batch", ActivityKind.Consumer) is not { } activity) return null;
        long first = -1, last = -1;
        foreach (ref readonly SourceRecord record in records)
        {
            if (record.Source != partition) continue; // a late label of the label topic
            if (first < 0) first = record.Offset;
            last = record.Offset;
        }
        activity.SetTag("streammoe.topic", partition.Topic).SetTag("streammoe.partition", partition.Partition).SetTag("streammoe.rows", records.Length);
        if (first >= 0) activity.SetTag("streammoe.offset.first", first).SetTag("streammoe.offset.last", last);
        return activity;
    }
}
