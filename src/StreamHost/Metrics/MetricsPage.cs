using Microsoft.AspNetCore.Builder;
using StreamMoe.StreamHost.Pipeline;

namespace StreamMoe.StreamHost.Metrics;

/// <summary><c>/metrics</c> of a worker.</summary>
internal sealed class MetricsPage : IDisposable
{
    private readonly StreamMoeMetrics _metrics;
    private readonly PrometheusExporter _exporter;

    /// <param name="worker">Its partitions are told of.</param>
    /// <param name="facts">What is told of it as a whole.</param>
    public MetricsPage(Worker worker, WorkerFacts facts)
    {
        _metrics = new StreamMoeMetrics(() => worker.Lanes, worker.LagOf, facts);
        _exporter = new PrometheusExporter(_metrics.Meter, _metrics.ReadHistogram);
    }

    /// <summary>Adds the page.</summary>
    public void Map(WebApplication application) => application.MapGet("/metrics", context =>
    {
        byte[] text = _exporter.Scrape();
        context.Response.ContentType = PrometheusText.ContentType;
        context.Response.ContentLength = text.Length;
        return context.Response.Body.WriteAsync(text).AsTask();
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        _exporter.Dispose();
        _metrics.Dispose();
    }
}
