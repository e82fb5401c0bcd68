using StreamMoe.DriftMoe.Presets;
using StreamMoe.Experts.Neural;
using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Tests.Presets;

/// <summary>MoE-Task's router written down one instance after the other; its trees cannot influence the prediction and are left out.</summary>
internal sealed class PlainMoeTask
{
    private readonly MoeTaskOptions _options;
    private readonly MlpStack _router;
    private readonly int _classes;
    private long _steps;

    public PlainMoeTask(Schema schema, MoeTaskOptions options, long seed)
    {
        _options = options;
        _classes = schema.ClassCount;
        _router = new MlpStack(new MlpOptions
        {
            Inputs = schema.AttributeCount,
            Hidden = [options.Router.Hidden1, options.Router.Hidden2],
            Outputs = _classes,
            LearningRate = options.Router.LearningRate,
            Dropout = options.Dropout,
            DropoutLayers = 1,
        });
        _router.AddMember((ulong)seed);
    }

    /// <summary>Predicts, then learns.</summary>
    public int Next(ReadOnlySpan<double> features, int label)
    {
        float[] input = [.. features.ToArray().Select(v => (float)v)];
        float[] logits = new float[_classes];
        _router.Forward(0, 1, input, logits, _options.DropoutWhilePredicting ? _steps : null);
        float[] target = new float[_classes];
        target[label] = 1;
        _router.TrainBinary(0, 1, input, target);
        _steps++;
        return Array.IndexOf(logits, logits.Max());
    }
}
