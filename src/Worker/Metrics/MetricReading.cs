using StreamMoe.Worker.Figures;

namespace StreamMoe.Worker.Metrics;

/// <summary>One series of an instrument as it is now.</summary>
/// <param name="Labels">Values of the instrument's labels, in their order.</param>
/// <param name="Value">The value, never NaN; nothing for a histogram.</param>
/// <param name="Histogram">What a histogram counts; null for others.</param>
internal readonly record struct MetricReading(string[] Labels, double Value, LatencyHistogram? Histogram = null);
