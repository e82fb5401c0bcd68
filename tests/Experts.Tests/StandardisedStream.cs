using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;

namespace StreamMoe.Experts.Tests;

/// <summary>A benchmark stream as nets, neighbours and Gaussians want it: nominal values one-hot (two-valued ones as they are),
/// everything standardised by what came so far, clipped at ±5, and a constant 1.</summary>
internal sealed class StandardisedStream : IDisposable
{
    private readonly InstanceStream _stream;
    private readonly List<(int Attribute, int Value)> _columns = [];
    private readonly double[] _raw, _means, _variances;
    private long _count;

    public StandardisedStream(string text, long seed = 1)
    {
        _stream = StreamCatalogue.Open(text, seed);
        for (int a = 0; a < Schema.AttributeCount; a++)
        {
            int values = Schema.Attributes[a].Domain?.Count ?? 0;
            if (values <= 2) _columns.Add((a, -1));
            else _columns.AddRange(Enumerable.Range(0, values).Select(v => (a, v)));
        }
        _raw = new double[Schema.AttributeCount];
        _means = new double[_columns.Count];
        _variances = new double[_columns.Count];
    }

    public Schema Schema => _stream.Schema;

    public int Length => _columns.Count + 1;

    public int Next(double[] features)
    {
        Assert.True(_stream.Next(_raw, out int label));
        double rate = 1.0 / Math.Min(++_count, 20_000);
        for (int i = 0; i < _columns.Count; i++)
        {
            double x = _raw[_columns[i].Attribute], d;
            if (_columns[i].Value >= 0) x = x == _columns[i].Value ? 1 : 0;
            d = x - _means[i];
            _means[i] += rate * d;
            _variances[i] = (1 - rate) * (_variances[i] + rate * d * d);
            features[i] = _variances[i] > 0 ? Math.Clamp((x - _means[i]) / Math.Sqrt(_variances[i]), -5, 5) : 0;
        }
        features[^1] = 1;
        return label;
    }

    /// <summary>Share of right predictions of each output over so many instances, each learned after it is predicted.</summary>
    public double[] Accuracy(IExpert expert, int instances)
    {
        double[] features = new double[Length], votes = new double[expert.OutputCount * Schema.ClassCount], right = new double[expert.OutputCount];
        for (int i = 0; i < instances; i++)
        {
            int label = Next(features);
            expert.PredictThenTrain(features, label, 1, votes);
            for (int output = 0; output < right.Length; output++)
                if (Votes.ArgMax(votes.AsSpan(output * Schema.ClassCount, Schema.ClassCount)) == label) right[output]++;
        }
        return [.. right.Select(r => r / instances)];
    }

    public void Dispose() => _stream.Dispose();
}
