using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.Streams.Options;

namespace StreamMoe.Worker.Configuration;

/// <summary>How records are batched and queued. None of it changes a prediction.</summary>
internal sealed record PipelineOptions : OptionSet
{
    /// <value>Longest wait for a batch to fill, in [PT0S, PT10S]. The default is PT0.005S.</value>
    [Description("Longest wait for a batch to fill."), Range(typeof(TimeSpan), "PT0S", "PT10S")]
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <value>Records of a batch at most, in [1, 65536]. The default is 512.</value>
    [Description("Records of a batch at most."), Range(1, 65_536)]
    public int Capacity { get; init; } = 512;

    /// <value>Records that wait for their partition's learner before the partition is paused, in [16, 1048576]. The default is 8,192.</value>
    [Description("Records that wait for their partition's learner before the partition is paused."), Range(16, 1_048_576)]
    public int Queue { get; init; } = 8192;

    /// <value>Threads of one partition's learner, in [1, 64]. The default is 1: partitions run side by side.</value>
    [Description("Threads of one partition's learner."), Range(1, 64)]
    public int Threads { get; init; } = 1;
}
