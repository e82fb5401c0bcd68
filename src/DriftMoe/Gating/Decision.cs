using StreamMoe.DriftMoe.Pool;
using StreamMoe.Experts.Numerics;
using StreamMoe.Experts.State;
using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Gating;

/// <summary>Makes a class of the mixture's probabilities, by the objective.</summary>
/// <remarks>
/// Balanced: arg max p_c/π_c with the running shares π; while the rarest class that has come has a share below <see cref="RareShare"/>, by ranks (<see cref="RankGate"/>), and
/// then router and accuracy records weigh an instance by (1/(C·π_y))^½. Cost: arg min_j Σ_k cost[k, j]·p_k. Probabilities stay as they are, and so do detectors and
/// the lifecycle, which see the largest probability: fed with the objective's mistakes they give false alarms alone.
/// Source: threshold moving, Elkan 2001 (The foundations of cost-sensitive learning).
/// </remarks>
internal sealed class Decision
{
    /// <summary>Share below which a class is decided by ranks: 0.005.</summary>
    public const double RareShare = 0.005;

    private readonly Objective _objective;
    private readonly CostTable? _table;
    private readonly Schema _schema;
    private readonly ClassShares _shares;
    private readonly RankGate _ranks;
    private readonly RankThresholds _thresholds = new();
    private double[] _costs = [];
    private bool[] _came = [];
    private int _classes;
    private bool _ranked, _any;

    /// <param name="objective">Not <see cref="Objective.Accuracy"/>.</param>
    /// <param name="table">The costs; null without.</param>
    /// <param name="schema">The classes' names.</param>
    /// <param name="experts">Experts of the pool.</param>
    /// <param name="classes">Number of classes, ≥ 2.</param>
    public Decision(Objective objective, CostTable? table, Schema schema, int experts, int classes)
    {
        (_objective, _table, _schema) = (objective, table, schema);
        _shares = new ClassShares(classes);
        _ranks = new RankGate(experts);
        GrowTo(classes);
    }

    public long ByteSize => _ranks.ByteSize + _thresholds.ByteSize + 8L * _classes;

    /// <summary>True while decisions are made by ranks.</summary>
    public bool IsRanked
    {
        get
        {
            if (_objective != Objective.Balanced) return false;
            for (int c = 0; c < _classes; c++)
                if (_came[c] && _shares[c] < RareShare) return true;
            return false;
        }
    }

    public void GrowTo(int classes)
    {
        if (classes <= _classes) return;
        _classes = classes;
        Array.Resize(ref _came, classes);
        _shares.GrowTo(classes);
        _ranks.GrowTo(classes);
        _thresholds.GrowTo(classes);
        _costs = _table?.Matrix(_schema, classes) ?? [];
    }

    /// <summary>The class of one row; among those that have come, once one has.</summary>
    public int Decide(ReadOnlySpan<float> probabilities, Opinions opinions, int row, ReadOnlySpan<bool> running)
    {
        _ranked = IsRanked;
        if (_ranked) return _thresholds.Decide(_ranks.Combine(opinions, row, probabilities, running), _came);
        int best = -1;
        double most = double.NegativeInfinity;
        for (int c = 0; c < probabilities.Length; c++)
        {
            if (!_came[c] && _any) continue;
            double value = _objective == Objective.Cost ? -Cost(probabilities, c) : probabilities[c] / _shares[c];
            if (value > most) (best, most) = (c, value);
        }
        return Math.Max(best, 0);
    }

    /// <summary>What an instance of a class weighs to router and records; 1 unless decisions are made by ranks.</summary>
    public float WeightOf(int label) => _ranked ? (float)Math.Sqrt(1 / (_classes * _shares[label])) : 1;

    /// <summary>The largest weight of a class.</summary>
    public float MostWeight()
    {
        float most = 0;
        for (int c = 0; c < _classes; c++)
            if (_came[c]) most = MathF.Max(most, WeightOf(c));
        return most > 0 ? most : 1;
    }

    /// <summary>Learns the label of the row that was decided last.</summary>
    public void Learn(int label)
    {
        if (_ranked)
        {
            _ranks.Learn(label);
            _thresholds.Learn(_ranks.Pooled, label);
        }
        _shares.Learn(label);
        _came[label] = _any = true;
    }

    public void Save(StateWriter writer)
    {
        writer.Mark("decision");
        _shares.Save(writer);
        writer.Write<bool>(_came);
        _ranks.Save(writer);
        _thresholds.Save(writer);
    }

    public void Load(StateReader reader)
    {
        reader.Mark("decision");
        _shares.Load(reader);
        reader.ReadInto<bool>(_came, "the classes that have come");
        _any = _came.Contains(true);
        _ranks.Load(reader);
        _thresholds.Load(reader);
    }

    private double Cost(ReadOnlySpan<float> probabilities, int prediction)
    {
        double sum = 0;
        for (int label = 0; label < probabilities.Length; label++) sum += _costs[label * _classes + prediction] * probabilities[label];
        return sum;
    }
}
