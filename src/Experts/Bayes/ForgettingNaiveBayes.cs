using StreamMoe.Experts.Numerics;
using StreamMoe.Experts.State;
using StreamMoe.Experts.Vectors;
using StreamMoe.Streams.Options;
using StreamMoe.Streams;

namespace StreamMoe.Experts.Bayes;

/// <summary>Naive Bayes that forgets: a Gaussian a class and attribute, whose mean and variance are those of the class's latest instances.</summary>
/// <remarks>
/// Expects standardised features, two-valued ones among them; a missing one counts as 0, and all are clipped at ±1,000.
/// With n = the weight that class y has had, at most <see cref="ForgettingNaiveBayesOptions.Memory"/> M: r = 1/n, μ += r(x − μ),
/// v = (1 − r)(v + r(x − μ)²), so means are plain until M instances and fade exponentially then. The variance used is
/// (n·v + 1)/(n + 1). The share π of a class is averaged at the rate 1/min(t, M·C). The votes are the soft-max, which sums to 1, of
/// ln π − Σ (½ ln v + min((x − μ)²/2v, 12)); classes never seen get 0, and where none has been all are equal.
/// <para>It needs about M instances of a class to follow a change of that class, and learns nothing from other classes' ones.
/// Cost: classes × attributes multiply-adds, in float32. Memory: 12 bytes a class and attribute.</para>
/// </remarks>
internal sealed unsafe class ForgettingNaiveBayes : IExpert
{
    private const int LargestLabel = NominalDomain.LargestCap - 1;

    private readonly ForgettingNaiveBayesOptions _options;
    private readonly GaussianKernels _kernels;
    private readonly int _attributes, _stride;
    private readonly AlignedBuffer _row;
    private ClassGaussians _gaussians;
    private double[] _shares, _scores;
    private int _classes;
    private double _learned;

    /// <summary>Makes one that has learned nothing.</summary>
    /// <param name="inputs">Features of an instance, in [1, 65,536].</param>
    /// <param name="classes">Classes known now, ≥ 0; others may come.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <exception cref="OptionException">Some options are out of their range; the text names all of them.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of inputs is out of range.</exception>
    public ForgettingNaiveBayes(int inputs, int classes, ForgettingNaiveBayesOptions? options = null) : this(inputs, classes, options, KernelWidth.Widest) { }

    internal ForgettingNaiveBayes(int inputs, int classes, ForgettingNaiveBayesOptions? options, KernelWidth width)
    {
        _options = (options ?? new ForgettingNaiveBayesOptions()).Checked();
        if (inputs is < 1 or > 65_536) throw new ArgumentOutOfRangeException(nameof(inputs), $"inputs was {inputs}; must be in [1, 65536].");
        _kernels = GaussianKernels.Of(width);
        (_attributes, _stride) = (inputs, KernelWidths.Pad(inputs));
        _row = new AlignedBuffer(_stride);
        _gaussians = new ClassGaussians(0, _attributes);
        (_shares, _scores) = ([], []);
        Grow(Math.Max(1, classes));
    }

    /// <value>The options.</value>
    public ForgettingNaiveBayesOptions Options => _options;

    /// <inheritdoc/>
    /// <remarks>64 + 24 a class, + 12 a class and attribute.</remarks>
    public long ByteSize => 64 + _classes * (24 + 12L * _attributes);

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<double> features, Span<double> votes)
    {
        Read(features);
        votes.Clear();
        if (_learned == 0)
        {
            votes[..Math.Min(votes.Length, _classes)].Fill(1.0 / _classes);
            return;
        }
        Span<double> scores = _scores.AsSpan(0, _classes);
        _kernels.Score(_row.Pointer, _gaussians.Means(0), _gaussians.H(0), _stride, scores);
        for (int c = 0; c < _classes; c++) scores[c] = _gaussians.Counts[c] > 0 ? scores[c] + _gaussians.Scales[c] : double.NegativeInfinity;
        SoftMax.Apply(scores, _shares);
        scores[..Math.Min(votes.Length, _classes)].CopyTo(votes);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The label is negative or above 65,535; nothing was learned.</exception>
    public void Train(ReadOnlySpan<double> features, int label, double weight = 1)
    {
        if (!(weight > 0)) return;
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)label, (uint)LargestLabel, nameof(label));
        Read(features);
        Grow(label + 1);
        _learned = Math.Min(_learned + weight, (double)_options.Memory * _classes);
        double rate = Math.Min(1, weight / _learned);
        for (int c = 0; c < _classes; c++) _shares[c] += rate * ((c == label ? 1 : 0) - _shares[c]);
        _gaussians.Learn(_kernels, _row.Pointer, label, weight, _options.Memory);
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Mark("forgetting-naive-bayes");
        writer.Write(_learned);
        writer.Write(_shares.AsSpan(0, _classes));
        _gaussians.Save(writer, _classes);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        reader.Mark("forgetting-naive-bayes");
        double learned = reader.ReadDouble();
        double[] shares = reader.ReadArray<double>();
        if (shares.Length is < 1 or > LargestLabel + 1 || !(learned >= 0))
            throw new StateFormatException($"Naive Bayes: {shares.Length} classes must be in [1, {LargestLabel + 1}], the weight learned, {learned}, ≥ 0.");
        ClassGaussians gaussians = new(shares.Length, _attributes);
        gaussians.Load(reader, _kernels);
        (_learned, _shares, _gaussians, _scores, _classes) = (learned, shares, gaussians, new double[shares.Length], shares.Length);
    }

    private void Read(ReadOnlySpan<double> features) => FeatureRow.Read(features, _row.Span[.._attributes]);

    private void Grow(int classes)
    {
        if (classes <= _classes) return;
        if (classes > _scores.Length)
        {
            int room = Math.Max(classes, Math.Min(2 * _classes, LargestLabel + 1));
            _gaussians = _gaussians.Grown(room);
            Array.Resize(ref _shares, room);
            _scores = new double[room];
        }
        _classes = classes;
    }
}
