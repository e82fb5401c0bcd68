using StreamMoe.DriftMoe.Presets;
using StreamMoe.Experts;
using StreamMoe.Experts.Neural;
using StreamMoe.Experts.Trees;
using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Tests.Presets;

/// <summary>MoE-Data written down as the paper tells it, one instance after the other: no stretches, no lanes, no fused calls.</summary>
internal sealed class PlainMoeData
{
    private readonly MoeDataOptions _options;
    private readonly Schema _schema;
    private readonly MlpStack _router;
    private readonly List<HoeffdingTree> _experts = [];
    private readonly List<float[]> _inputs = [];
    private readonly List<float[]> _masks = [];

    public PlainMoeData(Schema schema, MoeDataOptions options, long seed)
    {
        (_schema, _options) = (schema, options);
        _router = new MlpStack(new MlpOptions
        {
            Inputs = schema.AttributeCount,
            Hidden = [options.Router.Hidden1, options.Router.Hidden2],
            Outputs = options.Experts,
            LearningRate = options.Router.LearningRate,
        });
        _router.AddMember((ulong)seed);
        for (int e = 0; e < options.Experts; e++) _experts.Add(new HoeffdingTree(schema, options.Tree));
    }

    /// <summary>Predicts, then learns.</summary>
    public int Next(ReadOnlySpan<double> features, int label)
    {
        float[] input = [.. features.ToArray().Select(v => (float)v)];
        float[] logits = new float[_experts.Count];
        _router.Forward(0, 1, input, logits);
        int[] byGate = [.. Enumerable.Range(0, _experts.Count).OrderByDescending(e => logits[e])];

        double[][] votes = new double[_experts.Count][];
        for (int e = 0; e < _experts.Count; e++) _experts[e].Predict(features, votes[e] = new double[_schema.ClassCount]);
        int prediction = Votes.ArgMax(votes[byGate[0]]);

        float[] mask = [.. votes.Select(v => Votes.ArgMax(v) == label ? 1f : 0f)];
        if (!mask.Contains(1f)) mask[Array.IndexOf([.. votes.Select(v => v[label])], votes.Max(v => v[label]))] = 1;
        foreach (int e in byGate[.._options.TopK]) _experts[e].Train(features, label);

        _inputs.Add(input);
        _masks.Add(mask);
        if (_inputs.Count == _options.Router.Interval)
        {
            _router.TrainBinary(0, _inputs.Count, [.. _inputs.SelectMany(x => x)], [.. _masks.SelectMany(m => m)]);
            _inputs.Clear();
            _masks.Clear();
        }
        return prediction;
    }
}
