namespace StreamMoe.Experts.Tests.Neighbours;

/// <summary>The definition of weighted neighbours, with lists and sorting.</summary>
internal sealed class PlainNeighbours(int classes)
{
    private readonly List<(float[] Row, int Label, float Weight)> _learned = [];
    private int _classes = classes;

    public void Add(double[] features, int label, double weight)
    {
        _learned.Add(([.. features.Select(f => (float)f)], label, (float)weight));
        _classes = Math.Max(_classes, label + 1);
    }

    public double[] Votes(double[] features, int window, int k, int length)
    {
        float[] query = [.. features.Select(f => (float)f)];
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
