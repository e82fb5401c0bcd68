using StreamMoe.Experts.Neural.Kernels;

namespace StreamMoe.Experts.Neural;

/// <summary>A batch of rows that one member of a stack is evaluated on and then trained on, in pieces that several threads may work on.</summary>
/// <remarks>
/// First every part of the rows goes forward, then back (<see cref="Forward"/>, <see cref="Back"/>), then every block of the parameters is learned
/// (<see cref="Learn"/>). Each sum runs within one piece, in the order of the rows, so the bits are those of
/// <see cref="MlpStack.TrainBinary"/>, whoever works on which piece. Rows that were evaluated to be predicted need not be evaluated again to be learned.
/// No dropout. Memory: 8 bytes a row and hidden unit.
/// </remarks>
public sealed unsafe class MlpBatch
{
    /// <summary>Rows of a part; the last may have fewer.</summary>
    public const int PartRows = MlpWorkspace.Rows;

    private readonly MlpStack _stack;
    private readonly MlpMember _member;
    private readonly MlpKernels _kernels;
    private readonly MlpTrainer _trainer;
    private readonly MlpPass[] _passes;
    private readonly MlpBlock[] _blocks;
    private readonly double[] _losses;
    private int _rows;

    internal MlpBatch(MlpStack stack, MlpMember member, MlpKernels kernels, MlpShape shape, int mostRows)
    {
        (_stack, _member, _kernels, MostRows) = (stack, member, kernels, mostRows);
        _trainer = new MlpTrainer(kernels, shape);
        _passes = new MlpPass[PartsOf(mostRows)];
        for (int part = 0; part < _passes.Length; part++) _passes[part] = new MlpPass(shape);
        _losses = new double[_passes.Length];
        _blocks = MlpBlock.Of(shape);
    }

    /// <value>Most rows of a batch, ≥ 1.</value>
    public int MostRows { get; }

    /// <value>Number of blocks of parameters.</value>
    public int Blocks => _blocks.Length;

    /// <summary>Parts of a batch of so many rows.</summary>
    public static int PartsOf(int rows) => (rows + PartRows - 1) / PartRows;

    /// <summary>Evaluates one part of the rows, and keeps what the way back needs. Different parts may be evaluated at once.</summary>
    /// <param name="part">Number of the part.</param>
    /// <param name="x">The part's rows of inputs, at most <see cref="PartRows"/>.</param>
    /// <param name="logits">Receives as many rows of logits, or is empty.</param>
    public void Forward(int part, ReadOnlySpan<float> x, Span<float> logits)
    {
        int rows = x.Length / _stack.Inputs;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, PartRows, nameof(x));
        MlpWorkspace workspace = _passes[part].Workspace;
        fixed (float* inputs = x) workspace.Forward(_kernels, _member, inputs, rows, DropoutMask.None);
        if (!logits.IsEmpty) workspace.CopyLogits(rows, logits);
    }

    /// <summary>Begins an Adam step on the rows that were evaluated last.</summary>
    /// <param name="rows">How many, in all parts together, in [1, <see cref="MostRows"/>].</param>
    public void Begin(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, MostRows);
        _rows = rows;
        _trainer.BeginStep(_member, _stack.Options, rows);
    }

    /// <summary>The way back of one part, by mean binary cross-entropy over all rows × outputs. Different parts may go back at once.</summary>
    /// <param name="part">Number of the part.</param>
    /// <param name="targets">The part's rows of targets, each in [0, 1].</param>
    public void Back(int part, ReadOnlySpan<float> targets)
    {
        int rows = targets.Length / _stack.Outputs;
        MlpPass pass = _passes[part];
        double pairs = (double)_rows * _stack.Outputs;
        _losses[part] = MlpLoss.Binary(_kernels, pass.Workspace.Logits, pass.LogitDeltas, rows, _stack.Outputs, targets, (float)(1 / pairs));
        _trainer.PassBack(pass, _member, rows);
    }

    /// <summary>Learns one block of parameters, after all parts have gone back. Different blocks may be learned at once.</summary>
    /// <param name="block">Number of the block, in [0, <see cref="Blocks"/>).</param>
    /// <param name="x">All rows of inputs.</param>
    public void Learn(int block, ReadOnlySpan<float> x)
    {
        fixed (float* inputs = x) _trainer.LearnBlock(_blocks[block], _member, _passes, inputs, _rows);
    }

    /// <summary>Ends the step, after all blocks.</summary>
    /// <returns>The mean loss before the step, in nats.</returns>
    public double End()
    {
        double loss = 0;
        for (int part = 0; part < PartsOf(_rows); part++) loss += _losses[part];
        _member.TrainedRows += _rows;
        return loss / ((double)_rows * _stack.Outputs);
    }
}
