using System.Globalization;
using StreamMoe.DriftMoe;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Figures;
using StreamMoe.Worker.Pipeline;

namespace StreamMoe.Worker.Metrics;

/// <summary>The table of all instruments of the worker; docs/metrics.md lists them.</summary>
/// <remarks>A reading takes the plain fields of <see cref="PartitionFigures"/> and the learners' histograms as they are; learners do nothing for it.
/// Undefined values are left out. To add a metric: see CONTRIBUTING.md.</remarks>
internal sealed partial class StreamMoeMetrics
{
    /// <summary>Experts whose routing share is told: 64.</summary>
    public const int MostSlots = 64;

    private static readonly PoolEventKind[] s_changes = [.. Enum.GetValues<PoolEventKind>().Where(k => k.SignalName() is null)];

    private readonly Func<IEnumerable<LearnerTask>> _learners;
    private readonly List<MetricInstrument> _instruments = [];

    /// <param name="learners">The learners at work now; called for each instrument at each scrape.</param>
    /// <param name="lagOf">Records of a partition beyond a next offset; null when nobody knows.</param>
    /// <param name="worker">What is told of the worker as a whole.</param>
    public StreamMoeMetrics(Func<IEnumerable<LearnerTask>> learners, Func<SourceQueue, long, long?> lagOf, WorkerFacts worker)
    {
        _learners = learners;
        Records();
        Scores();
        Pool();
        Histogram("streammoe_batch_seconds", "Time of a batch from its first record to its predictions.", l => l.BatchTimes);
        Histogram("streammoe_event_latency_seconds", "Time from an event's arrival in its queue to its prediction.", l => l.Latency);
        Counters("streammoe_learner_seconds_total", "What the learner's thread spent its time on.", ["activity"], l =>
            [Value(l.Spent.Learning.TotalSeconds, "learning"), Value(l.Spent.Waiting.TotalSeconds, "waiting"), Value(l.Spent.Committing.TotalSeconds, "committing")]);
        Service(lagOf);
        Process(worker);
    }

    /// <value>The table.</value>
    public IReadOnlyList<MetricInstrument> Instruments => _instruments;

    private void Records()
    {
        Counter("streammoe_records_total", "Records taken in.", f => f.Records);
        Counter("streammoe_events_total", "Records with features.", f => f.Events);
        Partitions("streammoe_partition_events_total", "Records with features, by partition.", (f, _) => f.Events, counts: true);
        Counters("streammoe_labels_total", "Labels: there when their event came, or come on their own.", ["kind"], l =>
            [Value(l.Figures.Labelled, "attached"), Value(l.Figures.Labels, "late")]);
        Counter("streammoe_labels_joined_total", "Events and labels that found their other half waiting.", f => f.Joined);
        Counter("streammoe_labels_orphaned_total", "Labels that expired without an event.", f => f.Orphans);
        Counter("streammoe_events_expired_total", "Events that expired without a label.", f => f.Expired);
        Counter("streammoe_duplicates_total", "Events whose id waits already, and labels for which there is one already.", f => f.Duplicates);
        Counter("streammoe_features_ignored_total", "Features that the schema does not have.", f => f.IgnoredFeatures);
        Counter("streammoe_events_ignored_total", "Events with no feature that the schema has.", f => f.IgnoredEvents);
        Counters("streammoe_feature_faults_total", "Features that are not quite what their attribute takes, of the first attributes.", ["attribute", "fault"], l => FaultsOf(l.Figures));
        Counter("streammoe_time_jumps_total", "Records whose times jumped ahead and were not believed.", f => f.TimeJumps);
        Gauge("streammoe_waiting", "Events and labels that wait for their other half.", l => l.Figures.Waiting);
        Counter("streammoe_predictions_total", "Predictions made.", f => f.Predictions);
        Counter("streammoe_scored_total", "Predictions scored.", f => f.Scored);
        Counter("streammoe_learned_total", "Instances learned.", f => f.Learned);
        Counters("streammoe_dead_letters_total", "Records put aside.", ["reason"], l => DeadLetterReasons.Names.Select((name, r) => Value(l.DeadLettersOf((DeadLetterReason)r), name)));
    }

