using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.Streams.Options;

namespace StreamMoe.Worker.Configuration;

/// <summary>Limits of the buffer in which events wait for their labels, and labels for their events. They change what is learned: learning options.</summary>
internal sealed record LabelOptions : OptionSet
{
    /// <value>Entries at most, in [1, 10000000]; the oldest expires first. The default is 100,000.</value>
    [Description("Events and labels that wait for each other, at most."), Range(1, 10_000_000)]
    public int MaxCount { get; init; } = 100_000;

    /// <value>Bytes of all entries at most, in [4096, 17179869184]. The default is 268,435,456.</value>
    [Description("Bytes of everything that waits, at most."), Range(4096, 17_179_869_184)]
    public long MaxBytes { get; init; } = 268_435_456;

    /// <value>Longest wait, in event time, in [PT1S, P3650D]. The default is P7D.</value>
    [Description("Longest wait, in event time."), Range(typeof(TimeSpan), "PT1S", "P3650D")]
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(7);

    /// <value>How far an event's time may run ahead of its record's timestamp, in [PT0S, P3650D]. The default is PT1H.</value>
    [Description("How far an event's time may run ahead of its record's timestamp."), Range(typeof(TimeSpan), "PT0S", "P3650D")]
    public TimeSpan MaxSkew { get; init; } = TimeSpan.FromHours(1);
}
