using StreamMoe.Experts.Neural;
using TorchSharp;

namespace StreamMoe.Experts.Torch;

/// <summary>One member as views of <see cref="TorchNets"/>: what matrix products and Adam work on.</summary>
internal sealed class TorchRange : IDisposable
{
    private readonly List<torch.Tensor> _all = [];

    public TorchRange(TorchNets nets, int member)
    {
        MlpShape shape = nets.Shape;
        int layers = shape.Hidden + 1;
        Weights = Keep(nets.Weights.narrow(0, member, 1));
        FirstMoments = Keep(nets.First.narrow(0, member, 1));
        SecondMoments = Keep(nets.Second.narrow(0, member, 1));
        Gradients = Keep(nets.Gradients.narrow(0, member, 1));
        (Matrices, Transposed, Biases, MatrixGradients, BiasGradients) = (new torch.Tensor[layers], new torch.Tensor[layers], new torch.Tensor[layers], new torch.Tensor[layers], new torch.Tensor[layers]);
        for (int layer = 0, at = 0; layer < layers; layer++)
        {
            int units = shape.FanOut(layer), inputs = shape.FanIn(layer);
            Matrices[layer] = Keep(View(Weights, at, units, inputs));
            Transposed[layer] = Keep(Matrices[layer].transpose(0, 1));
            MatrixGradients[layer] = Keep(View(Gradients, at, units, inputs));
            at += units * inputs;
            Biases[layer] = Keep(View(Weights, at, 1, units));
            BiasGradients[layer] = Keep(View(Gradients, at, 1, units));
            at += units;
        }
    }

    /// <summary>1 × parameters.</summary>
    public torch.Tensor Weights { get; }

    public torch.Tensor FirstMoments { get; }

    public torch.Tensor SecondMoments { get; }

    public torch.Tensor Gradients { get; }

    /// <summary>Weights of each layer: units × inputs.</summary>
    public torch.Tensor[] Matrices { get; }

    /// <summary>The same, inputs × units.</summary>
    public torch.Tensor[] Transposed { get; }

    /// <summary>Biases of each layer: 1 × units.</summary>
    public torch.Tensor[] Biases { get; }

    public torch.Tensor[] MatrixGradients { get; }

    public torch.Tensor[] BiasGradients { get; }

    public void Dispose()
    {
        foreach (torch.Tensor tensor in _all) tensor.Dispose();
    }

    private static torch.Tensor View(torch.Tensor flat, int at, int rows, int columns)
    {
        using torch.Tensor part = flat.narrow(1, at, (long)rows * columns);
        return part.view(rows, columns);
    }

    private torch.Tensor Keep(torch.Tensor tensor)
    {
        _all.Add(tensor);
        return tensor.DetachFromDisposeScope();
    }
}
