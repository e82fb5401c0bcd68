using StreamMoe.StreamHost.Arguments;
using StreamMoe.DriftMoe;
using StreamMoe.Experts.State;
using StreamMoe.StreamHost.Replay;
using StreamMoe.StreamHost.Reports;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;

namespace StreamMoe.StreamHost.Tests.Reports;

public sealed class RecorderTests
{
    [Fact]
    public void Report_MillionInstancesAndAPoolThatNeverRests_StaysBelowOneMebibyte()
    {
        using InstanceStream stream = StreamCatalogue.Open("stagger-abrupt", 1);
        ReplayRecorder recorder = new();
        ReplaySession session = new(stream, new RestlessLearner(stream.Schema), new ReplaySettings { Instances = 1_000_000 }, recorder);
        recorder.Begin(session);
        while (session.Advance(long.MaxValue))
        {
        }
        recorder.End(session);

        string html = ReplayHtmlReport.Make(Result(session), recorder, new Dictionary<string, string>(), ReportOrigin.OfThisProcess(["replay"], NodaTime.SystemClock.Instance));

        Assert.InRange(html.Length, 100_000, (1 << 20) - 1);
        Assert.InRange(recorder.Points.Count, ReplayRecorder.MostPoints / 2, ReplayRecorder.MostPoints + 1);
        Assert.Equal(1_000_000, recorder.Points[^1].Position);
        Assert.NotNull(recorder.Pool.CoarseFrom);
        Assert.True(recorder.Pool.EventsLeftOut > 0);
        // The whole stream is covered, however early the events had to be given up.
        Assert.All(recorder.Pool.Experts, e => Assert.True(e.States[^1].From > 900_000));
        Assert.True(recorder.Marks.Drifts[^1].Position > 900_000);
    }

    [Fact]
    public void SignalMarks_MoreThanFit_AreMergedAndAllCounted()
    {
        SignalMarks marks = new();

        for (int i = 0; i < 10_000; i++) marks.Add(37L * i, isDrift: true, "mixture", "adwin");
        marks.Add(5, isDrift: false, "mixture", "adwin");

        Assert.InRange(marks.Drifts.Count, SignalMarks.MostMarks / 4, SignalMarks.MostMarks);
        Assert.Equal(10_000, marks.Drifts.Sum(m => m.Count));
        Assert.Equal(0, marks.Drifts[0].Position);
        Assert.Equal(marks.Drifts.Select(m => m.Position).Order(), marks.Drifts.Select(m => m.Position));
        Assert.Single(marks.Warnings);
    }

    [Fact]
    public void Pool_Decision_ChangesTheStateWhereItHappened()
    {
        PoolTimeline pool = new();
        pool.Observe(0, new PoolSnapshot([new PoolMember(3, "net", PoolMemberState.Active, 1)], 0, 0));

        pool.Add(120, new PoolEvent(PoolEventKind.Prune, 0, 120, 3, "net", []));
        pool.Add(500, new PoolEvent(PoolEventKind.Revive, 0, 500, 3, "net", []));
        pool.Add(700, new PoolEvent(PoolEventKind.Spawn, 0, 700, 3, "net", []));
        pool.Observe(800, new PoolSnapshot([new PoolMember(3, "net", PoolMemberState.Trial, 1)], 0, 0));

        PoolTimeline.Expert expert = Assert.Single(pool.Experts);
        Assert.Equal([(0L, PoolMemberState.Active), (120L, PoolMemberState.Parked), (700L, PoolMemberState.Trial)], expert.States);
        Assert.Equal([PoolEventKind.Prune, PoolEventKind.Revive, PoolEventKind.Spawn], expert.Events.Select(e => e.Kind));
    }

    [Fact]
    public void Confusion_TooManyClasses_IsGivenUp()
    {
        ConfusionMatrix matrix = new();
        matrix.Add(1, 0);
        matrix.Add(1, 0);

        Assert.Equal(2, matrix[1, 0]);
        Assert.Equal(2, matrix.Classes);
        Assert.False(matrix.GivenUp);
        matrix.Add(ConfusionMatrix.MostClasses, 0);
        Assert.True(matrix.GivenUp);
    }

    private static ReplayReport Result(ReplaySession session) => new()
    {
        Stream = "stagger-abrupt",
        Model = "restless",
        Seed = 1, ModelSeed = 1, Derivation = StreamDerivation.None,
        Instances = session.Position,
        Classes = 2,
        ClassNames = ["false", "true"],
        Threads = 1,
        LabelDelay = 0,
        Total = session.Total.Snapshot(),
        TotalFloors = new Floors(session.Total.MajorityAccuracy, session.Total.NoChangeAccuracy),
        WindowSize = 1000,
        Window = session.Window.Snapshot(),
        WindowFloors = new Floors(session.Window.MajorityAccuracy, session.Window.NoChangeAccuracy),
        Seconds = session.Elapsed.TotalSeconds,
        CpuSeconds = session.CpuTime.TotalSeconds,
        InstancesPerformed = session.Position,
        PeakMemoryBytes = 1,
        ModelBytes = 1,
        FinalExperts = 12,
        History = session.History,
        BadRows = 0,
        Interrupted = false,
        Curve = session.Curve,
        KnownDrifts = [],
        Options = [],
    };

    /// <summary>Says the first class always, and moves every one of its twelve experts in every block.</summary>
    private sealed class RestlessLearner(Schema schema) : ILearner
    {
        private const int Experts = 12;

        public Schema Schema { get; } = schema;

        public long Learned { get; private set; }

        public int ExpertCount => Experts;

        public long ByteSize => 0;

        private PoolMemberState State => Learned / 3000 % 2 == 0 ? PoolMemberState.Active : PoolMemberState.Parked;

        public Prediction Predict(ReadOnlySpan<double> features, Span<float> probabilities) => new(0, 0, 1);

        public void Process(InstanceBlock block, Predictions predictions)
        {
            predictions.Events.Clear();
            Learned += block.Count;
            for (int r = 0; r < block.Count; r++) predictions.Classes[r] = 0;
            for (int e = 0; e < Experts; e++)
            {
                predictions.Events.Add(new PoolEvent(PoolEventKind.Drift, 0, Learned, e - 1, "drifting-tree:tree.gracePeriod=50", [new("error", 0.123456), new("errorBefore", 0.01)]) { Detector = "hddm-a" });
                predictions.Events.Add(new PoolEvent(PoolEventKind.Warning, 0, Learned, -1, "mixture", []) { Detector = "adwin" });
                predictions.Events.Add(new PoolEvent(State == PoolMemberState.Active ? PoolEventKind.Restore : PoolEventKind.Prune, 0, Learned, e, "drifting-tree", []));
            }
        }

        public PoolSnapshot Describe() => new([.. Enumerable.Range(0, Experts).Select(e => new PoolMember(e, "drifting-tree:tree.gracePeriod=50", State, 1.0 / 3 / (e + 1)))], 0, 0);

        public void Save(StateWriter writer) => writer.Write(Learned);

        public void Load(StateReader reader) => Learned = reader.ReadInt64();
    }
}
