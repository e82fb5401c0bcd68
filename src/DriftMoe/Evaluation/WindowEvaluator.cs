using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Evaluation;

/// <summary>Measures the last results: accuracy, kappa, kappa-M, kappa-T, precision, recall and F1 of every class, G-mean and balanced accuracy.</summary>
/// <remarks>
/// The rules are those of <see cref="PrequentialEvaluator"/>; agrees with MOA's WindowClassificationPerformanceEvaluator.
/// The majority baseline is scored once, when its result is added, by the labels in the window at that moment. A result of
/// weight 0 takes a place in the window of the two baselines only.
/// O(1) a result (O(classes) when the majority class lost weight), 32 bytes a place and 40 bytes a class; only a new class
/// allocates. One thread at a time.
/// </remarks>
public sealed class WindowEvaluator
{
    private readonly ResultTally _tally;
    private readonly Result[] _results;
    private readonly BaselineResult[] _baselines;
    private int _next, _count, _nextBaseline, _baselineCount, _previousLabel;

    /// <summary>Makes an evaluator without results.</summary>
    /// <param name="windowSize">Number of results measured, ≥ 1. The default is 1000.</param>
    /// <param name="classCount">Number of classes known beforehand, ≥ 0; a result with a higher class adds more.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is out of its range.</exception>
    public WindowEvaluator(int windowSize = 1000, int classCount = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(windowSize, 1);
        _tally = new ResultTally(classCount);
        _results = new Result[windowSize];
        _baselines = new BaselineResult[windowSize];
    }

    /// <value>Number of results measured, ≥ 1.</value>
    public int WindowSize => _results.Length;

    /// <value>Number of classes, ≥ 0; a class that has left the window still counts.</value>
    public int ClassCount => _tally.ClassCount;

    /// <value>Number of results with a weight > 0 in the window, in [0, <see cref="WindowSize"/>].</value>
    public long Results => _tally.Results;

    /// <value>Sum of the weights of all results ever added.</value>
    public double TotalWeight { get; private set; }

    /// <inheritdoc cref="EvaluationSnapshot.Accuracy" path="/value"/>
    public double? Accuracy => _tally.Accuracy;

    /// <inheritdoc cref="EvaluationSnapshot.Kappa" path="/value"/>
    public double? Kappa => _tally.Kappa;

    /// <inheritdoc cref="EvaluationSnapshot.KappaM" path="/value"/>
    public double? KappaM => _tally.KappaM;

    /// <inheritdoc cref="EvaluationSnapshot.KappaT" path="/value"/>
    public double? KappaT => _tally.KappaT;

    /// <inheritdoc cref="EvaluationSnapshot.GMean" path="/value"/>
    public double? GMean => _tally.GMean;

    /// <inheritdoc cref="EvaluationSnapshot.BalancedAccuracy" path="/value"/>
    public double? BalancedAccuracy => _tally.BalancedAccuracy;

    /// <value>Accuracy of the running majority class on the same results. Null before the first one.</value>
    public double? MajorityAccuracy => _tally.MajorityAccuracy;

    /// <value>Accuracy of predicting the previous label on the same results. Null before the first one.</value>
    public double? NoChangeAccuracy => _tally.NoChangeAccuracy;

    /// <summary>Recall of one class, in [0, 1]; null when it is not a label in the window.</summary>
    /// <param name="label">Class index ≥ 0.</param>
    public double? RecallOf(int label) => _tally.RecallOf(label);

