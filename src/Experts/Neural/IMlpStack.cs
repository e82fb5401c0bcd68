using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Neural;

/// <summary>Multi-layer perceptrons ("members") of one shape: the router is a stack of one; the expert <c>net</c> has one, and a second that averages it.</summary>
/// <remarks>
/// A member maps a row of inputs through hidden layers with ReLU to a row of logits, in float32. It is trained by Adam
/// (Kingma and Ba 2015, with bias correction, ε outside the root, as in PyTorch) on binary cross-entropy with logits
/// (<see cref="TrainBinary"/>) or soft-max cross-entropy (<see cref="TrainSoftmax"/>), or down a gradient that is given (<see cref="Descend"/>).
/// <para>Two implementations: <see cref="MlpStack"/>, whose state is a pure function of options, seeds and calls to the bit, and the optional
/// one on TorchSharp, which agrees with it within a tolerance. Fresh weights and dropout masks are the same to the bit, and either reads
/// what the other has saved: same weights, same moments.</para>
/// <para>Inputs must be finite (the caller replaces missing values); nothing checks it, and NaN spreads. One thread at a time.</para>
/// </remarks>
internal interface IMlpStack
{
    /// <value>The options that the stack was made with.</value>
    MlpOptions Options { get; }

    /// <value>Number of members; they are numbered from 0.</value>
    int Count { get; }

    /// <value>Features a row.</value>
    int Inputs { get; }

    /// <value>Logits a row: at first the option's, then what <see cref="AppendOutput"/> and <see cref="GrowOutputs"/> made of it.</value>
    int Outputs { get; }

    /// <value>Weights of one output: the width of the last hidden layer, or of the inputs where there is none.</value>
    int OutputFanIn { get; }

    /// <value>Weights and biases of one member.</value>
    int ParameterCount { get; }

    /// <value>Size of the state in bytes, from logical counts: parameters and two moments of 4 bytes, and 40 bytes of counts a member.</value>
    long ByteSize { get; }

    /// <summary>Evaluates one member; changes nothing.</summary>
    /// <param name="member">Number of the member.</param>
    /// <param name="rows">Number of rows, ≥ 0.</param>
    /// <param name="x">Rows of <see cref="Inputs"/> features, one after the other.</param>
    /// <param name="logits">Receives rows of <see cref="Outputs"/> logits.</param>
    /// <param name="dropoutRow">Without it (the default) no unit is dropped. With it, units are dropped as in training, row r by
    /// the mask of number dropoutRow + r, which is a pure function of that number and the member's seed.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member.</exception>
    void Forward(int member, int rows, ReadOnlySpan<float> x, Span<float> logits, long? dropoutRow = null);

    /// <summary>Adds a fresh member after the others.</summary>
    /// <param name="seed">Seed of its weights and dropout masks.</param>
    /// <returns>Its number.</returns>
    int AddMember(ulong seed);

    /// <summary>Adds a copy of a member after the others: parameters, moments, counts and dropout seed.</summary>
    /// <returns>Its number.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member.</exception>
    int AddCopy(int source);

    /// <summary>Moves a member's weights and biases towards another's: target += rate·(source − target). Moments and counts stay.</summary>
    /// <remarks>Called after each step with a copy as the target, the copy's parameters are an exponentially weighted average of
    /// the source's (Polyak and Juditsky 1992, with a constant rate).</remarks>
    /// <param name="target">Number of the member that changes.</param>
    /// <param name="source">Number of the member that it follows.</param>
    /// <param name="rate">In [0, 1]; 1 = becomes the source but for rounding.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member, or the rate is out of range.</exception>
    void UpdateAverage(int target, int source, double rate);

    /// <summary>Copies a member's parameters out: layer by layer, the weights (a row of inputs a unit), then the biases, as PyTorch lists those of its linear layers.</summary>
    /// <param name="member">Number of the member.</param>
    /// <param name="parameters">Receives <see cref="ParameterCount"/> numbers.</param>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member.</exception>
    void ReadParameters(int member, Span<float> parameters);

    /// <summary>Replaces a member's parameters, in the order of <see cref="ReadParameters"/>; moments and counts stay.</summary>
    /// <param name="member">Number of the member.</param>
    /// <param name="parameters"><see cref="ParameterCount"/> numbers.</param>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member.</exception>
    void WriteParameters(int member, ReadOnlySpan<float> parameters);

