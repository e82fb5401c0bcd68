namespace StreamMoe.Experts.Tests.Neighbours;

/// <summary>The definition of weighted neighbours, with lists and sorting.</summary>
internal sealed class PlainNeighbours(int classes, bool weighted = false, int window = 2000)
{
    private double[] _hits = [], _misses = [];
    private float[] _weights = [];

    private readonly List<(float[] Row, int Label, float Weight)> _learned = [];
    private int _classes = classes;

    public void Add(double[] features, int label, double weight)
    {
        if (weighted) Judge(features, label);
        _learned.Add((Scaled(features), label, (float)weight));
        _classes = Math.Max(_classes, label + 1);
    }

    public double[] Votes(double[] features, int window, int k, int length)
    {
        float[] query = Scaled(features);
        var nearest = _learned.AsEnumerable().Reverse().Take(window)
            .Select(r => (Distance: Squared(query, r.Row), r.Label, r.Weight))
            .OrderBy(r => r.Distance).Take(k).ToList();
        double[] votes = new double[length];
        double total = 0;
        foreach ((float distance, int label, float weight) in nearest)
        {
            votes[label] += weight / (distance + 1e-6);
            total += weight / (distance + 1e-6);
        }
        double alpha = nearest.Count == 0 ? 1 : 0.3 * total / nearest.Count;
        for (int c = 0; c < _classes; c++) votes[c] = (votes[c] + alpha / _classes) * (1 / (total + alpha));
        return votes;
    }

    private float[] Scaled(double[] features) => [.. features.Select((f, a) => _weights.Length == 0 ? (float)f : (float)f * _weights[a])];

    // Relief with running means, over the rows in the window.
    private void Judge(double[] features, int label)
    {
        int d = features.Length, n = _learned.Count + 1;
        if (_weights.Length == 0) (_weights, _hits, _misses) = ([.. Enumerable.Repeat(1f, d)], new double[d], new double[d]);
        if (n % 8 != 0 || Math.Min(_learned.Count, window) < 50) return;
        float[] query = Scaled(features);
        var near = _learned.AsEnumerable().Reverse().Take(window).OrderBy(r => Squared(query, r.Row)).ToList();
        var hits = near.Where(r => r.Label == label).Take(3).ToList();
        var misses = near.Where(r => r.Label != label).Take(3).ToList();
        double rate = Math.Max(0.004, 8.0 / n) / 3;
        if (hits.Count > 0 && misses.Count > 0)
            for (int a = 0; a < d; a++)
            {
                foreach (var hit in hits) _hits[a] += rate * (Math.Min(2.0, Math.Abs(query[a] - hit.Row[a]) / _weights[a]) - _hits[a]);
                foreach (var miss in misses) _misses[a] += rate * (Math.Min(2.0, Math.Abs(query[a] - miss.Row[a]) / _weights[a]) - _misses[a]);
            }
        if (n % 256 != 0 || n < 500) return;
        double chance = 0.8 / Math.Sqrt(Math.Min(n / 8.0, 500)), most = Math.Max(chance, Enumerable.Range(0, d).Max(a => _misses[a] - _hits[a]));
        for (int a = 0; a < d; a++)
        {
            double share = (Math.Max(0, _misses[a] - _hits[a]) + chance) / (most + chance);
            float weight = (float)Math.Sqrt(0.98 * share * share + 0.02), factor = weight / _weights[a];
            foreach (var (row, _, _) in _learned) row[a] *= factor;
            _weights[a] = weight;
        }
    }

    private static float Squared(float[] a, float[] b)
    {
        float sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            float d = a[i] - b[i];
            sum = MathF.FusedMultiplyAdd(d, d, sum);
        }
        return sum;
    }
}