    private static IEnumerable<MetricReading> FaultsOf(PartitionFigures figures)
    {
        IReadOnlyList<string> attributes = figures.Details.Attributes;
        foreach (FeatureFault fault in FeatureFaults.All)
        {
            for (int a = 0; a < attributes.Count; a++)
                if (figures.Features.CountOf(a, fault) is > 0 and var count) yield return Value(count, attributes[a], FeatureFaults.NameOf(fault));
        }
    }

    private void Scores()
    {
        Spans("streammoe_accuracy_ratio", "Accuracy of the predictions.", f => f.WindowAccuracy, f => f.Accuracy);
        Partitions("streammoe_partition_accuracy_ratio", "Accuracy over the last 10,000 scored predictions by partition, where partitions differ by more than 5 points over as many.", (f, _) => f.WindowAccuracy, where: l => AccuracyByPartition.Differs(l.Partitions.Select(p => p.Figures)));
        Spans("streammoe_kappa_ratio", "Cohen's kappa.", f => f.WindowKappa, f => f.Kappa);
        Spans("streammoe_kappa_majority_ratio", "Kappa against the majority class.", f => f.WindowKappaM, f => f.KappaM);
        Spans("streammoe_kappa_no_change_ratio", "Kappa against no change.", f => f.WindowKappaT, f => f.KappaT);
        Spans("streammoe_balanced_accuracy_ratio", "Mean of the recalls of the classes that came.", f => f.WindowBalancedAccuracy, f => f.BalancedAccuracy);
        Spans("streammoe_g_mean_ratio", "Geometric mean of the recalls of the classes that came.", f => f.WindowGMean, f => f.GMean);
        Gauges("streammoe_floor_accuracy_ratio", "Accuracy that a floor has on the same instances.", ["floor", "span"], l =>
        [
            Value(l.Figures.WindowNoChange, "no_change", "window"), Value(l.Figures.NoChange, "no_change", "total"),
            Value(l.Figures.WindowMajority, "majority", "window"), Value(l.Figures.Majority, "majority", "total"),
        ]);
        Gauges("streammoe_class_recall_ratio", "Recall over the window, of the first classes.", ["class"], l => l.Figures.Details.Recalls.Select(r => Value(r.Value, r.Key)));
        Gauge("streammoe_confidence_ratio", "Mean probability of the predicted class over the window.", l => l.Figures.Confidence);
        Gauge("streammoe_calibration_error_ratio", "Expected calibration error over the window, 10 bins.", l => l.Figures.CalibrationError);
    }

    private void Pool()
    {
        Counters("streammoe_signals_total", "What detectors signalled.", ["signal", "source", "detector"], l =>
            l.Figures.Signals.Rows.Select(s => Value(s.Count, s.Signal, s.Source, s.Detector)));
        Gauges("streammoe_experts", "Experts by state; archived are states of former concepts.", ["state"], l => PoolFigures.ExpertsByState(l.Figures).Select(s => Value(s.Value, s.Key)));
        Counters("streammoe_pool_changes_total", "What happened to the pool.", ["change"], l => s_changes.Select(kind =>
            Value(l.Figures.Pool[(int)kind], kind.NameOf())));
        Gauges("streammoe_routing_share_ratio", "Part of the recent routing mass that an expert got.", ["slot"], l =>
            l.Figures.Details.Pool.Members.Take(MostSlots).Select((m, slot) => Value(m.Share, slot.ToString(CultureInfo.InvariantCulture))));
        Gauge("streammoe_routing_entropy_ratio", "Entropy of the routing shares over its greatest value: 1 = even, 0 = collapsed onto one expert.", l => PoolFigures.EntropyRatio(l.Figures.Details.Pool));
        Gauge("streammoe_router_loss", "Mean loss of the router over recent labelled instances, nats.", l => l.Figures.Details.Pool.RouterLoss);
    }