    /// <summary>Writes the whole state: number of outputs, and of every member parameters, moments and counts. The options are not part of it.</summary>
    void Save(StateWriter writer);

    /// <summary>Replaces the whole state by one that <see cref="Save"/> of a stack with the same options wrote; on an error nothing changes.</summary>
    /// <exception cref="StateFormatException">The bytes are not such a state.</exception>
    void Load(StateReader reader);

    /// <summary>Makes one Adam step of a member on the mean binary cross-entropy with logits over all rows × outputs pairs.</summary>
    /// <param name="member">Number of the member.</param>
    /// <param name="rows">Number of rows; 0 = nothing happens.</param>
    /// <param name="x">Rows of <see cref="Inputs"/> features.</param>
    /// <param name="targets">Rows of <see cref="Outputs"/> targets, each in [0, 1].</param>
    /// <returns>The mean loss before the step, in nats (with dropout, that of the nets trained); 0 without rows.</returns>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member.</exception>
    double TrainBinary(int member, int rows, ReadOnlySpan<float> x, ReadOnlySpan<float> targets);

    /// <summary>Makes one Adam step of a member on the mean soft-max cross-entropy over the rows.</summary>
    /// <param name="member">Number of the member.</param>
    /// <param name="rows">Number of rows; 0 = nothing happens.</param>
    /// <param name="x">Rows of <see cref="Inputs"/> features.</param>
    /// <param name="labels">A class a row, in [0, <see cref="Outputs"/>).</param>
    /// <returns>The mean loss before the step, in nats; 0 without rows.</returns>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member, or a label is out of range.</exception>
    double TrainSoftmax(int member, int rows, ReadOnlySpan<float> x, ReadOnlySpan<int> labels);

    /// <summary>Adds an output to every member, after the others; its weights and moments start at 0. No other output's weights, bias or moments move by a bit.</summary>
    /// <param name="bias">Its bias.</param>
    /// <returns>Its number.</returns>
    /// <exception cref="InvalidOperationException">There are 65,536 outputs already.</exception>
    int AppendOutput(float bias);

    /// <summary>Gives an output of a member other weights and another bias; its moments stay.</summary>
    /// <param name="member">Number of the member.</param>
    /// <param name="output">Number of the output.</param>
    /// <param name="weights"><see cref="OutputFanIn"/> weights.</param>
    /// <param name="bias">The bias.</param>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member or output.</exception>
    void WriteOutput(int member, int output, ReadOnlySpan<float> weights, float bias);

    /// <summary>Reads an output's weights.</summary>
    /// <param name="member">Number of the member.</param>
    /// <param name="output">Number of the output.</param>
    /// <param name="weights">Receives <see cref="OutputFanIn"/> weights.</param>
    /// <returns>The bias.</returns>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member or output.</exception>
    float ReadOutput(int member, int output, Span<float> weights);

    /// <summary>Evaluates one row as <see cref="Forward"/> does, and keeps what <see cref="Descend"/> needs. Not for stacks with dropout.</summary>
    /// <param name="member">Number of the member.</param>
    /// <param name="x">A row of <see cref="Inputs"/> features.</param>
    /// <param name="logits">Receives its <see cref="Outputs"/> logits.</param>
    void Evaluate(int member, ReadOnlySpan<float> x, Span<float> logits);

    /// <summary>Makes one Adam step of a member down a loss that is given by its gradient. Not for stacks with dropout.</summary>
    /// <param name="member">Number of the member.</param>
    /// <param name="rows">Number of rows, in [1, 128].</param>
    /// <param name="x">Rows of <see cref="Inputs"/> features.</param>
    /// <param name="gradients">Rows of <see cref="Outputs"/> numbers: the gradient of the loss by the logits, finite.</param>
    /// <param name="evaluated">True if this is one row that <see cref="Evaluate"/> has just seen, nothing having been trained,
    /// reshaped or loaded since: then it is not evaluated again.</param>
    void Descend(int member, int rows, ReadOnlySpan<float> x, ReadOnlySpan<float> gradients, bool evaluated);

    /// <summary>Gives every member outputs up to a number, after the others, with weights, biases and moments 0.</summary>
    void GrowOutputs(int outputs);
}
