using System.Diagnostics.Metrics;
using System.Globalization;
using StreamMoe.DriftMoe;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Figures;
using StreamMoe.Worker.Pipeline;
using Label = System.Collections.Generic.KeyValuePair<string, object?>;
using Values = System.Collections.Generic.IEnumerable<(double Value, System.Collections.Generic.KeyValuePair<string, object?>[] Labels)>;

namespace StreamMoe.Worker.Metrics;

/// <summary>Every metric of the worker, as instruments of the meter <c>streammoe</c>; docs/metrics.md lists them.</summary>
/// <remarks>All but the histograms are observed: a scrape reads the plain fields of <see cref="PartitionFigures"/>, and lanes do nothing for it. The
/// histograms are counted in the lanes and read by <see cref="ReadHistogram"/>; as instruments they have names, and no measurements.
/// Undefined values are left out. To add a metric: see CONTRIBUTING.md.</remarks>
internal sealed partial class StreamMoeMetrics : IDisposable
{
    /// <summary>Name of the meter, and of the source of activities.</summary>
    public const string MeterName = "streammoe";

    /// <summary>Experts whose routing share is told: 64.</summary>
    public const int MostSlots = 64;

    private static readonly PoolEventKind[] s_changes = [.. Enum.GetValues<PoolEventKind>().Where(k => k is not (PoolEventKind.Warning or PoolEventKind.Drift))];

    private readonly Meter _meter = new(MeterName);
    private readonly Func<IEnumerable<PartitionLane>> _lanes;
    private readonly Dictionary<string, Func<PartitionLane, LatencyHistogram>> _histograms = [];

    /// <param name="lanes">The partitions at work now; called at each scrape.</param>
    /// <param name="lagOf">Records behind the end of a lane's partition; null when nobody knows.</param>
    /// <param name="worker">What is told of the worker as a whole.</param>
    public StreamMoeMetrics(Func<IEnumerable<PartitionLane>> lanes, Func<PartitionLane, long?> lagOf, WorkerFacts worker)
    {
        _lanes = lanes;
        Records();
        Scores();
        Pool();
        Histogram("streammoe_batch_seconds", "Time of a batch from its first record to its predictions.", l => l.BatchTimes);
        Histogram("streammoe_event_latency_seconds", "Time from an event's arrival in its queue to its prediction.", l => l.Latency);
        Service(lagOf);
        Process(worker);
    }

    /// <summary>The meter.</summary>
    public Meter Meter => _meter;