    private void Service(Func<SourceQueue, long, long?> lagOf)
    {
        Partitions("streammoe_queue_depth", "Records that wait in the partition's queue.", (_, q) => q.Count);
        Partitions("streammoe_consumer_lag", "Records before the end of the partition that were not taken in.", (f, q) => lagOf(q, f.NextOffset) ?? double.NaN);
        Gauge("streammoe_order_sequence", "Number of the last order record that was committed.", l => l.CommittedSequence);
        Gauge("streammoe_checkpoint_age_seconds", "Time since the last checkpoint.", l => l.Checkpoints?.Age.TotalSeconds ?? double.NaN);
        Gauge("streammoe_checkpoint_size_bytes", "Size of the last checkpoint.", l => l.Checkpoints is { Position: >= 0 } c ? c.Bytes : double.NaN);
        Gauge("streammoe_checkpoint_duration_seconds", "Time that the last checkpoint took.", l => l.Checkpoints is { } c && c.Duration > TimeSpan.Zero ? c.Duration.TotalSeconds : double.NaN);
        Counters("streammoe_checkpoint_failures_total", "Checkpoints that could not be written.", [], l => l.Checkpoints is { } c ? [Value(c.TotalFailures)] : []);
        Gauges("streammoe_memory_bytes", "Memory by part, from logical counts.", ["part"], l =>
            [Value(l.Figures.ModelBytes, "model"), Value(l.Figures.WaitingBytes, "labels"), Value(l.QueuedBytes, "queue")]);
    }

    private void Counter(string name, string help, Func<PartitionFigures, long> read) => Counters(name, help, [], l => [Value(read(l.Figures))]);

    private void Counters(string name, string help, string[] labels, Func<LearnerTask, IEnumerable<MetricReading>> read) => OfLearners(name, InstrumentKind.Counter, help, labels, read);

    private void Gauge(string name, string help, Func<LearnerTask, double> read) => Gauges(name, help, [], l => [Value(read(l))]);

    private void Gauges(string name, string help, string[] labels, Func<LearnerTask, IEnumerable<MetricReading>> read) => OfLearners(name, InstrumentKind.Gauge, help, labels, read);

    private void Spans(string name, string help, Func<PartitionFigures, double> window, Func<PartitionFigures, double> total)
        => Gauges(name, help, ["span"], l => [Value(window(l.Figures), "window"), Value(total(l.Figures), "total")]);

    private void Histogram(string name, string help, Func<LearnerTask, LatencyHistogram> read)
        => OfLearners(name, InstrumentKind.Histogram, help, [], l => [new MetricReading([], 0, read(l))]);

    /// <summary>An instrument with a value, or some, for each learner; its topic and number are the first labels.</summary>
    private void OfLearners(string name, InstrumentKind kind, string help, string[] labels, Func<LearnerTask, IEnumerable<MetricReading>> read)
        => _instruments.Add(new MetricInstrument(name, kind, help, ["topic", "learner", .. labels], () => OfLearners(read)));

    private IEnumerable<MetricReading> OfLearners(Func<LearnerTask, IEnumerable<MetricReading>> read)
    {
        foreach (LearnerTask learner in Learners)
        {
            string number = learner.Id.Learner.ToString(CultureInfo.InvariantCulture);
            foreach (MetricReading reading in read(learner))
                if (!double.IsNaN(reading.Value)) yield return reading with { Labels = [learner.Id.Topic, number, .. reading.Labels] };
        }
    }

    /// <summary>An instrument with a value for each partition of each learner; its topic, its number and its learner are the labels.</summary>
    private void Partitions(string name, string help, Func<SourceFigures, SourceQueue, double> read, bool counts = false, Func<LearnerTask, bool>? where = null)
        => _instruments.Add(new MetricInstrument(name, counts ? InstrumentKind.Counter : InstrumentKind.Gauge, help, ["topic", "partition", "learner"], () => OfPartitions(read, where)));

    private IEnumerable<MetricReading> OfPartitions(Func<SourceFigures, SourceQueue, double> read, Func<LearnerTask, bool>? where)
    {
        foreach (LearnerTask learner in Learners)
        {
            if (where?.Invoke(learner) == false) continue;
            string number = learner.Id.Learner.ToString(CultureInfo.InvariantCulture);
            foreach ((SourceFigures figures, SourceQueue queue) in learner.Partitions)
            {
                double value = read(figures, queue);
                if (!double.IsNaN(value)) yield return new MetricReading([figures.Partition.Topic, figures.Partition.Partition.ToString(CultureInfo.InvariantCulture), number], value);
            }
        }
    }

    private IEnumerable<LearnerTask> Learners => _learners().OrderBy(l => l.Id.Learner);

    private static MetricReading Value(double value, params string[] labels) => new(labels, value);
}
