using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Evaluation;

/// <summary>Measures predictions from the first result on: accuracy, kappa, kappa-M, kappa-T, precision, recall and F1 of every class, G-mean, balanced
/// accuracy and, of two classes, the area under the precision-recall curve.</summary>
/// <remarks>
/// Agrees with MOA's BasicClassificationPerformanceEvaluator, in ratios instead of per cent and null instead of NaN or infinity:
/// <list type="bullet">
/// <item>The no-change baseline of kappa-T predicts the label of the result before, and class 0 for the first one. Results are
/// therefore added in position order.</item>
/// <item>The majority baseline of kappa-M predicts the class with the largest weight of labels, the lowest among equals,
/// <i>the label that is being scored included</i>.</item>
/// <item>A sum of weights is divided by the number of results, not by their weights, so that with other weights than 1
/// an accuracy may exceed 1. A result of weight 0 counts for the two baselines only.</item>
/// </list>
/// O(1) a result, 40 bytes a class, 32 KiB more with probabilities; only a new class allocates. One thread at a time.
/// Source: Bifet, de Francisci Morales, Read, Holmes, Pfahringer 2015, Efficient online evaluation of big data stream classifiers.
/// </remarks>
public sealed class PrequentialEvaluator
{
    private readonly ResultTally _tally;
    private readonly PrecisionRecall _curve = new();
    private int _previousLabel;

    /// <summary>Makes an evaluator without results.</summary>
    /// <param name="classCount">Number of classes known beforehand, ≥ 0; a result with a higher class adds more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public PrequentialEvaluator(int classCount = 0) => _tally = new ResultTally(classCount);

    /// <value>Number of classes, ≥ 0.</value>
    public int ClassCount => _tally.ClassCount;

    /// <value>Number of results with a weight > 0.</value>
    public long Results => _tally.Results;

    /// <value>Sum of the weights of all results.</value>
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

    /// <summary>Adds the result of one instance; results come in position order.</summary>
    /// <param name="label">Class index ≥ 0.</param>
    /// <param name="prediction">Class index ≥ 0.</param>
    /// <param name="weight">Finite and ≥ 0.</param>
    /// <param name="probability">What was given to class 1, in [0, 1], for <see cref="EvaluationSnapshot.PrAuc"/>; NaN (the default) = not known.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is out of its range; nothing was added.</exception>
    public void Add(int label, int prediction, double weight = 1, double probability = double.NaN)
    {
        _tally.Admit(label, prediction, weight);
        if (weight > 0)
        {
            if (probability is >= 0 and <= 1 && label < 2) _curve.Add(label, probability, weight);
            TotalWeight += weight;
            _tally.Add(label, prediction, weight);
        }
        _tally.AddBaselines(ResultTally.Same(_previousLabel, label) * weight, ResultTally.Same(_tally.MajorityClass, label) * weight);
        _previousLabel = label;
    }

    /// <summary>All measures as they are now; O(classes), allocates.</summary>
    public EvaluationSnapshot Snapshot() => _tally.Snapshot(TotalWeight) with { PrAuc = ClassCount == 2 ? _curve.Area() : null };

    /// <summary>Writes the whole state.</summary>
    public void Save(StateWriter writer)
    {
        writer.Mark("prequential evaluator");
        writer.Write(_previousLabel);
        writer.Write(TotalWeight);
        _tally.Save(writer);
        _curve.Save(writer);
    }

    /// <summary>Replaces the whole state by one that <see cref="Save"/> wrote.</summary>
    /// <exception cref="StateFormatException">The bytes are not such a state.</exception>
    public void Load(StateReader reader)
    {
        reader.Mark("prequential evaluator");
        _previousLabel = reader.ReadInt32(0, int.MaxValue, "previous label");
        TotalWeight = reader.ReadDouble();
        _tally.Load(reader);
        _curve.Load(reader);
    }
}
