using System.Runtime.CompilerServices;
using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Evaluation;

/// <summary>The sums that all measures are made of. Results go in, and for a window come out again.</summary>
/// <remarks>
/// Weighted results follow MOA's estimators: a sum of weights is divided by the number of results, not by the sum of
/// their weights. 40 bytes a class. The sums are exact as long as the weights are multiples of one power of two, such as 1.
/// Whether a prediction was right is not branched on: no predictor guesses it, and a wrong guess costs more than all sums together.
/// </remarks>
internal sealed class ResultTally
{
    private ClassSums[] _classes;
    // Where results are replaced: at least the label weight of every class but the majority class. As long as that one has more, it stays.
    // Infinite until the first is.
    private double _mostOfOthers = double.PositiveInfinity;
    private double _right, _noChangeRight, _majorityRight;
    private long _results, _baselineResults;

    public ResultTally(int classCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(classCount);
        ClassCount = classCount;
        _classes = new ClassSums[classCount];
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
                chance += _classes[i].PredictedWeight / _results * (_classes[i].LabelWeight / _results);
            return Against(chance);
        }
    }

    public double? KappaM => Against(_majorityRight / _baselineResults);

    public double? KappaT => Against(_noChangeRight / _baselineResults);

    public double? GMean
    {
        get
        {
            double logs = 0;
            int classes = 0;
            for (int i = 0; i < ClassCount; i++)
            {
                if (RecallOf(i) is not { } recall) continue;
                logs += Math.Log(recall);
                classes++;
            }
            return classes < 2 ? null : Math.Exp(logs / classes);
        }
    }

    public double? BalancedAccuracy
    {
        get
        {
            double sum = 0;
            int classes = 0;
            for (int i = 0; i < ClassCount; i++)
            {
                if (RecallOf(i) is not { } recall) continue;
                sum += recall;
                classes++;
            }
            return classes < 2 ? null : sum / classes;
        }
    }

    public double? MajorityAccuracy => Ratio(_majorityRight, _baselineResults);

    public double? NoChangeAccuracy => Ratio(_noChangeRight, _baselineResults);

    public double? RecallOf(int label) => label < ClassCount ? Ratio(_classes[label].RightWeight, _classes[label].LabelCount) : null;

    /// <summary>1 when both are the same class, else 0, without a branch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Same(int a, int b)
    {
        bool same = a == b;
        return Unsafe.BitCast<bool, byte>(same);
    }

    /// <summary>Checks a result, and makes room for its classes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Admit(int label, int prediction, double weight)
    {
        // Negative numbers are large ones here.
        if (Math.Max((uint)label, (uint)prediction) >= (uint)ClassCount || !(weight >= 0) || double.IsInfinity(weight)) CheckAndGrow(label, prediction, weight);
    }

    /// <summary>Adds a result with a weight > 0 that <see cref="Admit"/> has checked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int label, int prediction, double weight)
    {
        _results++;
        ref ClassSums predicted = ref _classes[prediction];
        predicted.PredictedWeight += weight;
        predicted.PredictedCount++;
        double right = Same(label, prediction) * weight;
        _right += right;
        ref ClassSums own = ref _classes[label];
        own.RightWeight += right;
        own.LabelCount++;
        double sum = own.LabelWeight += weight;
        // Both at once, for which class comes cannot be foreseen, while a new majority class is rare.
        if (label != MajorityClass & sum >= _classes[MajorityClass].LabelWeight) Challenge(label, sum);
    }

    /// <summary>Takes back the oldest result and adds a new one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Replace(int oldLabel, int oldPrediction, double oldWeight, int label, int prediction, double weight)
    {
        _results--;
        ref ClassSums predicted = ref _classes[oldPrediction];
        predicted.PredictedWeight -= oldWeight;
        predicted.PredictedCount--;
        double right = Same(oldLabel, oldPrediction) * oldWeight;
        _right -= right;
        ref ClassSums own = ref _classes[oldLabel];
        own.RightWeight -= right;
        own.LabelCount--;
        own.LabelWeight -= oldWeight;
        Add(label, prediction, weight);
        _mostOfOthers = double.MaxNative(_mostOfOthers, (1 - Same(label, MajorityClass)) * _classes[label].LabelWeight);
        if (_classes[MajorityClass].LabelWeight <= _mostOfOthers) FindMajorityClass();
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
            precision[i] = Ratio(_classes[i].RightWeight, _classes[i].PredictedCount);
            recall[i] = RecallOf(i);
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
            GMean = GMean,
            BalancedAccuracy = BalancedAccuracy,
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
        writer.Write<double>([.. _classes.Take(ClassCount).Select(c => c.PredictedWeight)]);
        writer.Write<double>([.. _classes.Take(ClassCount).Select(c => c.LabelWeight)]);
        writer.Write<double>([.. _classes.Take(ClassCount).Select(c => c.RightWeight)]);
        writer.Write<long>([.. _classes.Take(ClassCount).Select(c => c.PredictedCount)]);
        writer.Write<long>([.. _classes.Take(ClassCount).Select(c => c.LabelCount)]);
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
        _results = reader.ReadCount("the number of results");
        _baselineResults = reader.ReadCount("the number of baselines' results");
        MajorityClass = reader.ReadInt32(0, Math.Max(0, classCount - 1), "majority class");
        (_classes, ClassCount) = (new ClassSums[classCount], classCount);
        for (int i = 0; i < classCount; i++)
        {
            _classes[i] = new ClassSums
            {
                PredictedWeight = predictedWeight[i],
                LabelWeight = labelWeight[i],
                RightWeight = rightWeight[i],
                PredictedCount = predictedCount[i],
                LabelCount = labelCount[i],
            };
        }
        _mostOfOthers = double.PositiveInfinity;
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

    /// <summary>A class may have overtaken the majority class.</summary>
    private void Challenge(int label, double sum)
    {
        double most = _classes[MajorityClass].LabelWeight;
        if (sum == most && label > MajorityClass) return;
        MajorityClass = label;
        _mostOfOthers = Math.Max(_mostOfOthers, most);
    }

    private void FindMajorityClass()
    {
        MajorityClass = 0;
        _mostOfOthers = double.NegativeInfinity;
        double most = ClassCount == 0 ? 0 : _classes[0].LabelWeight;
        for (int i = 1; i < ClassCount; i++)
        {
            double sum = _classes[i].LabelWeight;
            if (sum > most) (MajorityClass, most, sum) = (i, sum, most);
            _mostOfOthers = Math.Max(_mostOfOthers, sum);
        }
    }

    private void CheckAndGrow(int label, int prediction, double weight)
    {
        if (label < 0) throw new ArgumentOutOfRangeException(nameof(label), label, $"label was {label}; must be ≥ 0. A row without a label is not scored.");
        if (prediction < 0) throw new ArgumentOutOfRangeException(nameof(prediction), prediction, $"prediction was {prediction}; must be ≥ 0.");
        if (!(weight >= 0) || double.IsInfinity(weight))
            throw new ArgumentOutOfRangeException(nameof(weight), weight, $"weight was {weight}; must be finite and ≥ 0.");
        int classCount = Math.Max(label, prediction) + 1;
        if (classCount <= ClassCount) return;
        if (classCount > _classes.Length) Array.Resize(ref _classes, Math.Max(classCount, 2 * _classes.Length));
        ClassCount = classCount;
    }

    private struct ClassSums
    {
        public double PredictedWeight, LabelWeight, RightWeight;
        public long PredictedCount, LabelCount;
    }
}
