using StreamMoe.Experts.Neural.Kernels;

namespace StreamMoe.Experts.Neural;

/// <summary>Multi-layer perceptrons ("members") of one shape, evaluated and trained beside each other: the router is a stack of one, MLP experts are members of stacks.</summary>
/// <remarks>
/// A member maps a row of inputs through hidden layers with ReLU to a row of logits, in float32. It is trained by Adam
/// (Kingma and Ba 2015, with bias correction, ε outside the root, as in PyTorch) on binary cross-entropy with logits
/// (<see cref="TrainBinary"/>) or soft-max cross-entropy (<see cref="TrainSoftmax(int, int, ReadOnlySpan{float}, ReadOnlySpan{int}, Span{float})"/>).
/// <para>The state is a pure function of options, seeds and calls, to the bit, on every processor: sums run in one fixed order and
/// every multiply-add is fused, whatever the vector width. A row gives the same logits alone as in any batch.
/// Gradients sum over the rows in their order.</para>
/// <para>Inputs must be finite (the caller replaces missing values); nothing checks it, and NaN spreads.
/// Evaluating and training allocate nothing after their first call. One thread at a time, but that any number of threads may
/// evaluate at once if each brings its own <see cref="MlpWorkspace"/> and none trains or changes members meanwhile.</para>
/// <para>Cost of a row forward: one multiply-add a weight. Memory: 12 bytes a parameter and member.</para>
/// </remarks>
public sealed unsafe partial class MlpStack
{
    private readonly MlpKernels _kernels;
    private readonly List<MlpMember> _members = [];
    private readonly MlpWorkspace _workspace;
    private MlpShape _shape;
    private MlpTrainer? _trainer;

    /// <summary>Makes a stack without members.</summary>
    /// <param name="options">Shape and training.</param>
    /// <exception cref="ArgumentException">Options are out of range; the text names all of them.</exception>
    public MlpStack(MlpOptions options) : this(options, KernelWidth.Widest) { }

    internal MlpStack(MlpOptions options, KernelWidth width)
    {
        options.Validate();
        Options = options with { Hidden = [.. options.Hidden] };
        _kernels = MlpKernels.Of(width);
        _shape = new MlpShape(Options, Options.Outputs);
        _workspace = new MlpWorkspace(_shape);
    }

    /// <value>The options that the stack was made with.</value>
    public MlpOptions Options { get; }

    /// <value>Number of members; they are numbered from 0.</value>
    public int Count => _members.Count;

    /// <value>Features a row.</value>
    public int Inputs => _shape.Inputs;

    /// <value>Logits a row: at first the option's, then what <see cref="AppendOutput"/> and <see cref="RemoveOutput"/> left.</value>
    public int Outputs => _shape.Outputs;

    /// <value>Weights of one output: the width of the last hidden layer, or of the inputs where there is none.</value>
    public int OutputFanIn => _shape.FanIn(_shape.Hidden);

    /// <value>Weights and biases of one member.</value>
    public int ParameterCount => _shape.ParameterCount;

    /// <value>Size of the state in bytes, from logical counts: parameters and two moments of 4 bytes, and 40 bytes of counts a member.</value>
    public long ByteSize => Count * (12L * ParameterCount + 40);

    /// <summary>Makes the scratch memory for one more thread that calls <see cref="Forward"/>.</summary>
    public MlpWorkspace CreateWorkspace() => new(_shape);

    /// <summary>Makes the scratch memory for evaluating and training one member in pieces. It is of no use any more once members or outputs have changed.</summary>
    /// <param name="member">Number of the member; the stack has no dropout.</param>
    /// <param name="mostParts">Most parts of a batch, ≥ 1.</param>
    public MlpBatch CreateBatch(int member, int mostParts) => new(this, Member(member), _kernels, _shape, mostParts);

    /// <summary>Evaluates one member; changes nothing.</summary>
    /// <param name="member">Number of the member.</param>
    /// <param name="rows">Number of rows, ≥ 0.</param>
    /// <param name="x">Rows of <see cref="Inputs"/> features, one after the other.</param>
    /// <param name="logits">Receives rows of <see cref="Outputs"/> logits.</param>
    /// <param name="dropoutRow">Without it (the default) no unit is dropped. With it, units are dropped as in training, row r by
    /// the mask of number dropoutRow + r, which is a pure function of that number and the member's seed.</param>
    /// <param name="workspace">Scratch memory; the stack's own by default.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member.</exception>
    public void Forward(int member, int rows, ReadOnlySpan<float> x, Span<float> logits, long? dropoutRow = null, MlpWorkspace? workspace = null)
    {
        MlpMember net = Member(member);
        CheckLength(x.Length, rows, Inputs, nameof(x));
        CheckLength(logits.Length, rows, Outputs, nameof(logits));
        workspace ??= _workspace;
        workspace.Fit(_shape);
        DropoutMask mask = dropoutRow is { } row ? DropoutMask.ForPrediction(Options, net.DropoutSeed, row) : DropoutMask.None;
        fixed (float* inputs = x)
        {
            for (int first = 0; first < rows; first += MlpWorkspace.Rows)
            {
                int run = Math.Min(MlpWorkspace.Rows, rows - first);
                workspace.Forward(_kernels, net, inputs + (long)first * Inputs, run, mask.Skip(first));
                workspace.CopyLogits(run, logits.Slice(first * Outputs, run * Outputs));
            }
        }
    }

    /// <summary>Evaluates all members on the same rows; changes nothing.</summary>
    /// <param name="rows">Number of rows, ≥ 0.</param>
    /// <param name="x">Rows of <see cref="Inputs"/> features.</param>
    /// <param name="logits">Receives members × rows × <see cref="Outputs"/> logits.</param>
    /// <param name="dropoutRow">As in <see cref="Forward"/>.</param>
    /// <param name="workspace">Scratch memory; the stack's own by default.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public void ForwardAll(int rows, ReadOnlySpan<float> x, Span<float> logits, long? dropoutRow = null, MlpWorkspace? workspace = null)
    {
        int one = rows * Outputs;
        CheckLength(logits.Length, Count, one, nameof(logits));
        for (int member = 0; member < Count; member++) Forward(member, rows, x, logits.Slice(member * one, one), dropoutRow, workspace);
    }

    private MlpMember Member(int member)
    {
        if ((uint)member >= (uint)_members.Count)
            throw new ArgumentOutOfRangeException(nameof(member), $"member was {member}; must be in [0, {_members.Count}).");
        return _members[member];
    }

    private static void CheckLength(int found, int rows, int columns, string what)
    {
        if (rows < 0) throw new ArgumentOutOfRangeException(nameof(rows), $"rows was {rows}; must not be negative.");
        if (found != (long)rows * columns)
            throw new ArgumentException($"{what} had {found} elements; must have {rows} × {columns} = {(long)rows * columns}.", what);
    }
}
