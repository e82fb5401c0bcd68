using StreamMoe.Streams.Options;

namespace StreamMoe.Streams.Generators;

/// <summary>Points of the unit cube; the class says on which side of a hyperplane through its middle one lies. The plane can turn slowly.</summary>
/// <remarks>
/// Numeric attributes in [0, 1), 2 classes in use. The weights are not limited to [0, 1]. A restarted stream equals a fresh one: the weights,
/// too, are drawn again. Source: Hulten, Spencer, Domingos 2001, <i>Mining time-changing data streams</i>.
/// </remarks>
internal sealed class HyperplaneGenerator : InstanceGenerator
{
    private readonly double _magChange;
    private readonly int _noisePercentage;
    private readonly int _sigmaPercentage;
    private readonly double[] _weights;
    private readonly double[] _directions;

    /// <summary>Makes the stream.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the text names all such options.</exception>
    public HyperplaneGenerator(HyperplaneOptions options) : base(MakeSchema(options.Checked()), options.InstanceRandomSeed)
    {
        _magChange = options.MagChange;
        _noisePercentage = options.NoisePercentage;
        _sigmaPercentage = options.SigmaPercentage;
        _weights = new double[options.NumAtts];
        _directions = new double[options.NumDriftAtts];
        DrawPlane();
    }

    private static Schema MakeSchema(HyperplaneOptions options)
        => new("hyperplane", NumericAttributes("att", options.NumAtts), ClassOf(Names("class", options.NumClasses)));

    private void DrawPlane()
    {
        for (int j = 0; j < _weights.Length; j++) _weights[j] = Random.NextDouble();
        Array.Fill(_directions, 1);
    }

    /// <inheritdoc/>
    protected override int Draw(Span<double> features)
    {
        double product = 0;
        double sum = 0;
        for (int j = 0; j < features.Length; j++)
        {
            features[j] = Random.NextDouble();
            product += _weights[j] * features[j];
            sum += _weights[j];
        }
        int label = product >= sum * 0.5 ? 1 : 0;
        if (DrawPercent(_noisePercentage)) label = 1 - label;
        for (int j = 0; j < _directions.Length; j++)
        {
            _weights[j] += _directions[j] * _magChange;
            if (DrawPercent(_sigmaPercentage)) _directions[j] = -_directions[j];
        }
        return label;
    }

    /// <inheritdoc/>
    public override void Restart()
    {
        base.Restart();
        DrawPlane();
    }
}
