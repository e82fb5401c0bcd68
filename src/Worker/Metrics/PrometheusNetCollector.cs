#if PROMETHEUS_NET
using System.Diagnostics.Metrics;
using Prometheus;
using Label = System.Collections.Generic.KeyValuePair<string, object?>;

namespace StreamMoe.Worker.Metrics;

/// <summary>The instruments of one meter in a registry of prometheus-net, under the same names, types and labels as <see cref="PrometheusExporter"/> writes.</summary>
/// <remarks>Built with <c>-p:PrometheusNet=true</c>; it takes the exporter's place. prometheus-net's own MeterAdapter would make counters gauges. Its
/// histograms take single values only, so what came since the last scrape is put in at the middle of its bucket: buckets and counts are exact, the
/// sum is not. Series that were not measured at a scrape are taken away.</remarks>
internal sealed class PrometheusNetCollector : IDisposable
{
    private readonly CollectorRegistry _registry = global::Prometheus.Metrics.NewCustomRegistry();
    private readonly MetricFactory _factory;
    private readonly MeterListener _listener = new();
    private readonly Func<string, IEnumerable<HistogramReading>> _histograms;
    private readonly List<Instrument> _ofHistograms = [];
    private readonly Dictionary<string, Series> _series = [];
    private readonly Dictionary<string, long[]> _counted = [];
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>A series that was put in, how to take it away, and whether this scrape measured it.</summary>
    private sealed record Series(Action Remove)
    {
        public bool IsAlive { get; set; }
    }

    /// <inheritdoc cref="PrometheusExporter(Meter, Func{string, IEnumerable{HistogramReading}})"/>
    public PrometheusNetCollector(Meter meter, Func<string, IEnumerable<HistogramReading>> histograms)
    {
        (_factory, _histograms) = (global::Prometheus.Metrics.WithCustomRegistry(_registry), histograms);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (!ReferenceEquals(instrument.Meter, meter)) return;
            if (instrument is Histogram<double>) _ofHistograms.Add(instrument);
            else listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Put(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Put(instrument, value, tags));
        _listener.Start();
        _registry.AddBeforeCollectCallback(Collect);
    }

    /// <summary>Reads every instrument now.</summary>
    /// <returns>The text as UTF-8.</returns>
    public async Task<byte[]> ScrapeAsync()
    {
        await _one.WaitAsync();
        try
        {
            using MemoryStream text = new();
            await _registry.CollectAndExportAsTextAsync(text);
            return text.ToArray();
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Collect()
    {
        foreach (Series series in _series.Values) series.IsAlive = false;
        _listener.RecordObservableInstruments();
        foreach (Instrument instrument in _ofHistograms)
            foreach (HistogramReading reading in _histograms(instrument.Name)) Put(instrument, reading);
        foreach ((string key, Series series) in _series.ToArray())
        {
            if (series.IsAlive) continue;
            series.Remove();
            _series.Remove(key);
            _counted.Remove(key);
        }
    }

    private void Put(Instrument instrument, double value, ReadOnlySpan<Label> tags)
    {
        (string[] names, string[] values) = Split(tags);
        if (instrument.GetType().GetGenericTypeDefinition() == typeof(ObservableCounter<>))
        {
            Counter counter = _factory.CreateCounter(instrument.Name, instrument.Description ?? "", names);
            if (values.Length == 0) counter.IncTo(value);
            else counter.WithLabels(values).IncTo(value);
            Keep(instrument, values, () => counter.RemoveLabelled(values));
        }
        else
        {
            Gauge gauge = _factory.CreateGauge(instrument.Name, instrument.Description ?? "", names);
            if (values.Length == 0) gauge.Set(value);
            else gauge.WithLabels(values).Set(value);
            Keep(instrument, values, () => gauge.RemoveLabelled(values));
        }
    }

    private void Put(Instrument instrument, HistogramReading reading)
    {
        (string[] names, string[] values) = Split(reading.Labels);
        double[] bounds = [.. reading.Bounds];
        Histogram histogram = _factory.CreateHistogram(instrument.Name, instrument.Description ?? "", names, new HistogramConfiguration { Buckets = bounds });
        string key = Keep(instrument, values, () => histogram.RemoveLabelled(values));
        long[] before = _counted.GetValueOrDefault(key) ?? new long[reading.Cumulative.Length];
        for (int b = 0; b < reading.Cumulative.Length; b++)
        {
            long now = reading.Cumulative[b] - (b > 0 ? reading.Cumulative[b - 1] : 0), then = before[b] - (b > 0 ? before[b - 1] : 0);
            double middle = b == bounds.Length ? 2 * bounds[^1] : 0.5 * (bounds[b] + (b > 0 ? bounds[b - 1] : 0));
            if (now > then) histogram.WithLabels(values).Observe(middle, now - then);
        }
        _counted[key] = reading.Cumulative;
    }

    private string Keep(Instrument instrument, string[] values, Action remove)
    {
        string key = string.Join('\0', [instrument.Name, .. values]);
        if (!_series.TryGetValue(key, out Series? series)) _series[key] = series = new Series(values.Length == 0 ? static () => { } : remove);
        series.IsAlive = true;
        return key;
    }

    private static (string[] Names, string[] Values) Split(ReadOnlySpan<Label> tags)
    {
        string[] names = new string[tags.Length], values = new string[tags.Length];
        for (int i = 0; i < tags.Length; i++)
            (names[i], values[i]) = (tags[i].Key, Convert.ToString(tags[i].Value, System.Globalization.CultureInfo.InvariantCulture) ?? "");
        return (names, values);
    }
}
#endif
