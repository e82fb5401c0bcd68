using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Metrics;

namespace StreamMoe.Worker.Telemetry;

/// <summary>Sends metrics and spans to a collector of OpenTelemetry, on threads of its own: a collector that is away, slow or wrong
/// costs what was to be sent, and no work is ever stopped by it or waits for it.</summary>
internal sealed partial class OtlpExport : IDisposable
{
    /// <summary>How long the end of the worker waits for spans that are still to be sent: 2 s.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly OtlpMetrics _metrics;
    private readonly OtlpSpans? _spans;
    private readonly CollectorWatch _watch;
    private readonly TimeSpan _interval;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _metricsThread, _spansEnd;

    private OtlpExport(TelemetryOptions options, IReadOnlyList<MetricInstrument> instruments, string instance, TimeProvider time, ILogger log)
    {
        _watch = new CollectorWatch(options.OtlpEndpoint, options.ReadHeaders(), time, log);
        _interval = options.OtlpInterval;
        ResourceBuilder resource = ResourceBuilder.CreateEmpty().AddTelemetrySdk()
            .AddService("streammoe", null, DriftMoe.Checkpoints.CheckpointHeader.ThisBuild, autoGenerateServiceInstanceId: false, instance);
        _metrics = new OtlpMetrics(instruments, Exporter("metrics"), resource);
        _spans = options.SendsSpans ? new OtlpSpans(options.Sample, Exporter("traces"), resource) : null;
        _metricsThread = new Thread(SendMetrics) { IsBackground = true, Name = "otlp metrics" };
        _spansEnd = new Thread(EndSpans) { IsBackground = true, Name = "otlp spans" };
        _metricsThread.Start();
        _spansEnd.Start();

        OtlpExporterOptions Exporter(string signal) => new()
        {
            Protocol = OtlpExportProtocol.HttpProtobuf, Endpoint = options.AddressOf(signal), Headers = "",
            Compression = OtlpExportCompression.None, TimeoutMilliseconds = (int)CollectorWatch.Patience.TotalMilliseconds, HttpClientFactory = _watch.Connect,
        };
    }

    /// <summary>Begins to send.</summary>
    /// <param name="options">Where to, and how much.</param>
    /// <param name="instruments">The table of instruments.</param>
    /// <param name="instance">Tells this worker from others: host and port.</param>
    /// <param name="time">The clock of messages.</param>
    /// <param name="log">Told when nothing can be sent.</param>
    /// <returns>Null when nothing is to be sent, or it could not even begin, which is told.</returns>
    public static OtlpExport? Start(TelemetryOptions options, IReadOnlyList<MetricInstrument> instruments, string instance, TimeProvider time,
        ILogger log)
    {
        if (!options.IsOn) return null;
        try
        {
            return new OtlpExport(options, instruments, instance, time, log);
        }
        catch (Exception e) // whatever it is, the work goes on
        {
            LogNotBegun(log, options.OtlpEndpoint, e);
            return null;
        }
    }

    /// <summary>The worker's own configuration says everything: no variable of the SDK's (<c>OTEL_…</c>) does.</summary>
    public static void WithoutVariables(IServiceCollection services)
        => services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());

    /// <summary>Sends the spans that are left, for at most <see cref="Patience"/>.</summary>
    public void Dispose()
    {
        long began = Stopwatch.GetTimestamp();
        _stop.Set();
        foreach (Thread thread in (Thread[])[_metricsThread, _spansEnd]) thread.Join(TimeSpan.FromTicks(Math.Max(0, (Patience - Stopwatch.GetElapsedTime(began)).Ticks)));
        _watch.End();
    }

    private void SendMetrics()
    {
        do
        {
            try
            {
                _metrics.Export();
            }
            catch (Exception e) // an instrument's own fault: this export is lost, as a scrape would be
            {
                _watch.Failed($"the figures could not be read: {e.Message}");
            }
        }
        while (!_stop.Wait(_interval));
        Quietly(_metrics.Dispose);
    }

    private void EndSpans()
    {
        _stop.Wait();
        Quietly(() => _spans?.Dispose());
    }

    private static void Quietly(Action end)
    {
        try
        {
            end();
        }
        catch (Exception)
        {
            // It ends.
        }
    }

    [LoggerMessage(152, LogLevel.Error, "Telemetry cannot be sent to {Endpoint}; the worker goes on without it.")]
    private static partial void LogNotBegun(ILogger log, string endpoint, Exception fault);
}
