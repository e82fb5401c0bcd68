using System.Text.Json;
using StreamMoe.DriftMoe;
using StreamMoe.Worker.Figures;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.History;

/// <summary>What the live page shows of one partition, from the moment at which this worker got it. Bounded, however long that is.</summary>
/// <remarks>
/// Samples come twice a second from <see cref="Live.LiveSampler"/>; audit records and dead letters from the learner's task, after each batch, in the very bytes that
/// are put out. What was learned silently again after a crash is not in it. Not part of the state. A lock guards it: tasks take it for each
/// audit record and dead letter alone, readers for the milliseconds of writing the JSON.
/// Rows of the pool are experts in the order in which they were first seen; shares stand under the row's number.
/// </remarks>
internal sealed class PartitionHistory(TimeProvider time)
{
    /// <summary>Samples kept one by one: 1,800, that is 15 minutes.</summary>
    public const int MaxRecent = 1800;

    /// <summary>Samples that are told at once as new: 4.</summary>
    public const int MostNewSamples = 4;

    /// <summary>Audit records of the pool kept: 50; those of single experts' detectors are kept apart, as many.</summary>
    public const int MaxAudits = 50;

    /// <summary>Dead letters kept: 20.</summary>
    public const int MaxDeadLetters = 20;

    /// <summary>Experts kept: 64.</summary>
    public const int MaxExperts = 64;

    private readonly Lock _lock = new();
    private readonly PointSeries _whole = new();
    private readonly Queue<LivePoint> _recent = new(MaxRecent);
    private readonly MarkList _marks = new();
    private readonly List<ExpertTimeline> _experts = [];
    private readonly Queue<LiveNote> _decisions = [], _signals = [], _deadLetters = [];
    private PartitionDetails? _old;
    private LivePoint? _last;
    private long _serial, _records;

    /// <value>Serial of the last change.</value>
    public long Serial
    {
        get
        {
            lock (_lock) return _serial;
        }
    }

    /// <summary>Takes in what stands in the outputs from an index on: audit records and dead letters. The task's thread.</summary>
    /// <param name="outputs">What was put out.</param>
    /// <param name="from">Index of the first record that is new.</param>
    /// <param name="figures">The learner's, whose picture of the pool is older than these records.</param>
    public void Add(OutputBatch outputs, int from, PartitionFigures figures)
    {
        for (int i = from; i < outputs.Count; i++)
        {
            if (outputs.KindOf(i) == OutputKind.Audit) Add(LiveAudit.Read(outputs.ValueOf(i)), figures.Details, outputs.NumberOf(i));
            else if (outputs.KindOf(i) == OutputKind.DeadLetter) AddDeadLetter(outputs, i);
        }
    }

    /// <summary>Takes a sample. One thread at a time.</summary>
    /// <param name="figures">The learner's.</param>
    /// <param name="lag">Records that it has not taken in.</param>
    public void Sample(PartitionFigures figures, long lag)
    {
        double now = Now();
        PartitionDetails details = figures.Details;
        lock (_lock)
        {
            _serial++;
            bool isOld = ReferenceEquals(details, _old);
            foreach (PoolMember member in details.Pool.Members)
            {
                if (isOld || RowOf(member.Id, member.Kind) is not { } expert) continue;
                // A new row begins at the sample before: from then on its expert was there.
                bool isNew = expert.States.Count == 0 && _last is not null;
                expert.Enter(member.State, _serial, isNew ? _last!.Position : figures.Records, isNew ? _last!.Time : now);
            }
            double elapsed = _last is null ? 0 : now - _last.Time;
            LivePoint point = new(figures.Records, now, figures.WindowAccuracy, figures.WindowAccuracy, figures.WindowAccuracy, figures.WindowNoChange,
                figures.WindowMajority, elapsed > 0 ? (figures.Records - _records) / elapsed : 0, lag, SharesOf(details.Pool), 1);
            (_last, _records) = (point, figures.Records);
            _whole.Add(point);
            if (_recent.Count == MaxRecent) _recent.Dequeue();
            _recent.Enqueue(point);
        }
    }

    /// <summary>Writes everything into an open object: <c>serial</c>, <c>points</c>, <c>experts</c>, <c>marks</c>, <c>audit</c>, <c>deadLetters</c>.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="recent">True for the samples of the last minutes, false for the whole stream.</param>
    public void Write(Utf8JsonWriter json, bool recent)
    {
        lock (_lock) Write(json, recent ? _recent : _whole.Points, -1);
    }

    /// <summary>Writes what has changed: the samples behind a time, <see cref="MostNewSamples"/> at most, and experts, marks and records behind a serial.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="serial">A <see cref="Serial"/> of before.</param>
    /// <param name="time">What this method returned before; 0 at first.</param>
    /// <returns>Time of the last sample written; 0 without any.</returns>
    public double WriteSince(Utf8JsonWriter json, long serial, double time)
    {
        lock (_lock)
        {
            Write(json, _recent.Skip(_recent.Count - MostNewSamples).Where(p => p.Time > time), serial);
            return _last?.Time ?? 0;
        }
    }

    private void Write(Utf8JsonWriter json, IEnumerable<LivePoint> points, long after)
    {
        json.WriteNumber("serial", _serial);
        LiveJson.WritePoints(json, points);
        LiveJson.WriteExperts(json, _experts, after);
        LiveJson.WriteMarks(json, _marks.Marks.Where(m => m.Serial > after));
        LiveJson.WriteNotes(json, "audit", _decisions.Concat(_signals).Where(n => n.Serial > after).OrderBy(n => n.Serial));
        LiveJson.WriteNotes(json, "deadLetters", _deadLetters.Where(n => n.Serial > after));
    }

    private void Add(LiveAudit audit, PartitionDetails details, long position)
    {
        double now = Now();
        lock (_lock)
        {
            _serial++;
            bool ofExpert = audit.IsSignal && audit.Expert >= 0;
            Keep(ofExpert ? _signals : _decisions, MaxAudits, new LiveNote(_serial, audit.Write(_serial, position)));
            if (audit.IsSignal && !ofExpert)
                _marks.Add(new LiveMark(_serial, position, now, audit.Kind == PoolEventKind.Drift, audit.About, audit.Detector, 1));
            if (audit.IsSignal || audit.Expert < 0 || audit.Kind is not { } kind) return;
            _old = details;
            RowOf(audit.Expert, audit.About)?.Note(kind, _serial, position, now);
        }
    }

    private void AddDeadLetter(OutputBatch outputs, int index)
    {
        double now = Now();
        lock (_lock) Keep(_deadLetters, MaxDeadLetters, new LiveNote(++_serial, LiveJson.DeadLetter(outputs, index, _serial, now)));
    }

    private static void Keep(Queue<LiveNote> notes, int most, LiveNote note)
    {
        if (notes.Count == most) notes.Dequeue();
        notes.Enqueue(note);
    }

    private ExpertTimeline? RowOf(int id, string kind)
    {
        foreach (ExpertTimeline expert in _experts)
            if (expert.Id == id) return expert;
        if (_experts.Count == MaxExperts) return null;
        _experts.Add(new ExpertTimeline(id, kind));
        return _experts[^1];
    }

    private float[] SharesOf(PoolSnapshot pool)
    {
        float[] shares = new float[_experts.Count];
        Array.Fill(shares, float.NaN);
        foreach (PoolMember member in pool.Members)
        {
            int row = _experts.FindIndex(e => e.Id == member.Id);
            if (row >= 0) shares[row] = (float)member.Share;
        }
        return shares;
    }

    private double Now() => time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
}
