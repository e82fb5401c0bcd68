namespace StreamMoe.Worker.Metrics;

/// <summary>A row of the table of instruments, from which every writer takes what it writes.</summary>
/// <param name="Name">As Prometheus knows it: letters, digits, underscores.</param>
/// <param name="Kind">What kind of figure it is.</param>
/// <param name="Help">One sentence.</param>
/// <param name="Labels">Names of its labels, the same for each of its series.</param>
/// <param name="Read">Reads its series as they are now, each combination of labels at most once. Any thread; called for each scrape.</param>
internal sealed record MetricInstrument(string Name, InstrumentKind Kind, string Help, string[] Labels, Func<IEnumerable<MetricReading>> Read);
