using StreamMoe.DriftMoe;
using StreamMoe.DriftMoe.Evaluation;
using StreamMoe.Streams;

namespace StreamMoe.StreamHost.Replay;

/// <summary>One learner of a replay over partitions, and what is told of it alone.</summary>
/// <param name="learner">The learner.</param>
/// <param name="schema">What instances look like.</param>
/// <param name="window">Results in the window.</param>
/// <param name="capacity">Rows of a block at most.</param>
internal sealed class ReplayedLearner(ILearner learner, Schema schema, int window, int capacity)
{
    private readonly Predictions _predictions = new(capacity, 0);
    private readonly WindowEvaluator _window = new(window, schema.ClassCount);
    private readonly AccuracyCurve _curve = new(window);

    /// <summary>The learner.</summary>
    public ILearner Learner => learner;

    /// <summary>The rows of the round in hand.</summary>
    public InstanceBlock Block { get; } = new(schema.AttributeCount, capacity);

    /// <summary>Scores of its instances.</summary>
    public PrequentialEvaluator Total { get; } = new(schema.ClassCount);

    /// <summary>The window's values over its instances.</summary>
    public IReadOnlyList<CurvePoint> Curve => _curve.Points;

    /// <summary>What happened to its pool; positions are those of the stream.</summary>
    public PoolHistory History { get; } = new();

    /// <summary>Instances that it predicted.</summary>
    public long Count { get; private set; }

    /// <summary>What happened to its pool in the round in hand.</summary>
    public List<PoolEvent> Events => _predictions.Events;

    /// <summary>Predicts and learns the rows of the round.</summary>
    public void Learn()
    {
        _predictions.Events.Clear();
        if (Block.Count > 0) learner.Process(Block, _predictions);
    }

    /// <summary>Predicted class of a row.</summary>
    public int PredictionOf(int row) => _predictions.Classes[row];

    /// <summary>Scores a row, in order.</summary>
    public void Score(int label, int prediction)
    {
        if (label != InstanceBlock.NoLabel)
        {
            Total.Add(label, prediction);
            _window.Add(label, prediction);
        }
        _curve.Offer(++Count, _window);
    }
}
