using System.Diagnostics;
using StreamMoe.DriftMoe;
using StreamMoe.DriftMoe.Evaluation;
using StreamMoe.Streams;

namespace StreamMoe.StreamHost.Replay;

/// <summary>Drives the learners of a topic over its partitions: partition p feeds learner p mod L, as in the worker, in one deterministic order.</summary>
internal sealed class PartitionedReplay
{
    private const int MostRoundInstances = 2048;

    private readonly PartitionedStream _stream;
    private readonly PartitionedStream.Instance[] _round = new PartitionedStream.Instance[MostRoundInstances];
    private readonly (int Learner, int Row)[] _places = new (int, int)[MostRoundInstances];
    private readonly AccuracyCurve _curve;
    private TimeSpan _cpu;
    private long _ticks;

    /// <param name="stream">The partitions.</param>
    /// <param name="learners">The learners, which have learned nothing yet.</param>
    /// <param name="schema">What instances look like.</param>
    /// <param name="window">Results in the window.</param>
    public PartitionedReplay(PartitionedStream stream, IReadOnlyList<ILearner> learners, Schema schema, int window)
    {
        _stream = stream;
        Learners = [.. learners.Select(l => new ReplayedLearner(l, schema, window, MostRoundInstances))];
        Total = new PrequentialEvaluator(schema.ClassCount);
        Window = new WindowEvaluator(window, schema.ClassCount);
        _curve = new AccuracyCurve(window);
    }

    /// <summary>The learners and what is told of each.</summary>
    public IReadOnlyList<ReplayedLearner> Learners { get; }

    /// <summary>Instances predicted so far.</summary>
    public long Count { get; private set; }

    /// <summary>Scores of all instances, in the order in which they were processed.</summary>
    public PrequentialEvaluator Total { get; }

    /// <summary>Scores of the last ones.</summary>
    public WindowEvaluator Window { get; }

    /// <summary>The window's values over the instances.</summary>
    public IReadOnlyList<CurvePoint> Curve => _curve.Points;

    /// <summary>What happened to all pools.</summary>
    public PoolHistory History { get; } = new();

    /// <summary>Time spent in routing, testing, training and scoring.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(0, _ticks);

    /// <summary>CPU time of the process in the same span.</summary>
    public TimeSpan CpuTime => _cpu;

    /// <summary>Predicts, scores and learns some more instances.</summary>
    /// <param name="predicted">Told each instance's position, label and prediction, in the order of processing; null for nobody.</param>
    /// <returns>False when nothing was left.</returns>
    public bool Advance(Action<long, int, int>? predicted)
    {
        foreach (ReplayedLearner learner in Learners) learner.Block.Clear();
        int count = 0;
        for (; count < MostRoundInstances && _stream.Next(out PartitionedStream.Instance instance); count++)
        {
            ReplayedLearner learner = Learners[instance.Partition % Learners.Count];
            _places[count] = (instance.Partition % Learners.Count, learner.Block.Count);
            learner.Block.Add(instance.Features, instance.Label);
            _round[count] = instance;
            _stream.Return(instance);
        }
        if (count == 0) return false;
        long start = Stopwatch.GetTimestamp();
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        foreach (ReplayedLearner learner in Learners) learner.Learn();
        for (int i = 0; i < count; i++)
        {
            (int number, int row) = _places[i];
            ReplayedLearner learner = Learners[number];
            int label = _round[i].Label, prediction = learner.PredictionOf(row);
            if (label != InstanceBlock.NoLabel)
            {
                Total.Add(label, prediction);
                Window.Add(label, prediction);
            }
            learner.Score(label, prediction);
            Count++;
            _curve.Offer(Count, Window);
            predicted?.Invoke(_round[i].Position, label, prediction);
        }
        for (int l = 0; l < Learners.Count; l++) TellHistory(l, count);
        _cpu += Environment.CpuUsage.TotalTime - cpu;
        _ticks += Stopwatch.GetTimestamp() - start;
        return true;
    }

    private void TellHistory(int learner, int count)
    {
        List<PoolEvent> events = Learners[learner].Events;
        if (events.Count == 0) return;
        long[] positions = new long[Learners[learner].Block.Count];
        for (int i = 0; i < count; i++)
            if (_places[i].Learner == learner) positions[_places[i].Row] = _round[i].Position;
        History.Add(events, row => positions[row]);
        Learners[learner].History.Add(events, row => positions[row]);
    }
}
