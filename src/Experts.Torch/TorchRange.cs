using StreamMoe.Experts.Neural;
using TorchSharp;

namespace StreamMoe.Experts.Torch;

/// <summary>Members side by side as views of <see cref="TorchNets"/>: what batched matrix products and Adam work on.</summary>
internal sealed class TorchRange : IDisposable
{
    private readonly List<torch.Tensor> _all = [];

    public TorchRange(TorchNets nets, int first, int count)
    {
        Count = count;
        MlpShape shape = nets.Shape;
        int layers = shape.Hidden + 1;
        Weights = Keep(nets.Weights.narrow(0, first, count));
        FirstMoments = Keep(nets.First.narrow(0, first, count));
        SecondMoments = Keep(nets.Second.narrow(0, first, count));
        Gradients = Keep(nets.Gradients.narrow(0, first, count));
        (Matrices, Transposed, Biases, MatrixGradients, BiasGradients) = (new torch.Tensor[layers], new torch.Tensor[layers], new torch.Tensor[layers], new torch.Tensor[layers], new torch.Tensor[layers]);
        for (int layer = 0, at = 0; layer < layers; layer++)
        {
            int units = shape.FanOut(layer), inputs = shape.FanIn(layer);
            Matrices[layer] = Keep(View(Weights, at, units, inputs));
            Transposed[layer] = Keep(Matrices[layer].transpose(1, 2));
            MatrixGradients[layer] = Keep(View(Gradients, at, units, inputs));
            at += units * inputs;
            Biases[layer] = Keep(View(Weights, at, 1, units));
            BiasGradients[layer] = Keep(View(Gradients, at, 1, units));
            at += units;
        }
    }

    public int Count { get; }

    /// <summary>Count × parameters.</summary>
    public torch.Tensor Weights { get; }

    public torch.Tensor FirstMoments { get; }

    public torch.Tensor SecondMoments { get; }

    public torch.Tensor Gradients { get; }

    /// <summary>Weights of each layer: count × units × inputs.</summary>
    public torch.Tensor[] Matrices { get; }

    /// <summary>The same, count × inputs × units.</summary>
    public torch.Tensor[] Transposed { get; }

    /// <summary>Biases of each layer: count × 1 × units.</summary>
    public torch.Tensor[] Biases { get; }

    public torch.Tensor[] MatrixGradients { get; }

    public torch.Tensor[] BiasGradients { get; }

    public void Dispose()
    {
        foreach (torch.Tensor tensor in _all) tensor.Dispose();
    }

    private torch.Tensor View(torch.Tensor flat, int at, int rows, int columns)
    {
        using torch.Tensor part = flat.narrow(1, at, (long)rows * columns);
        return part.view(Count, rows, columns);
    }

    private torch.Tensor Keep(torch.Tensor tensor)
    {
        _all.Add(tensor);
        return tensor.DetachFromDisposeScope();
    }
}
