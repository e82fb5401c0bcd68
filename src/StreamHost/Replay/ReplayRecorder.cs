using StreamMoe.DriftMoe;
using StreamMoe.DriftMoe.Evaluation;
using StreamMoe.Streams;

namespace StreamMoe.StreamHost.Replay;

/// <summary>Collects, while a replay runs, what only a report shows: floors, throughput, the pool, signals with their evidence, a confusion matrix.</summary>
/// <remarks>
/// Bounded, however long the stream is. It changes no result; what it costs is not in the replay's seconds, but that its
/// <see cref="BlockInstances"/> are fewer at first. It is in no checkpoint: a resumed replay records from where it goes on.
/// </remarks>
internal sealed class ReplayRecorder
{
    /// <summary>Most points of pool and throughput: 300. When they are reached, every second one is dropped and the distance doubles.</summary>
    public const int MostPoints = 300;

    /// <summary>Most drifts of the mixture, and as many of the experts, that are kept with their evidence: 250.</summary>
    public const int MostSignals = 250;

    private const int LeastDistance = 512;

    private readonly List<RecordedPoint> _points = [];
    private readonly Dictionary<long, Floors> _floors = [];
    private readonly List<RecordedSignal> _ofMixture = [], _ofExperts = [];
    private long _distance = LeastDistance, _next;

    /// <value>Instances that the replay had predicted when recording began.</value>
    public long From { get; private set; }

    /// <value>Most instances of a block while the points still lie close: as many as lie between two, 512 at first.</value>
    public int BlockInstances => (int)Math.Min(_distance, int.MaxValue);

    /// <value>Points of throughput and routing, ascending.</value>
    public IReadOnlyList<RecordedPoint> Points => _points;

    /// <value>What the experts were and did.</value>
    public PoolTimeline Pool { get; } = new();

    /// <value>The signals that concern the mixture as a whole, as marks of a chart.</value>
    public SignalMarks Marks { get; } = new();

    /// <value>Labels and predictions.</value>
    public ConfusionMatrix Confusion { get; } = new();

    /// <value>The first drifts of the mixture and of the experts, with their evidence, in order.</value>
    public IEnumerable<RecordedSignal> Drifts => _ofMixture.Concat(_ofExperts).OrderBy(s => s.Position);

    /// <value>Drifts of the mixture, of its inputs and of its confidence, and those of experts; all are counted.</value>
    public (long Mixture, long Experts) DriftCounts { get; private set; }

    /// <summary>The floors of the window at a point of the curve; null values where none were recorded.</summary>
    public Floors FloorsAt(long position) => _floors.GetValueOrDefault(position);

    /// <summary>Begins where the replay stands.</summary>
    public void Begin(ReplaySession session)
    {
        From = session.Position;
        _next = From + _distance;
        Pool.Observe(From, session.Learner.Describe());
    }

    /// <summary>Takes the floors of a point of the curve.</summary>
    public void AddFloors(long position, WindowEvaluator window) => _floors[position] = new Floors(window.MajorityAccuracy, window.NoChangeAccuracy);

    /// <summary>Takes the events of a block.</summary>
    /// <param name="events">The events.</param>
    /// <param name="positionOfRow">Position of the instance that a row of the block belongs to.</param>
    public void AddEvents(List<PoolEvent> events, Func<int, long> positionOfRow)
    {
        foreach (PoolEvent happened in events)
        {
            long position = positionOfRow(happened.Row);
            bool ofMixture = happened.Expert < 0;
            if (!happened.IsSignal) Pool.Add(position, happened);
            else if (ofMixture && happened.Kind != PoolEventKind.VirtualDrift) Marks.Add(position, happened.Kind == PoolEventKind.Drift, happened.Source, happened.Detector);
            if (happened.Kind != PoolEventKind.Drift) continue;
            DriftCounts = ofMixture ? (DriftCounts.Mixture + 1, DriftCounts.Experts) : (DriftCounts.Mixture, DriftCounts.Experts + 1);
            List<RecordedSignal> kept = ofMixture ? _ofMixture : _ofExperts;
            if (kept.Count < MostSignals) kept.Add(new RecordedSignal(position, happened.Expert, happened.Source, happened.Detector, happened.Evidence));
        }
    }

    /// <summary>Takes what a block of the replay has left behind.</summary>
    public void AddBlock(ReplaySession session)
    {
        ReadOnlySpan<int> labels = session.LastBlock.Labels;
        for (int i = 0; i < labels.Length; i++)
            if (labels[i] != InstanceBlock.NoLabel) Confusion.Add(labels[i], session.PredictionOf(i));
        if (session.Position >= _next) AddPoint(session);
    }

    /// <summary>Takes the last point, wherever the replay has ended.</summary>
    public void End(ReplaySession session)
    {
        if (_points.Count == 0 || _points[^1].Position != session.Position) AddPoint(session);
    }

    private void AddPoint(ReplaySession session)
    {
        if (_points.Count == MostPoints)
        {
            _distance *= 2;
            for (int i = MostPoints - 2; i >= 0; i -= 2) _points.RemoveAt(i);
        }
        var snapshot = session.Learner.Describe();
        Pool.Observe(session.Position, snapshot);
        _points.Add(new RecordedPoint(session.Position, session.Elapsed, snapshot.Members.ToDictionary(m => m.Id, m => m.Share)));
        _next = session.Position + _distance;
    }
}
