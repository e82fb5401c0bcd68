using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.Streams.Options;

namespace StreamMoe.Worker.Configuration;

/// <summary>How records are merged, batched and queued. None of it changes a prediction when the order is the same; the merge chooses the order, and it is recorded.</summary>
internal sealed record PipelineOptions : OptionSet
{
    /// <value>Longest wait for a batch to fill, in [PT0S, PT10S]. The default is PT0.005S.</value>
    [Description("Longest wait for a batch to fill."), Range(typeof(TimeSpan), "PT0S", "PT10S")]
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <value>Records of a batch at most, in [1, 65536]. The default is 512.</value>
    [Description("Records of a batch at most."), Range(1, 65_536)]
    public int Capacity { get; init; } = 512;

    /// <value>Records of a partition that wait for its learner before the partition is paused, in [1024, 1048576]: what the client has fetched of a paused
    /// partition is thrown away, so with fewer most of what is read is read again. The default is 8,192.</value>
    [Description("Records of a partition that wait for its learner before the partition is paused; with fewer, most of what is read would be read again."), Range(1024, 1_048_576)]
    public int Queue { get; init; } = 8192;

    /// <value>How long a partition without records at hand is waited for, once, before it is passed over in the merge, in [PT0S, PT1H]. The default is PT0.005S.</value>
    [Description("How long a partition without records at hand is waited for before the merge passes it over."), Range(typeof(TimeSpan), "PT0S", "PT1H")]
    public TimeSpan MergeWait { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <value>How long a record waits for records with smaller timestamps before its partition is served in turn with the others, in [PT0S, P1D];
    /// at least <see cref="MergeWait"/>. The default is PT1S.</value>
    [Description("How long a record waits for those with smaller timestamps before its partition is served in turn; at least mergeWait."), Range(typeof(TimeSpan), "PT0S", "P1D")]
    public TimeSpan MergeMaxWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <value>Threads of one learner, in [1, 64]. The default is 1: learners run side by side.</value>
    [Description("Threads of one learner."), Range(1, 64)]
    public int Threads { get; init; } = 1;

    /// <inheritdoc/>
    protected override IEnumerable<string> RelationFaults()
    {
        if (MergeMaxWait < MergeWait) yield return $"mergeMaxWait was {System.Xml.XmlConvert.ToString(MergeMaxWait)}; must be at least mergeWait, which is {System.Xml.XmlConvert.ToString(MergeWait)}.";
    }
}
