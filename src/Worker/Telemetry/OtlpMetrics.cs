using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using StreamMoe.Worker.Metrics;

namespace StreamMoe.Worker.Telemetry;

/// <summary>Writes the table of instruments as metrics of OTLP: counters as cumulative sums, gauges as gauges, under the names that
/// Prometheus has. Histograms are left out.</summary>
/// <remarks>Each export reads the whole table first, so that what it sends is of one moment. OpenTelemetry's SDK keeps room for the series
/// of an instrument, and would put those beyond it into one; so instruments are made anew with more room when more series than that
/// have come, and room is not taken up by those that are gone. One thread.</remarks>
internal sealed class OtlpMetrics : IDisposable
{
    /// <summary>Name of the meter, which is the scope of the metrics.</summary>
    public const string MeterName = "streammoe";

    private const int LeastRoom = 16;

    private readonly Family[] _families;
    private readonly Dictionary<string, Family> _byName;
    private readonly Exporter _exporter;
    private readonly BaseExportingMetricReader _reader;
    private readonly MeterProvider _provider;
    private Meter? _meter;

    /// <param name="instruments">The table.</param>
    /// <param name="exporter">Where to.</param>
    /// <param name="resource">What the metrics are of.</param>
    public OtlpMetrics(IReadOnlyList<MetricInstrument> instruments, OtlpExporterOptions exporter, ResourceBuilder resource)
    {
        _families = [.. instruments.Where(i => i.Kind != InstrumentKind.Histogram).Select(i => new Family(i))];
        _byName = _families.ToDictionary(f => f.Instrument.Name);
        _exporter = new Exporter(exporter);
        _reader = new BaseExportingMetricReader(_exporter);
        _provider = Sdk.CreateMeterProviderBuilder().ConfigureServices(OtlpExport.WithoutVariables).SetResourceBuilder(resource)
            .AddMeter(MeterName).AddView(StreamOf).AddReader(_reader).Build();
    }

    /// <summary>Reads the table and sends it; waits for the collector.</summary>
    /// <returns>False when it was not taken.</returns>
    public bool Export()
    {
        bool hasRoom = _meter is not null;
        foreach (Family family in _families) hasRoom &= family.Read();
        if (!hasRoom) MakeRoom();
        return _reader.Collect((int)CollectorWatch.Patience.TotalMilliseconds);
    }

    /// <summary>Ends without sending anything more: what was read last has been sent.</summary>
    public void Dispose()
    {
        _exporter.HasEnded = true;
        _provider.Dispose();
        _meter?.Dispose();
    }

    private void MakeRoom()
    {
        _meter?.Dispose();
        foreach (Family family in _families) family.MakeRoom();
        _meter = new Meter(new MeterOptions(MeterName) { Version = DriftMoe.Checkpoints.CheckpointHeader.ThisBuild, Scope = this });
        foreach (Family family in _families)
        {
            MetricInstrument instrument = family.Instrument;
            Func<IEnumerable<Measurement<double>>> now = () => family.Now;
            if (instrument.Kind == InstrumentKind.Counter) _meter.CreateObservableCounter(instrument.Name, now, null, instrument.Help);
            else _meter.CreateObservableGauge(instrument.Name, now, null, instrument.Help);
        }
    }

    // Other workers of this process have a meter of the same name.
    private MetricStreamConfiguration StreamOf(Instrument instrument) => ReferenceEquals(instrument.Meter.Scope, this)
        ? new MetricStreamConfiguration { CardinalityLimit = _byName[instrument.Name].Room } : MetricStreamConfiguration.Drop;

    /// <summary>Lets nothing out at the end, where the SDK would send what was sent before once more.</summary>
    private sealed class Exporter(OtlpExporterOptions options) : OtlpMetricExporter(options)
    {
        public bool HasEnded { get; set; }

        public override ExportResult Export(in Batch<Metric> metrics) => HasEnded ? ExportResult.Success : base.Export(metrics);
    }

    private sealed class Family(MetricInstrument instrument)
    {
        private readonly HashSet<string[]> _known = new(LabelComparer.Instance);
        private readonly List<string[]> _labels = [];

        public MetricInstrument Instrument => instrument;

        /// <value>What was read last.</value>
        public List<Measurement<double>> Now { get; } = [];

        /// <value>Series that there is room for.</value>
        public int Room { get; private set; }

        /// <returns>False when there is no room for all series that have come since there was made some.</returns>
        public bool Read()
        {
            Now.Clear();
            _labels.Clear();
            foreach (MetricReading reading in instrument.Read())
            {
                _labels.Add(reading.Labels);
                Now.Add(new Measurement<double>(reading.Value,
                    [.. instrument.Labels.Zip(reading.Labels, static (name, value) => KeyValuePair.Create<string, object?>(name, value))]));
            }
            _known.UnionWith(_labels);
            return _known.Count <= Room;
        }

        public void MakeRoom()
        {
            _known.Clear();
            _known.UnionWith(_labels);
            Room = Math.Max(LeastRoom, 2 * Now.Count);
        }
    }
}
