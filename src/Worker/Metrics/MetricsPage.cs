using Microsoft.AspNetCore.Builder;
using StreamMoe.Worker.Pipeline;

namespace StreamMoe.Worker.Metrics;

/// <summary><c>/metrics</c> of a worker.</summary>
internal sealed class MetricsPage : IDisposable
{
    private readonly StreamMoeMetrics _metrics;
#if PROMETHEUS_NET
    private readonly PrometheusNetCollector _exporter;
#else
    private readonly PrometheusExporter _exporter;
#endif

    /// <param name="worker">Its partitions are told of.</param>
    /// <param name="facts">What is told of it as a whole.</param>
    public MetricsPage(StreamWorker worker, WorkerFacts facts)
    {
        _metrics = new StreamMoeMetrics(() => worker.Lanes, worker.LagOf, facts);
        _exporter = new(_metrics.Meter, _metrics.ReadHistogram);
    }

    /// <summary>Adds the page.</summary>
    public void Map(WebApplication application) => application.MapGet("/metrics", async context =>
    {
#if PROMETHEUS_NET
        byte[] text = await _exporter.ScrapeAsync();
#else
        byte[] text = _exporter.Scrape();
#endif
        context.Response.ContentType = PrometheusText.ContentType;
        context.Response.ContentLength = text.Length;
        await context.Response.Body.WriteAsync(text);
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        _exporter.Dispose();
        _metrics.Dispose();
    }
}