    /// <summary>Adds the result of one instance; results come in position order.</summary>
    /// <param name="label">Class index ≥ 0.</param>
    /// <param name="prediction">Class index ≥ 0.</param>
    /// <param name="weight">Finite and ≥ 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is out of its range; nothing was added.</exception>
    public void Add(int label, int prediction, double weight = 1)
    {
        _tally.Admit(label, prediction, weight);
        if (weight > 0) AddToRing(label, prediction, weight);
        ref BaselineResult place = ref _baselines[_nextBaseline];
        if (_baselineCount == WindowSize) _tally.RemoveBaselines(place.NoChangeRight, place.MajorityRight);
        else _baselineCount++;
        place = new BaselineResult(ResultTally.Same(_previousLabel, label) * weight, ResultTally.Same(_tally.MajorityClass, label) * weight);
        _tally.AddBaselines(place.NoChangeRight, place.MajorityRight);
        if (++_nextBaseline == WindowSize) _nextBaseline = 0;
        _previousLabel = label;
    }

    /// <summary>All measures as they are now; O(classes), allocates.</summary>
    public EvaluationSnapshot Snapshot() => _tally.Snapshot(TotalWeight);

    /// <summary>Writes the whole state.</summary>
    public void Save(StateWriter writer)
    {
        writer.Mark("window evaluator");
        writer.Write(_previousLabel);
        writer.Write(TotalWeight);
        _tally.Save(writer);
        writer.Write(_next);
        writer.Write(_count);
        writer.Write(_nextBaseline);
        writer.Write(_baselineCount);
        writer.Write<int>([.. _results.Select(r => r.Label)]);
        writer.Write<int>([.. _results.Select(r => r.Prediction)]);
        writer.Write<double>([.. _results.Select(r => r.Weight)]);
        writer.Write<double>([.. _baselines.Select(r => r.NoChangeRight)]);
        writer.Write<double>([.. _baselines.Select(r => r.MajorityRight)]);
    }

    /// <summary>Replaces the whole state by one that <see cref="Save"/> of an evaluator with the same window size wrote.</summary>
    /// <exception cref="StateFormatException">The bytes are not such a state.</exception>
    public void Load(StateReader reader)
    {
        reader.Mark("window evaluator");
        _previousLabel = reader.ReadInt32(0, int.MaxValue, "previous label");
        TotalWeight = reader.ReadDouble();
        _tally.Load(reader);
        _next = reader.ReadInt32(0, WindowSize - 1, "next place of the window");
        _count = reader.ReadInt32(0, WindowSize, "results in the window");
        _nextBaseline = reader.ReadInt32(0, WindowSize - 1, "next place of the baselines");
        _baselineCount = reader.ReadInt32(0, WindowSize, "baseline results in the window");
        int[] labels = new int[WindowSize], predictions = new int[WindowSize];
        double[] weights = new double[WindowSize], noChangeRight = new double[WindowSize], majorityRight = new double[WindowSize];
        reader.ReadInto<int>(labels, "labels of the window");
        reader.ReadInto<int>(predictions, "predictions of the window");
        reader.ReadInto<double>(weights, "weights of the window");
        reader.ReadInto<double>(noChangeRight, "no-change results of the window");
        reader.ReadInto<double>(majorityRight, "majority results of the window");
        for (int i = 0; i < WindowSize; i++)
        {
            if (i < _count && ((uint)labels[i] >= (uint)ClassCount || (uint)predictions[i] >= (uint)ClassCount))
                throw new StateFormatException(
                    $"Place {i} of the window has label {labels[i]} and prediction {predictions[i]}; both must be in [0, {ClassCount}).");
            _results[i] = new Result(labels[i], predictions[i], weights[i]);
            _baselines[i] = new BaselineResult(noChangeRight[i], majorityRight[i]);
        }
    }

    private void AddToRing(int label, int prediction, double weight)
    {
        TotalWeight += weight;
        ref Result place = ref _results[_next];
        if (_count == WindowSize)
        {
            _tally.Replace(place.Label, place.Prediction, place.Weight, label, prediction, weight);
        }
        else
        {
            _tally.Add(label, prediction, weight);
            _count++;
        }
        place = new Result(label, prediction, weight);
        if (++_next == WindowSize) _next = 0;
    }

    private readonly record struct Result(int Label, int Prediction, double Weight);

    private readonly record struct BaselineResult(double NoChangeRight, double MajorityRight);
}