    /// <summary>Reads a histogram of every partition.</summary>
    /// <param name="name">The instrument's name.</param>
    public IEnumerable<HistogramReading> ReadHistogram(string name)
    {
        foreach (PartitionLane lane in Lanes)
        {
            long[] cumulative = new long[LatencyHistogram.CoarseBounds.Count + 1];
            double sum = _histograms[name](lane).ReadCoarse(cumulative);
            yield return new HistogramReading(LabelsOf(lane), LatencyHistogram.CoarseBounds, cumulative, sum);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private IEnumerable<PartitionLane> Lanes => _lanes().OrderBy(l => l.Source.Topic, StringComparer.Ordinal).ThenBy(l => l.Source.Partition);

    private void Records()
    {
        Counter("streammoe_records_total", "Records taken in.", f => f.Records);
        Counter("streammoe_events_total", "Records with features.", f => f.Events);
        Counters("streammoe_labels_total", "Labels: there when their event came, or come on their own.", l =>
            [Value(l.Figures.Labelled, "kind", "attached"), Value(l.Figures.Labels, "kind", "late")]);
        Counter("streammoe_labels_joined_total", "Events and labels that found their other half waiting.", f => f.Joined);
        Counter("streammoe_labels_orphaned_total", "Labels that expired without an event.", f => f.Orphans);
        Counter("streammoe_events_expired_total", "Events that expired without a label.", f => f.Expired);
        Counter("streammoe_duplicates_total", "Events whose id waits already, and labels for which there is one already.", f => f.Duplicates);
        Counter("streammoe_features_ignored_total", "Features that the schema does not have.", f => f.IgnoredFeatures);
        Gauge("streammoe_waiting", "Events and labels that wait for their other half.", l => l.Figures.Waiting);
        Counter("streammoe_predictions_total", "Predictions made.", f => f.Predictions);
        Counter("streammoe_scored_total", "Predictions scored.", f => f.Scored);
        Counter("streammoe_learned_total", "Instances learned.", f => f.Learned);
        Counters("streammoe_dead_letters_total", "Records put aside.", l => DeadLetterReasons.Names.Select((name, r) => Value(l.Figures.DeadLetters[r], "reason", name)));
    }

    private void Scores()
    {
        Spans("streammoe_accuracy_ratio", "Accuracy of the predictions.", f => f.WindowAccuracy, f => f.Accuracy);
        Spans("streammoe_kappa_ratio", "Cohen's kappa.", f => f.WindowKappa, f => f.Kappa);
        Spans("streammoe_kappa_majority_ratio", "Kappa against the majority class.", f => f.WindowKappaM, f => f.KappaM);
        Spans("streammoe_kappa_no_change_ratio", "Kappa against no change.", f => f.WindowKappaT, f => f.KappaT);
        Gauges("streammoe_floor_accuracy_ratio", "Accuracy that a floor has on the same instances.", l =>
        [
            Value(l.Figures.WindowNoChange, "floor", "no_change", "span", "window"), Value(l.Figures.NoChange, "floor", "no_change", "span", "total"),
            Value(l.Figures.WindowMajority, "floor", "majority", "span", "window"), Value(l.Figures.Majority, "floor", "majority", "span", "total"),
        ]);
        Gauges("streammoe_class_recall_ratio", "Recall over the window, of the first classes.", l => l.Figures.Details.Recalls.Select(r => Value(r.Value, "class", r.Key)));
        Gauge("streammoe_confidence_ratio", "Mean probability of the predicted class over the window.", l => l.Figures.Confidence);
        Gauge("streammoe_calibration_error_ratio", "Expected calibration error over the window, 10 bins.", l => l.Figures.CalibrationError);
    }

    private void Pool()
    {
        Counters("streammoe_signals_total", "What detectors signalled.", l => l.Figures.Signals.Rows.Select(s =>
            Value(s.Count, "signal", s.Signal, "source", s.Source, "detector", s.Detector)));
        Gauges("streammoe_experts", "Experts by state; archived are states of former concepts.", l => PoolFigures.ExpertsByState(l.Figures).Select(s => Value(s.Value, "state", s.Key)));
        Counters("streammoe_pool_changes_total", "What happened to the pool.", l => s_changes.Select(kind =>
            Value(l.Figures.Pool[(int)kind], "change", kind.ToString().ToLowerInvariant())));
        Gauges("streammoe_routing_share_ratio", "Part of the recent routing mass that an expert got.", l =>
            l.Figures.Details.Pool.Members.Take(MostSlots).Select((m, slot) => Value(m.Share, "slot", slot.ToString(CultureInfo.InvariantCulture))));
        Gauge("streammoe_routing_entropy_ratio", "Entropy of the routing shares over its greatest value: 1 = even, 0 = collapsed onto one expert.", l => PoolFigures.EntropyRatio(l.Figures.Details.Pool));
        Gauge("streammoe_router_loss", "Mean loss of the router over recent labelled instances, nats.", l => l.Figures.Details.Pool.RouterLoss);
    }

    private void Service(Func<PartitionLane, long?> lagOf)
    {
        Gauge("streammoe_queue_depth", "Records that wait in the partition's queue.", l => l.Queued);
        Gauge("streammoe_consumer_lag", "Records behind the end of the partition.", l => lagOf(l) ?? double.NaN);
        Gauge("streammoe_checkpoint_age_seconds", "Time since the last checkpoint.", l => l.Checkpoints?.Age.TotalSeconds ?? double.NaN);
        Gauge("streammoe_checkpoint_size_bytes", "Size of the last checkpoint.", l => l.Checkpoints is { Position: >= 0 } c ? c.Bytes : double.NaN);
        Gauge("streammoe_checkpoint_duration_seconds", "Time that the last checkpoint took.", l => l.Checkpoints is { } c && c.Duration > TimeSpan.Zero ? c.Duration.TotalSeconds : double.NaN);
        Counters("streammoe_checkpoint_failures_total", "Checkpoints that could not be written.", l => l.Checkpoints is { } c ? [Value(c.TotalFailures)] : []);
        Gauges("streammoe_memory_bytes", "Memory by part, from logical counts.", l =>
            [Value(l.Figures.ModelBytes, "part", "model"), Value(l.Figures.WaitingBytes, "part", "labels"), Value(l.QueuedBytes, "part", "queue")]);
    }

    private void Counter(string name, string help, Func<PartitionFigures, long> read) => Counters(name, help, l => [Value(read(l.Figures))]);

    private void Counters(string name, string help, Func<PartitionLane, Values> read) => _meter.CreateObservableCounter(name, () => Measure(read), null, help);

    private void Gauge(string name, string help, Func<PartitionLane, double> read) => Gauges(name, help, l => [Value(read(l))]);

    private void Gauges(string name, string help, Func<PartitionLane, Values> read) => _meter.CreateObservableGauge(name, () => Measure(read), null, help);

    private void Spans(string name, string help, Func<PartitionFigures, double> window, Func<PartitionFigures, double> total)
        => Gauges(name, help, l => [Value(window(l.Figures), "span", "window"), Value(total(l.Figures), "span", "total")]);

    private void Histogram(string name, string help, Func<PartitionLane, LatencyHistogram> read)
    {
        _histograms[name] = read;
        _meter.CreateHistogram<double>(name, null, help);
    }

    private IEnumerable<Measurement<double>> Measure(Func<PartitionLane, Values> read)
    {
        foreach (PartitionLane lane in Lanes)
            foreach ((double value, Label[] labels) in read(lane))
                if (!double.IsNaN(value)) yield return new Measurement<double>(value, [.. LabelsOf(lane), .. labels]);
    }

    private static Label[] LabelsOf(PartitionLane lane) => [new("topic", lane.Source.Topic), new("partition", lane.Source.Partition)];

    /// <summary>A value under labels, given as name, value, name, value …</summary>
    private static (double, Label[]) Value(double value, params ReadOnlySpan<string> labels)
    {
        Label[] pairs = new Label[labels.Length / 2];
        for (int i = 0; i < pairs.Length; i++) pairs[i] = new Label(labels[2 * i], labels[2 * i + 1]);
        return (value, pairs);
    }
}
