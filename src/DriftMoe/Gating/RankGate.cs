using StreamMoe.DriftMoe.Pool;
using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Gating;

/// <summary>A number by rank, for classes so rare that no probability of theirs is ever large: each opinion counts as its rank among those on recent rows of other classes.</summary>
/// <remarks>
/// For class c and expert e, the mixture among them, the score is p_c / Σ_{k≠c} p_k. A ring holds <see cref="Kept"/> scores of rows of other classes, of
/// every <see cref="Every"/>-th when it is full. Rank q = (less + ½·equal + ½)/(kept + 1); AUC_e is the running mean of q over rows of class c at rate
/// 1/(min(n, 100) + 5), from 0.5. It is S_c = σ(Σ w_e·logit q_e / Σ w_e) with w_e = max(0.01, 2·AUC_e − 1)⁴.
/// Cost: kept × experts × classes comparisons a row; memory 4·(kept + 3) bytes an expert and class.
/// </remarks>
internal sealed class RankGate
{
    private const int Kept = 64, Every = 8;
    private const double Memory = 100, Slowness = 5;

    private readonly int _experts;
    private readonly bool[] _skip;
    private float[] _rings = [], _scores = [], _ranks = [];
    private float[] _pooled = [];
    private double[] _areas = [], _seen = [];
    private int[] _filled = [];
    private long _rows;
    private int _classes;

    /// <param name="experts">Experts of the pool.</param>
    public RankGate(int experts)
    {
        _experts = experts + 1;
        _skip = new bool[_experts];
    }

    /// <summary>The pooled ranks of the row combined last, a number a class in (0, 1).</summary>
    public ReadOnlySpan<float> Pooled => _pooled;

    public long ByteSize => 4L * _rings.Length + 16L * _areas.Length + 4L * _filled.Length;

    /// <summary>Adds classes; what is known of the others stays.</summary>
    public void GrowTo(int classes)
    {
        if (classes <= _classes) return;
        int before = _classes * _experts, size = classes * _experts;
        Array.Resize(ref _rings, size * Kept);
        Array.Resize(ref _areas, size);
        Array.Resize(ref _seen, size);
        Array.Resize(ref _filled, classes);
        _areas.AsSpan(before).Fill(0.5);
        (_scores, _ranks, _pooled) = (new float[size], new float[size], new float[classes]);
        _classes = classes;
    }

    /// <summary>The pooled ranks of one row.</summary>
    /// <param name="opinions">The pool's opinions.</param>
    /// <param name="row">The row.</param>
    /// <param name="mixture">The mixture's probabilities.</param>
    /// <param name="running">Experts that have an opinion.</param>
    /// <returns>A number a class in (0, 1), valid until the next call.</returns>
    public ReadOnlySpan<float> Combine(Opinions opinions, int row, ReadOnlySpan<float> mixture, ReadOnlySpan<bool> running)
    {
        ReadOnlySpan<float> probabilities = opinions.Probabilities(row);
        for (int c = 0; c < _classes; c++)
        {
            double sum = 0, weights = 0;
            for (int e = 0; e < _experts; e++)
            {
                bool isMixture = e == _experts - 1;
                if (_skip[e] = !isMixture && !running[e]) continue;
                ReadOnlySpan<float> own = isMixture ? mixture : probabilities.Slice(e * _classes, _classes);
                float rest = 0;
                for (int k = 0; k < _classes; k++)
                    if (k != c) rest += own[k];
                int at = c * _experts + e;
                float score = _scores[at] = own[c] / MathF.Max(rest, 1e-9f);
                float rank = _ranks[at] = Rank(_rings.AsSpan(at * Kept, Math.Min(_filled[c], Kept)), score);
                double weight = Math.Max(0.01, 2 * _areas[at] - 1);
                weight *= weight;
                weight *= weight;
                sum += weight * Math.Log(rank / (1 - rank));
                weights += weight;
            }
            _pooled[c] = (float)(1 / (1 + Math.Exp(-sum / weights)));
        }
        return _pooled;
    }

    /// <summary>Learns the label of the row that was combined last.</summary>
    public void Learn(int label)
    {
        _rows++;
        for (int c = 0; c < _classes; c++)
        {
            if (c == label)
            {
                for (int e = 0; e < _experts; e++)
                {
                    int at = c * _experts + e;
                    if (_skip[e]) continue;
                    _seen[at] = Math.Min(_seen[at] + 1, Memory);
                    _areas[at] += (_ranks[at] - _areas[at]) / (_seen[at] + Slowness);
                }
            }
            else if (_filled[c] < Kept || _rows % Every == 0)
            {
                for (int e = 0; e < _experts; e++)
                    if (!_skip[e]) _rings[(c * _experts + e) * Kept + _filled[c] % Kept] = _scores[c * _experts + e];
                // Counts on in the second round only, so that it stays small for ever.
                _filled[c] = _filled[c] == 2 * Kept - 1 ? Kept : _filled[c] + 1;
            }
        }
    }

    public void Save(StateWriter writer)
    {
        writer.Write(_rows);
        writer.Write(_rings);
        writer.Write(_areas);
        writer.Write(_seen);
        writer.Write(_filled);
    }

    public void Load(StateReader reader)
    {
        _rows = reader.ReadInt64();
        reader.ReadInto(_rings.AsSpan(), "the scores of the rank gate");
        reader.ReadInto(_areas.AsSpan(), "the areas of the rank gate");
        reader.ReadInto(_seen.AsSpan(), "the rows behind the areas of the rank gate");
        reader.ReadInto(_filled.AsSpan(), "the places of the rank gate");
        foreach (int filled in _filled)
            if (filled is < 0 or >= 2 * Kept) throw new StateFormatException($"A place of the rank gate is {filled}; must be in [0, {2 * Kept}).");
    }

    private static float Rank(ReadOnlySpan<float> ring, float score)
    {
        int less = 0, equal = 0;
        foreach (float other in ring)
        {
            less += other < score ? 1 : 0;
            equal += other == score ? 1 : 0;
        }
        return (less + 0.5f * equal + 0.5f) / (ring.Length + 1);
    }
}
