using StreamMoe.Experts.Numerics;
using StreamMoe.Streams.Options;
using StreamMoe.Streams;

namespace StreamMoe.Experts.Neural;

/// <summary>A small neural net as an expert: linear or with one or two hidden layers, trained by Adam as the instances come.</summary>
/// <remarks>
/// Expects standardised features with a constant among them; a missing one counts as 0, and all are clipped at ±1,000. The
/// votes are the soft-max probabilities s, which sum to 1. Hidden weights start as He's normal ones, a linear net at 0.
/// <para>A step goes down the mean gradient of the last <see cref="NetExpertOptions.StepEvery"/> learned instances, each
/// multiplied by its weight; those since the last step are part of the state.</para>
/// <para><see cref="NetExpertOptions.Averaged"/>: every 4 learned instances W̄ += max(1 − 0.999⁴, 1/(k + 1))·(W − W̄) after k such
/// updates, and the second output is that of W̄ (Polyak and Juditsky 1992, with a window). Label noise makes the last
/// weights wander around the best ones; their average does not, but it is late after a drift.</para>
/// <para><see cref="NetExpertOptions.Robust"/>: p_c = (1 − ε)·s_c + ε/C with a learned share ε = σ(ρ) of noisy labels, so that a
/// label against all evidence pulls by (1 − ε)·s_y/p_y ≈ 0 rather than by 1. ρ starts at −2.9, descends by 0.01 times its
/// gradient and stays in [−4, −1.1]: ε above 0.25 would take a reversed concept for noise.</para>
/// <para>Cost: one multiply-add a weight forward, about six to learn; a predicted instance that is learned at once goes forward
/// once if there is a step every instance. Memory: 12 bytes a weight, twice that if averaged.</para>
/// </remarks>
internal sealed partial class NetExpert : IExpert
{
    private const int Net = 0, Average = 1;
    private const int LargestLabel = NominalDomain.LargestCap - 1;
    private const int AveragePeriod = 4;
    private const double SlowestAverage = 1 - 0.999 * 0.999 * 0.999 * 0.999;
    private const double FirstRho = -2.9, LowestRho = -4, HighestRho = -1.1, RhoRate = 0.01;

    private readonly NetExpertOptions _options;
    private readonly IMlpStack _stack;
    private readonly ulong _seed;
    private readonly ClassShares? _shares;
    private readonly float[] _rows;
    private float[] _gradients = [];
    private float[] _logits = [];
    private double[] _softMax = [];
    private int _pending;
    private long _learned;
    private double _rho = FirstRho, _rhoGradient;

    /// <summary>Makes a fresh net.</summary>
    /// <param name="inputs">Features of an instance, in [1, 65,536].</param>
    /// <param name="classes">Classes known now, in [0, 65,536]; others may come.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <param name="seed">Seed of the first weights; of no effect on a linear net.</param>
    /// <exception cref="OptionException">Some options are out of their range; the text names all of them.</exception>
    /// <exception cref="ArgumentException">The number of inputs or classes is out of range.</exception>
    public NetExpert(int inputs, int classes, NetExpertOptions? options = null, ulong seed = 1)
    {
        _options = (options ?? new NetExpertOptions()).Checked();
        int[] hidden = _options.Hidden1 == 0 ? [] : _options.Hidden2 == 0 ? [_options.Hidden1] : [_options.Hidden1, _options.Hidden2];
        MlpOptions shape = new()
        {
            Inputs = inputs,
            Hidden = hidden,
            Outputs = Math.Max(1, classes),
            LearningRate = _options.LearningRate,
            Initialisation = hidden.Length == 0 ? MlpInitialisation.Zero : MlpInitialisation.HeNormal,
        };
        _stack = MlpBackends.Create(shape, _options.Device, _options.StepEvery);
        _stack.AddMember(_seed = seed);
        if (_options.Averaged) _stack.AddCopy(Net);
        _rows = new float[_options.StepEvery * inputs];
        if (_options.Robust && _options.Proportional) _shares = new ClassShares(_stack.Outputs);
        FitToOutputs();
    }

    /// <value>The options.</value>
    public NetExpertOptions Options => _options;

    /// <value>1, or 2 with averaged weights: the present weights' opinion, then that of the averaged ones.</value>
    public int OutputCount => _options.Averaged ? 2 : 1;

    /// <value>ε: the learned share of labels that are drawn at random, in [0.018, 0.25]; 0 unless robust.</value>
    public double NoiseShare => _options.Robust ? 1 / (1 + VectorExp.Exp(-_rho)) : 0;

    /// <inheritdoc/>
    /// <remarks>64 + the nets' parameters and moments of 4 bytes and 40 bytes of counts each, + 4 a feature and class for each instance between two steps.</remarks>
    public long ByteSize => 64 + _stack.ByteSize + _pending * 4L * (_stack.Inputs + _stack.Outputs);

    // The next pending row; until it is learned it is scratch.
    private Span<float> NextRow => _rows.AsSpan(_pending * _stack.Inputs, _stack.Inputs);

    private bool StepsAtOnce => _options.StepEvery == 1;

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<double> features, Span<double> votes)
    {
        FeatureRow.Read(features, NextRow);
        PredictByAverage(votes);
        _stack.Forward(Net, 1, NextRow, _logits);
        ToSoftMax();
        Give(votes[..(votes.Length / OutputCount)]);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The label is negative or above 65,535; nothing was learned.</exception>
    public void Train(ReadOnlySpan<double> features, int label, double weight = 1)
    {
        if (!(weight > 0)) return;
        CheckLabel(label);
        FeatureRow.Read(features, NextRow);
        Grow(label);
        EvaluateToLearn();
        Learn(label, weight);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The label is negative or above 65,535; nothing was learned.</exception>
    public void PredictThenTrain(ReadOnlySpan<double> features, int label, double weight, Span<double> votes)
    {
        if (!(weight > 0))
        {
            Predict(features, votes);
            return;
        }
        CheckLabel(label);
        FeatureRow.Read(features, NextRow);
        PredictByAverage(votes);
        EvaluateToLearn();
        Give(votes[..(votes.Length / OutputCount)]);
        if (Grow(label)) EvaluateToLearn();
        Learn(label, weight);
    }

    private void PredictByAverage(Span<double> votes)
    {
        if (!_options.Averaged) return;
        _stack.Forward(Average, 1, NextRow, _logits);
        ToSoftMax();
        Give(votes[(votes.Length / OutputCount)..]);
    }

    private void EvaluateToLearn()
    {
        if (StepsAtOnce) _stack.Evaluate(Net, NextRow, _logits);
        else _stack.Forward(Net, 1, NextRow, _logits);
        ToSoftMax();
    }

    private static void CheckLabel(int label)
        => ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)label, (uint)LargestLabel, nameof(label));
}
