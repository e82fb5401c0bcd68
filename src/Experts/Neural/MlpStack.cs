using StreamMoe.Experts.Neural.Kernels;
using StreamMoe.Experts.Vectors;

namespace StreamMoe.Experts.Neural;

/// <summary>The managed stack, and the default: SIMD kernels on preallocated memory, no native library.</summary>
/// <remarks>
/// The state is a pure function of options, seeds and calls, to the bit, on every processor: sums run in one fixed order and
/// every multiply-add is fused, whatever the vector width. A row gives the same logits alone as in any batch.
/// Gradients sum over the rows in their order.
/// <para>Evaluating and training allocate nothing after their first call. One thread at a time, but that any number of threads may
/// evaluate at once if each brings its own <see cref="MlpWorkspace"/> and none trains or changes members meanwhile.</para>
/// <para>Cost of a row forward: one multiply-add a weight. Memory: 12 bytes a parameter and member.</para>
/// </remarks>
internal sealed unsafe partial class MlpStack : IMlpStack
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

    /// <inheritdoc/>
    public MlpOptions Options { get; }

    /// <inheritdoc/>
    public int Count => _members.Count;

    /// <inheritdoc/>
    public int Inputs => _shape.Inputs;

    /// <inheritdoc/>
    public int Outputs => _shape.Outputs;

    /// <inheritdoc/>
    public int OutputFanIn => _shape.FanIn(_shape.Hidden);

    /// <inheritdoc/>
    public int ParameterCount => _shape.ParameterCount;

    /// <inheritdoc/>
    public long ByteSize => Count * (12L * ParameterCount + 40);

    /// <summary>Makes the scratch memory for one more thread that evaluates.</summary>
    public MlpWorkspace CreateWorkspace() => new(_shape);

    /// <summary>Makes the scratch memory for evaluating and training one member in pieces. It is of no use any more once members or outputs have changed.</summary>
    /// <param name="member">Number of the member; the stack has no dropout.</param>
    /// <param name="mostParts">Most parts of a batch, ≥ 1.</param>
    public MlpBatch CreateBatch(int member, int mostParts) => new(this, Member(member), _kernels, _shape, mostParts);

    /// <inheritdoc/>
    public void Forward(int member, int rows, ReadOnlySpan<float> x, Span<float> logits, long? dropoutRow = null)
        => Forward(member, rows, x, logits, dropoutRow, _workspace);

    /// <summary>Evaluates one member with another thread's scratch memory; changes nothing. Any number of threads may do so at once.</summary>
    /// <param name="member">Number of the member.</param>
    /// <param name="rows">Number of rows, ≥ 0.</param>
    /// <param name="x">Rows of <see cref="Inputs"/> features, one after the other.</param>
    /// <param name="logits">Receives rows of <see cref="Outputs"/> logits.</param>
    /// <param name="dropoutRow">As in the other overload.</param>
    /// <param name="workspace">Scratch memory of the thread.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member.</exception>
    public void Forward(int member, int rows, ReadOnlySpan<float> x, Span<float> logits, long? dropoutRow, MlpWorkspace workspace)
    {
        MlpMember net = Member(member);
        MlpChecks.Length(x.Length, rows, Inputs, nameof(x));
        MlpChecks.Length(logits.Length, rows, Outputs, nameof(logits));
        workspace.Fit(_shape);
        DropoutMask mask = dropoutRow is { } row ? DropoutMask.ForPrediction(Options, net.Counts.DropoutSeed, row) : DropoutMask.None;
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

    /// <summary>One of the nets.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member.</exception>
    internal MlpMember Member(int member)
    {
        MlpChecks.Member(member, _members.Count);
        return _members[member];
    }
}
