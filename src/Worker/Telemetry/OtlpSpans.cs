using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using StreamMoe.Worker.Pipeline;

namespace StreamMoe.Worker.Telemetry;

/// <summary>Sends a share of the spans of batches. A learner's thread puts a span into a bounded buffer and never waits; what finds no
/// room is lost.</summary>
internal sealed class OtlpSpans : IDisposable
{
    private readonly TracerProvider _provider;

    /// <param name="share">Share of the batches, in [0, 1].</param>
    /// <param name="exporter">Where to.</param>
    /// <param name="resource">What the spans are of.</param>
    public OtlpSpans(double share, OtlpExporterOptions exporter, ResourceBuilder resource)
    {
        BatchSampler sampler = new(share);
        _provider = Sdk.CreateTracerProviderBuilder().ConfigureServices(OtlpExport.WithoutVariables).SetResourceBuilder(resource)
            .AddSource(BatchActivity.SourceName).SetSampler(sampler).AddProcessor(new Sampled(sampler, new OtlpTraceExporter(exporter))).Build();
    }

    /// <summary>Sends what waits now.</summary>
    /// <returns>False when that took longer, or it was not taken.</returns>
    public bool Flush(TimeSpan patience) => _provider.ForceFlush((int)patience.TotalMilliseconds);

    /// <inheritdoc/>
    public void Dispose() => _provider.Dispose();

    /// <summary>Keeps what this sampler takes: spans that another listener alone wanted come here too.</summary>
    private sealed class Sampled(BatchSampler sampler, BaseExporter<Activity> exporter)
        : BatchActivityExportProcessor(exporter, exporterTimeoutMilliseconds: (int)CollectorWatch.Patience.TotalMilliseconds)
    {
        public override void OnEnd(Activity data)
        {
            if (sampler.Takes(data.TraceId)) base.OnEnd(data);
        }
    }
}
