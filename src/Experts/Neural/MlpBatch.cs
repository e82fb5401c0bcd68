using StreamMoe.Experts.Neural.Kernels;

namespace StreamMoe.Experts.Neural;

/// <summary>A batch of rows that one member of a stack is evaluated on and then trained on, in pieces that several threads may work on.</summary>
/// <remarks>
/// First every part of the rows goes forward, then back (<see cref="Forward"/>, <see cref="Back"/>), then every block of the parameters is learned
/// (<see cref="Learn"/>). Each sum runs within one piece, in the order of the rows, so the bits are those of
/// <see cref="MlpStack.TrainBinary"/>, whoever works on which piece. Rows that were evaluated to be predicted need not be evaluated again to be learned.
/// How the rows are cut into parts makes no difference. No dropout. Memory: 1,024 bytes a part and hidden unit.
/// </remarks>
internal sealed unsafe class MlpBatch
{
    /// <summary>Most rows of a part: 128.</summary>
    public const int PartRows = MlpWorkspace.Rows;

    private readonly MlpStack _stack;
    private readonly MlpMember _member;
    private readonly MlpKernels _kernels;
    private readonly MlpTrainer _trainer;
    private readonly MlpPass[] _passes;
    private readonly MlpBlock[] _blocks;
    private readonly double[] _losses;
    private readonly int[] _partRows;
    private int _parts, _rows;

    internal MlpBatch(MlpStack stack, MlpMember member, MlpKernels kernels, MlpShape shape, int mostParts)
    {
        (_stack, _member, _kernels) = (stack, member, kernels);
        _trainer = new MlpTrainer(kernels, shape);
        _passes = new MlpPass[mostParts];
        for (int part = 0; part < _passes.Length; part++) _passes[part] = new MlpPass(shape);
        (_losses, _partRows) = (new double[_passes.Length * PartRows], new int[_passes.Length]);
        _blocks = MlpBlock.Of(shape);
    }

    /// <value>Most parts of a batch, ≥ 1.</value>
    public int MostParts => _passes.Length;

    /// <value>Number of blocks of parameters.</value>
    public int Blocks => _blocks.Length;

    /// <summary>Fewest parts of a batch of so many rows.</summary>
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
        _partRows[part] = rows;
    }

    /// <summary>Begins an Adam step on the rows that were evaluated last.</summary>
    /// <param name="parts">How many parts they are in, in [1, <see cref="MostParts"/>].</param>
    public void Begin(int parts)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(parts);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(parts, MostParts);
        (_parts, _rows) = (parts, RowsOf(parts));
        _trainer.BeginStep(_member, _stack.Options, _rows);
    }

    /// <summary>Rows of the first parts together.</summary>
    public int RowsOf(int parts)
    {
        int rows = 0;
        foreach (int part in _partRows.AsSpan(0, parts)) rows += part;
        return rows;
    }

    /// <summary>Rows of one part.</summary>
    public int RowsIn(int part) => _partRows[part];

    /// <summary>The way back of one part, by mean binary cross-entropy over all rows × outputs. Different parts may go back at once.</summary>
    /// <param name="part">Number of the part.</param>
    /// <param name="targets">The part's rows of targets, each in [0, 1].</param>
    public void Back(int part, ReadOnlySpan<float> targets)
    {
        int rows = targets.Length / _stack.Outputs;
        MlpPass pass = _passes[part];
        double pairs = (double)_rows * _stack.Outputs;
        MlpLoss.Binary(_kernels, pass.Workspace.Logits, pass.LogitDeltas, rows, _stack.Outputs, targets, (float)(1 / pairs), _losses.AsSpan(part * PartRows, rows));
        _trainer.PassBack(pass, _member, rows);
    }

    /// <summary>Learns one block of parameters, after all parts have gone back. Different blocks may be learned at once.</summary>
    /// <param name="block">Number of the block, in [0, <see cref="Blocks"/>).</param>
    /// <param name="x">The rows of inputs of all parts.</param>
    public void Learn(int block, ReadOnlySpan<float> x)
    {
        fixed (float* inputs = x) _trainer.LearnBlock(_blocks[block], _member, _passes, _partRows.AsSpan(0, _parts), inputs);
    }

    /// <summary>Ends the step, after all blocks.</summary>
    /// <returns>The mean loss before the step, in nats.</returns>
    public double End()
    {
        // Row by row, so that the last bit does not depend on how the rows were cut into parts.
        double loss = 0;
        for (int part = 0; part < _parts; part++)
            foreach (double row in _losses.AsSpan(part * PartRows, _partRows[part])) loss += row;
        _member.Counts.TrainedRows += _rows;
        return loss / ((double)_rows * _stack.Outputs);
    }
}
