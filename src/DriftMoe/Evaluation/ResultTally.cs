using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Evaluation;

/// <summary>The sums that all measures are made of. Results go in, and for a window come out again.</summary>
/// <remarks>
/// Weighted results follow MOA's estimators: a sum of weights is divided by the number of results, not by the sum of
/// their weights. 40 bytes a class. The sums are exact as long as the weights are multiples of one power of two, such as 1.
/// </remarks>
internal sealed class ResultTally
{
    private double[] _predictedWeight;
    private double[] _labelWeight;
    private double[] _rightWeight;
    private long[] _predictedCount;
    private long[] _labelCount;
    private double _right, _noChangeRight, _majorityRight;
    private long _results, _baselineResults;

    public ResultTally(int classCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(classCount);
        ClassCount = classCount;
        _predictedWeight = new double[classCount];
        _labelWeight = new double[classCount];
        _rightWeight = new double[classCount];
        _predictedCount = new long[classCount];
        _labelCount = new long[classCount];
    }

    /// <value>Number of classes; grows when a result names a higher one.</value>
    public int ClassCount { get; private set; }

    /// <value>The class with the largest weight of labels, the lowest index among equals; 0 at first.</value>
    public int MajorityClass { get; private set; }

    public long Results => _results;

    public double? Accuracy => Ratio(_right, _results);

    public double? Kappa
    {
        get
        {
            double chance = 0;
            for (int i = 0; i < ClassCount; i++)
                chance += _predictedWeight[i] / _results * (_labelWeight[i] / _results);
            return Against(chance);
        }
    }

    public double? KappaM => Against(_majorityRight / _baselineResults);

    public double? KappaT => Against(_noChangeRight / _baselineResults);

    public double? MajorityAccuracy => Ratio(_majorityRight, _baselineResults);

    public double? NoChangeAccuracy => Ratio(_noChangeRight, _baselineResults);

    /// <summary>Checks a result, and makes room for its classes.</summary>
    public void Admit(int label, int prediction, double weight)
    {
        if (label < 0) throw new ArgumentOutOfRangeException(nameof(label), label, $"label was {label}; must be ≥ 0. A row without a label is not scored.");
        if (prediction < 0) throw new ArgumentOutOfRangeException(nameof(prediction), prediction, $"prediction was {prediction}; must be ≥ 0.");
        if (!(weight >= 0) || double.IsInfinity(weight))
            throw new ArgumentOutOfRangeException(nameof(weight), weight, $"weight was {weight}; must be finite and ≥ 0.");
        int highest = Math.Max(label, prediction);
        if (highest >= ClassCount) Grow(highest + 1);
    }

    /// <summary>Adds a result with a weight > 0 that <see cref="Admit"/> has checked.</summary>
    public void Add(int label, int prediction, double weight)
    {
        _results++;
        _predictedWeight[prediction] += weight;
        _predictedCount[prediction]++;
        _labelWeight[label] += weight;
        _labelCount[label]++;
        if (label == prediction)
        {
            _right += weight;
            _rightWeight[label] += weight;
        }
        double change = _labelWeight[label] - _labelWeight[MajorityClass];
        if (change > 0 || (change == 0 && label < MajorityClass)) MajorityClass = label;
    }

    /// <summary>Takes back the oldest result and adds a new one.</summary>
    public void Replace(int oldLabel, int oldPrediction, double oldWeight, int label, int prediction, double weight)
    {
        _results--;
        _predictedWeight[oldPrediction] -= oldWeight;
        _predictedCount[oldPrediction]--;
        _labelCount[oldLabel]--;
        double before = _labelWeight[oldLabel];
        _labelWeight[oldLabel] -= oldWeight;
        if (oldLabel == oldPrediction)
        {
            _right -= oldWeight;
            _rightWeight[oldLabel] -= oldWeight;
        }
        bool majorityShrank = oldLabel == MajorityClass;
        Add(label, prediction, weight);
        if (majorityShrank && _labelWeight[oldLabel] < before) FindMajorityClass();
    }

    /// <summary>Adds what the two baselines scored on a result, weight 0 included.</summary>
    public void AddBaselines(double noChangeRight, double majorityRight)
    {
        _baselineResults++;
        _noChangeRight += noChangeRight;
        _majorityRight += majorityRight;
    }

