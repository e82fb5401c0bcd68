using Prometheus;

namespace StreamMoe.Worker.Metrics;

/// <summary>Writes the table of instruments as Prometheus's text, by a registry of prometheus-net that has nothing else in it.</summary>
/// <remarks>A series lives as long as what it tells of: one that a scrape did not read is taken away. Scrapes wait for each other; they take no lock of the
/// learner's.</remarks>
internal sealed class PrometheusWriter
{
    /// <summary>The format's media type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();
    private readonly PrometheusFamily[] _families;
    private readonly SemaphoreSlim _one = new(1);
    private int _length;

    /// <param name="instruments">The table.</param>
    public PrometheusWriter(IReadOnlyList<MetricInstrument> instruments)
    {
        MetricFactory factory = Prometheus.Metrics.WithCustomRegistry(_registry);
        factory.ExemplarBehavior = ExemplarBehavior.NoExemplars();
        _families = [.. instruments.Select(instrument => PrometheusFamily.Create(factory, instrument))];
    }

    /// <summary>Reads every instrument now.</summary>
    /// <returns>The text as UTF-8.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was requested.</exception>
    public async Task<ReadOnlyMemory<byte>> ScrapeAsync(CancellationToken stop)
    {
        await _one.WaitAsync(stop);
        try
        {
            foreach (PrometheusFamily family in _families) family.Update();
            MemoryStream text = new(_length);
            await _registry.CollectAndExportAsTextAsync(text, CancellationToken.None); // into memory: it neither waits nor fails half-way
            _length = (int)text.Length;
            return text.GetBuffer().AsMemory(0, _length);
        }
        finally
        {
            _one.Release();
        }
    }
}
