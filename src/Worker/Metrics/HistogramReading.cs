namespace StreamMoe.Worker.Metrics;

/// <summary>One series of a histogram as it was at one moment.</summary>
/// <param name="Labels">Its labels.</param>
/// <param name="Bounds">Upper bounds of its buckets in seconds, ascending, without infinity.</param>
/// <param name="Cumulative">Values that do not exceed each bound, then the count of all.</param>
/// <param name="Sum">Sum of all values in seconds.</param>
internal readonly record struct HistogramReading(KeyValuePair<string, object?>[] Labels, IReadOnlyList<double> Bounds, long[] Cumulative, double Sum);
