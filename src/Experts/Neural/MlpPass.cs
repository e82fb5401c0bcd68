using StreamMoe.Experts.Vectors;

namespace StreamMoe.Experts.Neural;

/// <summary>What one run of rows leaves on its way through a net and back: activations, and the gradients of the loss by them.</summary>
internal sealed unsafe class MlpPass
{
    private readonly AlignedBuffer[] _deltas;

    /// <summary>Makes room for a run of at most <see cref="MlpWorkspace.Rows"/> rows.</summary>
    public MlpPass(MlpShape shape)
    {
        Workspace = new MlpWorkspace(shape);
        _deltas = new AlignedBuffer[shape.Hidden + 1];
        for (int layer = 0; layer <= shape.Hidden; layer++) _deltas[layer] = new AlignedBuffer(MlpWorkspace.Rows, shape.FanOut(layer));
    }

    /// <value>The activations.</value>
    public MlpWorkspace Workspace { get; }

    /// <summary>Gradient of the loss by what a layer gives, panelled.</summary>
    public float* Delta(int layer) => _deltas[layer].Pointer;

    /// <summary>Gradient of the loss by the logits, panelled; its padding must be 0.</summary>
    public float* LogitDeltas => _deltas[^1].Pointer;
}
