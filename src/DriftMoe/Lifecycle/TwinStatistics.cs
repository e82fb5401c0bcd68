using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Lifecycle;

/// <summary>How alike two experts are: how often they predict the same class, and how often both are wrong when one is.</summary>
/// <remarks>Averages over the sampled instances at rate 1 / min(n, 1,000), for every pair of outputs: memory 16·E² bytes, cost O(E²) a sample.</remarks>
internal sealed class TwinStatistics
{
    private const double Horizon = 1000;
    private readonly int _experts;
    private readonly double[] _agreement, _bothWrong, _counts;

    public TwinStatistics(int experts)
    {
        _experts = experts;
        (_agreement, _bothWrong, _counts) = (new double[experts * experts], new double[experts * experts], new double[experts * experts]);
    }

    /// <summary>Share of shared instances on which both predict the same class.</summary>
    public double AgreementOf(int a, int b) => _agreement[Math.Min(a, b) * _experts + Math.Max(a, b)];

    /// <summary>Share of the instances on which at least one is wrong that both are wrong.</summary>
    public double BothWrongOf(int a, int b) => _bothWrong[Math.Min(a, b) * _experts + Math.Max(a, b)];

    /// <summary>Shared samples, up to 1,000.</summary>
    public double SamplesOf(int a, int b) => _counts[Math.Min(a, b) * _experts + Math.Max(a, b)];

    /// <summary>Takes a learned instance in; experts that do not run are left out.</summary>
    public void Add(int label, ReadOnlySpan<int> classes, ReadOnlySpan<bool> running)
    {
        for (int a = 0; a < _experts; a++)
        {
            if (!running[a]) continue;
            for (int b = a + 1; b < _experts; b++)
            {
                if (!running[b]) continue;
                int at = a * _experts + b;
                double n = _counts[at] = Math.Min(_counts[at] + 1, Horizon);
                _agreement[at] += ((classes[a] == classes[b] ? 1 : 0) - _agreement[at]) / n;
                bool wrongA = classes[a] != label, wrongB = classes[b] != label;
                if (wrongA || wrongB) _bothWrong[at] += ((wrongA && wrongB ? 1 : 0) - _bothWrong[at]) / Math.Min(n, 200);
            }
        }
    }

    /// <summary>Forgets an expert's pairs.</summary>
    public void Reset(int expert)
    {
        for (int other = 0; other < _experts; other++)
        {
            int at = Math.Min(expert, other) * _experts + Math.Max(expert, other);
            _agreement[at] = _bothWrong[at] = _counts[at] = 0;
        }
    }

    public void Save(StateWriter writer)
    {
        writer.Mark("twins");
        foreach (double[] values in (double[][])[_agreement, _bothWrong, _counts]) writer.Write(values);
    }

    public void Load(StateReader reader)
    {
        reader.Mark("twins");
        foreach (double[] values in (double[][])[_agreement, _bothWrong, _counts]) reader.ReadNumbersInto(values.AsSpan(), "the likenesses of experts");
    }
}
