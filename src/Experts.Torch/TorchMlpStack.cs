using StreamMoe.Experts.Neural;
using TorchSharp;

namespace StreamMoe.Experts.Torch;

/// <summary>MLPs on TorchSharp: all members' parameters in one tensor, on the processor or on a CUDA device.</summary>
/// <remarks>
/// Agrees with <see cref="MlpStack"/> within rounding: fresh weights and dropout masks are the same to the bit, logits within 1e-5, and a state
/// saved by either is read by the other. The same calls give the same bits again on the processor, but a row's logits depend in their last bits on
/// the batch that it is in. A batch goes to the device in one transfer, and what comes back in another.
/// <para>Cost: about 15 launches a hidden layer and step, whatever the width; memory 16 bytes a parameter and member. Tensors that a stack no longer
/// needs are freed at once, its last ones when it is disposed of or collected. One thread at a time; several stacks on one device may be used by as many threads.</para>
/// </remarks>
internal sealed partial class TorchMlpStack : IMlpStack, IDisposable
{
    private readonly torch.Device _device;
    private readonly TorchBuffer _buffer;
    private readonly TorchAdam _adam;
    private readonly List<MlpCounts> _counts = [];
    private torch.Tensor? _rate;
    private double _rateValue = double.NaN;
    private MlpShape _shape;
    private TorchNets _nets;

    /// <summary>Makes a stack without members; libtorch is loaded already.</summary>
    internal TorchMlpStack(MlpOptions options, torch.Device device)
    {
        options.Validate();
        Options = options with { Hidden = [.. options.Hidden] };
        _device = device;
        _shape = new MlpShape(Options, Options.Outputs);
        _buffer = new TorchBuffer(device);
        _adam = new TorchAdam(Options, device);
        _nets = new TorchNets(_shape, 0, device);
    }

    /// <inheritdoc/>
    public MlpOptions Options { get; }

    /// <inheritdoc/>
    public int Count => _counts.Count;

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

    /// <inheritdoc/>
    public void Forward(int member, int rows, ReadOnlySpan<float> x, Span<float> logits, long? dropoutRow = null)
    {
        MlpChecks.Member(member, Count);
        MlpChecks.Length(logits.Length, rows, Outputs, nameof(logits));
        MlpChecks.Length(x.Length, rows, Inputs, nameof(x));
        if (rows == 0) return;
        DropoutMask dropout = dropoutRow is { } row ? DropoutMask.ForPrediction(Options, _counts[member].DropoutSeed, row) : DropoutMask.None;
        using DisposeScope scope = torch.NewDisposeScope();
        TorchBuffer.Read(Pass(member, rows, x, [], dropout).Logits, logits);
    }

    /// <inheritdoc/>
    public void Evaluate(int member, ReadOnlySpan<float> x, Span<float> logits) => Forward(member, 1, x, logits);

    /// <summary>Frees the stack's memory at once; it is of no use then.</summary>
    public void Dispose()
    {
        _nets.Dispose();
        _rate?.Dispose();
    }

    // One transfer: the inputs, what else the step needs (the caller finds it after them), and the dropout masks.
    private TorchPass Pass(int member, int rows, ReadOnlySpan<float> x, ReadOnlySpan<float> more, DropoutMask dropout)
    {
        int layers = dropout.Probability == 0 ? 0 : Math.Min(dropout.Layers, _shape.Hidden), at = x.Length + more.Length, length = at;
        for (int layer = 0; layer < layers; layer++) length += rows * _shape.FanOut(layer);
        _buffer.Begin(length);
        x.CopyTo(_buffer.Next(x.Length));
        more.CopyTo(_buffer.Next(more.Length));
        for (int layer = 0; layer < layers; layer++) dropout.Fill(_buffer.Next(rows * _shape.FanOut(layer)), rows, _shape.FanOut(layer), layer);
        _buffer.Send();
        torch.Tensor?[] masks = new torch.Tensor?[layers];
        for (int layer = 0; layer < layers; layer++)
        {
            masks[layer] = _buffer.Part(at, rows * _shape.FanOut(layer)).view(rows, _shape.FanOut(layer));
            at += rows * _shape.FanOut(layer);
        }
        return new TorchPass(_nets.Range(member), _buffer.Part(0, x.Length).view(rows, Inputs), masks);
    }
}
