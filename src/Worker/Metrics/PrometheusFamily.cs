using Prometheus;
using StreamMoe.Worker.Figures;

namespace StreamMoe.Worker.Metrics;

/// <summary>An instrument in a registry of prometheus-net.</summary>
internal abstract class PrometheusFamily
{
    /// <summary>Registers an instrument.</summary>
    public static PrometheusFamily Create(MetricFactory factory, MetricInstrument instrument) => instrument.Kind switch
    {
        InstrumentKind.Counter => new Family<Counter.Child>(factory.CreateCounter(instrument.Name, instrument.Help, instrument.Labels), instrument, static _ => Put),
        InstrumentKind.Gauge => new Family<Gauge.Child>(factory.CreateGauge(instrument.Name, instrument.Help, instrument.Labels), instrument, static _ => Put),
        InstrumentKind.Histogram => new Family<Histogram.Child>(factory.CreateHistogram(instrument.Name, instrument.Help, instrument.Labels,
            new HistogramConfiguration { Buckets = [.. LatencyHistogram.CoarseBounds] }), instrument, static _ => new HistogramFeed().Put),
        _ => throw new ArgumentOutOfRangeException(nameof(instrument), instrument.Kind, "There is no such kind of instrument."),
    };

    /// <summary>Takes over what the instrument's series are now, and takes away those that are no more.</summary>
    public abstract void Update();

    private static bool Put(Counter.Child counter, MetricReading reading)
    {
        if (reading.Value < counter.Value) return false;
        counter.IncTo(reading.Value);
        return true;
    }

    private static bool Put(Gauge.Child gauge, MetricReading reading)
    {
        gauge.Set(reading.Value);
        return true;
    }

    /// <summary>Sets a series to a reading; false when it stands above it, as a counter does after an earlier state was restored, and must begin anew.</summary>
    private delegate bool Setter<in TChild>(TChild child, MetricReading reading);

    private sealed class Family<TChild>(Collector<TChild> collector, MetricInstrument instrument, Func<TChild, Setter<TChild>> setterOf) : PrometheusFamily
        where TChild : ChildBase
    {
        private readonly Dictionary<string[], Series> _series = new(LabelComparer.Instance);
        private int _scrape;

        private sealed class Series(TChild child, Setter<TChild> set)
        {
            public int SeenAt { get; set; }

            public bool Set(MetricReading reading) => set(child, reading);
        }

        public override void Update()
        {
            _scrape++;
            foreach (MetricReading reading in instrument.Read())
            {
                if (!_series.TryGetValue(reading.Labels, out Series? series)) series = Begin(reading.Labels);
                if (!series.Set(reading))
                {
                    collector.RemoveLabelled(reading.Labels);
                    series = Begin(reading.Labels);
                    series.Set(reading);
                }
                series.SeenAt = _scrape;
            }
            foreach ((string[] labels, Series series) in _series)
            {
                if (series.SeenAt == _scrape) continue;
                collector.RemoveLabelled(labels);
                _series.Remove(labels);
            }
        }

        private Series Begin(string[] labels)
        {
            TChild child = collector.WithLabels(labels);
            return _series[labels] = new Series(child, setterOf(child));
        }
    }

    /// <summary>Brings a histogram of prometheus-net to what a <see cref="LatencyHistogram"/> counts: what has come into each bucket since the last scrape is
    /// observed at its mean, so that counts and sum are those of the values themselves.</summary>
    private sealed class HistogramFeed
    {
        private long[] _counts = new long[LatencyHistogram.CoarseBuckets], _ticks = new long[LatencyHistogram.CoarseBuckets];
        private long[] _newCounts = new long[LatencyHistogram.CoarseBuckets], _newTicks = new long[LatencyHistogram.CoarseBuckets];
        private LatencyHistogram? _source;

        public bool Put(Histogram.Child histogram, MetricReading reading)
        {
            _source ??= reading.Histogram;
            if (reading.Histogram != _source) return false; // the partition has come back, with a lane of its own
            _source!.ReadCoarse(_newCounts, _newTicks);
            for (int b = 0; b < _counts.Length; b++)
            {
                long count = _newCounts[b] - _counts[b];
                if (count > 0) histogram.Observe((_newTicks[b] - _ticks[b]) / (double)count / TimeSpan.TicksPerSecond, count);
            }
            (_counts, _newCounts, _ticks, _newTicks) = (_newCounts, _counts, _newTicks, _ticks);
            return true;
        }
    }
}