    /// <summary>Takes back what <see cref="AddBaselines"/> added.</summary>
    public void RemoveBaselines(double noChangeRight, double majorityRight)
    {
        _baselineResults--;
        _noChangeRight -= noChangeRight;
        _majorityRight -= majorityRight;
    }

    public EvaluationSnapshot Snapshot(double totalWeight)
    {
        double?[] precision = new double?[ClassCount];
        double?[] recall = new double?[ClassCount];
        double?[] f1 = new double?[ClassCount];
        for (int i = 0; i < ClassCount; i++)
        {
            precision[i] = Ratio(_rightWeight[i], _predictedCount[i]);
            recall[i] = Ratio(_rightWeight[i], _labelCount[i]);
            f1[i] = HarmonicMean(precision[i], recall[i]);
        }
        double? macroPrecision = Mean(precision), macroRecall = Mean(recall);
        return new EvaluationSnapshot
        {
            Results = _results,
            TotalWeight = totalWeight,
            Accuracy = Accuracy,
            Kappa = Kappa,
            KappaM = KappaM,
            KappaT = KappaT,
            Precision = precision,
            Recall = recall,
            F1 = f1,
            MacroPrecision = macroPrecision,
            MacroRecall = macroRecall,
            MacroF1 = HarmonicMean(macroPrecision, macroRecall),
        };
    }

    public void Save(StateWriter writer)
    {
        writer.Write(_predictedWeight.AsSpan(0, ClassCount));
        writer.Write(_labelWeight.AsSpan(0, ClassCount));
        writer.Write(_rightWeight.AsSpan(0, ClassCount));
        writer.Write(_predictedCount.AsSpan(0, ClassCount));
        writer.Write(_labelCount.AsSpan(0, ClassCount));
        writer.Write(_right);
        writer.Write(_noChangeRight);
        writer.Write(_majorityRight);
        writer.Write(_results);
        writer.Write(_baselineResults);
        writer.Write(MajorityClass);
    }

    public void Load(StateReader reader)
    {
        double[] predictedWeight = reader.ReadArray<double>();
        int classCount = predictedWeight.Length;
        double[] labelWeight = new double[classCount], rightWeight = new double[classCount];
        long[] predictedCount = new long[classCount], labelCount = new long[classCount];
        reader.ReadInto<double>(labelWeight, "weights of the labels");
        reader.ReadInto<double>(rightWeight, "weights of the right predictions");
        reader.ReadInto<long>(predictedCount, "counts of the predictions");
        reader.ReadInto<long>(labelCount, "counts of the labels");
        _right = reader.ReadDouble();
        _noChangeRight = reader.ReadDouble();
        _majorityRight = reader.ReadDouble();
        _results = reader.ReadInt64();
        _baselineResults = reader.ReadInt64();
        MajorityClass = reader.ReadInt32(0, Math.Max(0, classCount - 1), "majority class");
        (_predictedWeight, _labelWeight, _rightWeight) = (predictedWeight, labelWeight, rightWeight);
        (_predictedCount, _labelCount, ClassCount) = (predictedCount, labelCount, classCount);
    }

    private double? Against(double baseline)
    {
        double value = (_right / _results - baseline) / (1 - baseline);
        return double.IsFinite(value) ? value : null;
    }

    private static double? Ratio(double sum, long count) => count == 0 ? null : sum / count;

    private static double? HarmonicMean(double? p, double? r) => p + r == 0 ? null : 2 * p * r / (p + r);

    private static double? Mean(double?[] values)
    {
        double? sum = 0;
        foreach (double? value in values) sum += value;
        return values.Length == 0 ? null : sum / values.Length;
    }

    private void FindMajorityClass()
    {
        MajorityClass = 0;
        for (int i = 1; i < ClassCount; i++)
            if (_labelWeight[i] > _labelWeight[MajorityClass]) MajorityClass = i;
    }

    private void Grow(int classCount)
    {
        if (classCount > _labelWeight.Length)
        {
            int capacity = Math.Max(classCount, 2 * _labelWeight.Length);
            Array.Resize(ref _predictedWeight, capacity);
            Array.Resize(ref _labelWeight, capacity);
            Array.Resize(ref _rightWeight, capacity);
            Array.Resize(ref _predictedCount, capacity);
            Array.Resize(ref _labelCount, capacity);
        }
        ClassCount = classCount;
    }
}
