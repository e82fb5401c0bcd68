using StreamMoe.Experts.Neural;
using TorchSharp;

namespace StreamMoe.Experts.Torch;

/// <summary>Parameters, Adam's moments and gradients of all members: four matrices with a row a member, in the order of
/// <see cref="IMlpStack.ReadParameters"/>, and the layers as views of them.</summary>
internal sealed class TorchNets : IDisposable
{
    private readonly torch.Device _device;
    private readonly Dictionary<(int First, int Count), TorchRange> _ranges = [];

    public TorchNets(MlpShape shape, int members, torch.Device device)
    {
        (Shape, Members, _device) = (shape, members, device);
        (Weights, First, Second, Gradients) = (Zeros(), Zeros(), Zeros(), Zeros());
    }

    public MlpShape Shape { get; }

    public int Members { get; }

    public torch.Tensor Weights { get; }

    public torch.Tensor First { get; }

    public torch.Tensor Second { get; }

    public torch.Tensor Gradients { get; }

    /// <summary>Members side by side: a single one, or all.</summary>
    public TorchRange Range(int first, int count)
    {
        if (!_ranges.TryGetValue((first, count), out TorchRange? range))
            _ranges.Add((first, count), range = new TorchRange(this, first, count));
        return range;
    }

    /// <summary>What the parameters or moments of a member are.</summary>
    public float[] Read(torch.Tensor which, int member)
    {
        float[] values = new float[Shape.ParameterCount];
        using torch.Tensor row = which.narrow(0, member, 1);
        TorchBuffer.Read(row, values);
        return values;
    }

    /// <summary>Replaces the parameters or moments of a member.</summary>
    public static void Write(torch.Tensor which, int member, ReadOnlySpan<float> values)
    {
        using torch.Tensor row = which.narrow(0, member, 1);
        TorchBuffer.Write(row, values);
    }

    /// <summary>The same shape with other members, each a copy of an old one, or zeros where its source is −1.</summary>
    public TorchNets With(int members, Func<int, int> sourceOf)
    {
        TorchNets nets = new(Shape, members, _device);
        using DisposeScope scope = torch.NewDisposeScope();
        for (int member = 0; member < members; member++)
        {
            if (sourceOf(member) is >= 0 and int source)
            {
                nets.Weights.narrow(0, member, 1).copy_(Weights.narrow(0, source, 1));
                nets.First.narrow(0, member, 1).copy_(First.narrow(0, source, 1));
                nets.Second.narrow(0, member, 1).copy_(Second.narrow(0, source, 1));
            }
        }
        return nets;
    }

    public void Dispose()
    {
        foreach (TorchRange range in _ranges.Values) range.Dispose();
        _ranges.Clear();
        Weights.Dispose();
        First.Dispose();
        Second.Dispose();
        Gradients.Dispose();
    }

    private torch.Tensor Zeros() => torch.zeros(Members, Shape.ParameterCount, dtype: torch.ScalarType.Float32, device: _device).DetachFromDisposeScope();
}
