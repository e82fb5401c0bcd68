using TorchSharp;

namespace StreamMoe.Experts.Torch;

/// <summary>A batch on its way through a member and back. Lives within one dispose scope.</summary>
internal readonly struct TorchPass
{
    // Made once: each is memory of its own outside the collector's sight.
    private static readonly Scalar s_smallestGradient = 1e-20f, s_zero = 0f;

    /// <summary>The factor of sums. TorchSharp's overloads without one make it anew at each call and do not hold on to it: the collector may
    /// free it while libtorch reads it.</summary>
    public static readonly Scalar One = 1;

    private readonly TorchRange _range;
    private readonly torch.Tensor[] _inputs;
    private readonly torch.Tensor?[] _masks;

    /// <summary>Goes forward.</summary>
    /// <param name="range">The member.</param>
    /// <param name="x">Rows × inputs.</param>
    /// <param name="masks">For each hidden layer what its activations are multiplied by, rows × units, or null; empty = no dropout.</param>
    public TorchPass(TorchRange range, torch.Tensor x, torch.Tensor?[] masks)
    {
        (_range, _masks) = (range, masks);
        int layers = range.Matrices.Length;
        _inputs = new torch.Tensor[layers];
        torch.Tensor h = x;
        for (int layer = 0; layer < layers; layer++)
        {
            _inputs[layer] = h;
            h = h.mm(range.Transposed[layer]);
            h.add_(range.Biases[layer], One);
            if (layer == layers - 1) break;
            h.relu_();
            if (Mask(layer) is { } mask) h.mul_(mask);
        }
        Logits = h;
    }

    /// <summary>Rows × outputs.</summary>
    public torch.Tensor Logits { get; }

    /// <summary>Goes back and leaves the gradients with the member.</summary>
    /// <param name="delta">Gradient of the loss by the logits, rows × outputs; is changed.</param>
    public void Back(torch.Tensor delta)
    {
        // Smaller ones would become denormals on the way.
        delta.mul_(delta.abs().ge(s_smallestGradient));
        for (int layer = _inputs.Length - 1; layer >= 0; layer--)
        {
            _range.MatrixGradients[layer].copy_(delta.transpose(0, 1).mm(_inputs[layer]));
            _range.BiasGradients[layer].copy_(delta.sum(0, keepdim: true));
            if (layer == 0) break;
            torch.Tensor below = delta.mm(_range.Matrices[layer]);
            // A unit that was dropped gave 0, as one whose ReLU was silent.
            below.mul_(_inputs[layer].gt(s_zero));
            if (Mask(layer - 1) is { } mask) below.mul_(mask);
            delta = below;
        }
    }

    private torch.Tensor? Mask(int layer) => layer < _masks.Length ? _masks[layer] : null;
}
