using StreamMoe.DriftMoe;
using StreamMoe.Experts.Baselines;
using StreamMoe.Experts.State;
using StreamMoe.Worker.Events;

namespace StreamMoe.Worker.Figures;

/// <summary>What one learner counts. Written by its task alone, read by anybody at any time: each number is whole, together they may be a batch apart.</summary>
/// <remarks>The counts are part of the state: they tell of every record below the next offset once, whatever crashed in between.</remarks>
internal sealed class PartitionFigures
{
    /// <summary>Records taken in, held ones not among them.</summary>
    public long Records;

    /// <summary>Records with features.</summary>
    public long Events;

    /// <summary>Events that came with their label, or found it waiting.</summary>
    public long Labelled;

    /// <summary>Late labels: records with a label and no features.</summary>
    public long Labels;

    /// <summary>Predictions made, silent ones too.</summary>
    public long Predictions;

    /// <summary>Predictions scored.</summary>
    public long Scored;

    /// <summary>Events and labels that found their other half waiting.</summary>
    public long Joined;

    /// <summary>Events whose id waits already, and labels for which there is one already.</summary>
    public long Duplicates;

    /// <summary>Features whose name the schema does not have.</summary>
    public long IgnoredFeatures;

    /// <summary>Records that say nothing of an event, such as deletions.</summary>
    public long PassedOver;

    /// <summary>Events none of whose features the schema has.</summary>
    public long IgnoredEvents;

    /// <summary>Events that expired without a label.</summary>
    public long Expired;

    /// <summary>Labels that expired without an event.</summary>
    public long Orphans;

    /// <summary>Events and labels that wait now.</summary>
    public long Waiting;

    /// <summary>Logical bytes of what waits now.</summary>
    public long WaitingBytes;

    /// <summary>Records held until the schema is known.</summary>
    public long Held;

    /// <summary>Instances learned.</summary>
    public long Learned;

    /// <summary>Experts alive; 0 without a learner.</summary>
    public long Experts;

    /// <summary>Bytes of the learner's state; looked up again after every 1,000 instances learned.</summary>
    public long ModelBytes;

    /// <summary>Classes known.</summary>
    public long Classes;

    /// <summary>Next offset: that of the first record that was not taken in.</summary>
    public long NextOffset;

    /// <summary>Event time in ticks (see <see cref="EventTime"/>); 0 before the first event.</summary>
    public long EventTimeTicks;

    /// <summary>Records whose times jumped ahead and were not believed.</summary>
    public long TimeJumps;

    /// <summary>Accuracy over the last 1,000 scored predictions; NaN while undefined, as the others.</summary>
    public double WindowAccuracy = double.NaN;

    /// <summary>Cohen's kappa over the window.</summary>
    public double WindowKappa = double.NaN;

    /// <summary>Kappa against the majority class, over the window.</summary>
    public double WindowKappaM = double.NaN;

    /// <summary>Kappa against no change, over the window.</summary>
    public double WindowKappaT = double.NaN;

    /// <summary>Geometric mean of the recalls of the classes that came, over the window.</summary>
    public double WindowGMean = double.NaN;

    /// <summary>Mean of the recalls of the classes that came, over the window.</summary>
    public double WindowBalancedAccuracy = double.NaN;

    /// <summary>Accuracy that the majority class had over the window.</summary>
    public double WindowMajority = double.NaN;

    /// <summary>Accuracy that no change had over the window.</summary>
    public double WindowNoChange = double.NaN;

    /// <summary>Accuracy over everything scored.</summary>
    public double Accuracy = double.NaN;

    /// <summary>Cohen's kappa over everything scored.</summary>
    public double Kappa = double.NaN;

    /// <summary>Kappa against the majority class, over everything scored.</summary>
    public double KappaM = double.NaN;

    /// <summary>Kappa against no change, over everything scored.</summary>
    public double KappaT = double.NaN;

    /// <summary>Geometric mean of the recalls of the classes that came, over everything scored.</summary>
    public double GMean = double.NaN;

    /// <summary>Mean of the recalls of the classes that came, over everything scored.</summary>
    public double BalancedAccuracy = double.NaN;

    /// <summary>Accuracy that the majority class had over everything scored.</summary>
    public double Majority = double.NaN;

    /// <summary>Accuracy that no change had over everything scored.</summary>
    public double NoChange = double.NaN;

    /// <summary>Mean probability of the predicted class over the last 1,000 predictions.</summary>
    public double Confidence = double.NaN;

    /// <summary>Expected calibration error over the last 1,000 scored predictions whose confidence is known (see <see cref="ConfidenceWindow"/>).</summary>
    public double CalibrationError = double.NaN;

    private PartitionDetails _details = PartitionDetails.None;
    private TimeJump? _lastJump;

    /// <value>The newest record whose time jumped ahead and was not believed, since the learner was assigned; null for none.</value>
    public TimeJump? LastJump
    {
        get => Volatile.Read(ref _lastJump);
        set => Volatile.Write(ref _lastJump, value);
    }

    /// <value>Dead letters by <see cref="DeadLetterReason"/>.</value>
    public long[] DeadLetters { get; } = new long[DeadLetterReasons.Count];

    /// <value>What was said of the last dead letter of each reason, its position first; null when there was none since the worker began.</value>
    public string?[] DeadLetterExamples { get; } = new string?[DeadLetterReasons.Count];

    /// <value>What happened to the pool, by <see cref="PoolEventKind"/>.</value>
    public long[] Pool { get; } = new long[Enum.GetValues<PoolEventKind>().Length];

    /// <value>Features that were not quite what their attributes take.</value>
    public FeatureCounts Features { get; } = new();

    /// <value>What detectors signalled.</value>
    public SignalCounts Signals { get; } = new();

    /// <value>The pool and the classes, a few batches old at most.</value>
    public PartitionDetails Details
    {
        get => Volatile.Read(ref _details);
        set => Volatile.Write(ref _details, value);
    }

    /// <summary>Writes the counts that nothing else holds.</summary>
    internal void Save(StateWriter writer)
    {
        writer.Mark("figures");
        writer.Write<long>([Records, Events, Labelled, Labels, Predictions, Scored, Joined, Duplicates, IgnoredFeatures, IgnoredEvents, PassedOver]);
        Features.Save(writer);
        writer.Write(DeadLetters);
        writer.Write(Pool);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    internal void Load(StateReader reader)
    {
        reader.Mark("figures");
        Span<long> counts = stackalloc long[11];
        reader.ReadInto(counts, "the counts");
        (Records, Events, Labelled) = (counts[0], counts[1], counts[2]);
        (Labels, Predictions, Scored) = (counts[3], counts[4], counts[5]);
        (Joined, Duplicates, IgnoredFeatures) = (counts[6], counts[7], counts[8]);
        (IgnoredEvents, PassedOver) = (counts[9], counts[10]);
        Features.Load(reader);
        // Reasons are only ever added at the end, so a checkpoint of an earlier release has fewer.
        long[] letters = reader.ReadArray<long>();
        if (letters.Length > DeadLetters.Length)
            throw new StateFormatException($"The state counts dead letters of {letters.Length} reasons; this build knows {DeadLetters.Length}.");
        letters.CopyTo(DeadLetters, 0);
        reader.ReadInto<long>(Pool, "what happened to the pool");
    }
}
