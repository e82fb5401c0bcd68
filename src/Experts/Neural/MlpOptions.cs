namespace StreamMoe.Experts.Neural;

/// <summary>Shape and training of the MLPs of an <see cref="MlpStack"/>: inputs → hidden layers with ReLU → outputs (logits), trained by Adam.</summary>
/// <remarks>A net has at most 2²⁷ weights. All of these are learning options: every one can change a prediction. Two records are equal when all values are, the hidden widths element by element.</remarks>
internal sealed record MlpOptions
{
    /// <value>Number of features a row, in [1, 65,536].</value>
    public required int Inputs { get; init; }

    /// <value>Widths of the hidden layers from the inputs on, each in [1, 65,536], at most 16 of them; empty = a linear net. The default is empty.</value>
    public IReadOnlyList<int> Hidden { get; init; } = [];

    /// <value>Number of logits a row of a fresh stack, in [1, 65,536]; outputs can be added and removed later.</value>
    public required int Outputs { get; init; }

    /// <value>Adam's step size, in (0, ∞). The default is 2e-3.</value>
    public double LearningRate { get; init; } = 2e-3;

    /// <value>Decay of Adam's first moment, in [0, 1). The default is 0.9.</value>
    public double Beta1 { get; init; } = 0.9;

    /// <value>Decay of Adam's second moment, in [0, 1). The default is 0.999.</value>
    public double Beta2 { get; init; } = 0.999;

    /// <value>Added to the root of Adam's second moment, in [1e-12, 1]. The default is 1e-8.</value>
    public double Epsilon { get; init; } = 1e-8;

    /// <value>Probability with which a hidden unit is dropped in training, in [0, 1). The default is 0 = no dropout.</value>
    public double Dropout { get; init; }

    /// <value>Number of hidden layers, counted from the inputs on, whose units are dropped, in [0, 16]. The default is 16: all of them.</value>
    public int DropoutLayers { get; init; } = MaximumHidden;

    /// <value>How fresh weights are drawn. The default is <see cref="MlpInitialisation.XavierUniform"/>.</value>
    public MlpInitialisation Initialisation { get; init; } = MlpInitialisation.XavierUniform;

    /// <summary>Checks every option against its range.</summary>
    /// <exception cref="ArgumentException">At least one is out of range; the text names all that are, with value and range.</exception>
    public void Validate()
    {
        List<string> faults = [];
        Check(Inputs is >= 1 and <= MaximumWidth, $"Inputs was {Inputs}; must be in [1, {MaximumWidth}].");
        Check(Outputs is >= 1 and <= MaximumWidth, $"Outputs was {Outputs}; must be in [1, {MaximumWidth}].");
        Check(Hidden.Count <= MaximumHidden, $"Hidden had {Hidden.Count} layers; must have at most {MaximumHidden}.");
        for (int i = 0; i < Hidden.Count; i++)
            Check(Hidden[i] is >= 1 and <= MaximumWidth, $"Hidden[{i}] was {Hidden[i]}; must be in [1, {MaximumWidth}].");
        Check(faults.Count > 0 || Weights <= MaximumWeights, $"The net had {Weights} weights; must have at most {MaximumWeights}: take fewer inputs, hidden units or outputs.");
        Check(LearningRate > 0 && double.IsFinite(LearningRate), $"LearningRate was {LearningRate}; must be in (0, ∞).");
        Check(Beta1 is >= 0 and < 1, $"Beta1 was {Beta1}; must be in [0, 1).");
        Check(Beta2 is >= 0 and < 1, $"Beta2 was {Beta2}; must be in [0, 1).");
        Check(Epsilon is >= 1e-12 and <= 1, $"Epsilon was {Epsilon}; must be in [1e-12, 1].");
        Check(Dropout is >= 0 and < 1, $"Dropout was {Dropout}; must be in [0, 1).");
        Check(DropoutLayers is >= 0 and <= MaximumHidden, $"DropoutLayers was {DropoutLayers}; must be in [0, {MaximumHidden}].");
        Check(Enum.IsDefined(Initialisation), $"Initialisation was {Initialisation}; must be one of {string.Join(", ", Enum.GetNames<MlpInitialisation>())}.");
        if (faults.Count > 0) throw new ArgumentException(string.Join(Environment.NewLine, faults));

        void Check(bool good, string fault)
        {
            if (!good) faults.Add(fault);
        }
    }

    /// <summary>Compares by value, the hidden widths element by element.</summary>
    public bool Equals(MlpOptions? other) =>
        other is not null && Inputs == other.Inputs && Hidden.SequenceEqual(other.Hidden) && Outputs == other.Outputs
        && LearningRate == other.LearningRate && Beta1 == other.Beta1 && Beta2 == other.Beta2 && Epsilon == other.Epsilon
        && Dropout == other.Dropout && DropoutLayers == other.DropoutLayers && Initialisation == other.Initialisation;

    /// <summary>A hash that agrees with <see cref="Equals(MlpOptions)"/>.</summary>
    public override int GetHashCode() => HashCode.Combine(Inputs, Hidden.Count, Outputs, LearningRate, Beta1, Beta2, Dropout, Initialisation);

    internal const int MaximumWidth = 65_536;
    private const int MaximumHidden = 16;
    private const long MaximumWeights = 1 << 27;

    /// <value>Weights of a fresh net, biases not counted.</value>
    internal long Weights
    {
        get
        {
            long weights = 0;
            int fanIn = Inputs;
            foreach (int width in Hidden.Append(Outputs))
            {
                weights += (long)fanIn * width;
                fanIn = width;
            }
            return weights;
        }
    }
}
