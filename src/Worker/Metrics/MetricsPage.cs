using Microsoft.AspNetCore.Builder;

namespace StreamMoe.Worker.Metrics;

/// <summary><c>/metrics</c> of a worker.</summary>
/// <param name="instruments">What it tells.</param>
internal sealed class MetricsPage(IReadOnlyList<MetricInstrument> instruments)
{
    private readonly PrometheusWriter _writer = new(instruments);

    /// <summary>Adds the page.</summary>
    public void Map(WebApplication application) => application.MapRead("/metrics", async context =>
    {
        ReadOnlyMemory<byte> text = await _writer.ScrapeAsync(context.RequestAborted);
        context.Response.ContentType = PrometheusWriter.ContentType;
        context.Response.ContentLength = text.Length;
        await context.Response.Body.WriteAsync(text, context.RequestAborted);
    });
}
