using StreamMoe.Experts.Neural;
using TorchSharp;

namespace StreamMoe.Experts.Torch;

/// <summary>Parameters, Adam's moments and gradients of all members: four matrices with a row a member, in the order of
/// <see cref="IMlpStack.ReadParameters"/>, and the layers as views of them.</summary>
internal sealed class TorchNets : IDisposable
{
    private readonly torch.Device _device;
    private readonly Dictionary<int, TorchRange> _ranges = [];

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

    /// <summary>One member.</summary>
    public TorchRange Range(int member)
    {
        if (!_ranges.TryGetValue(member, out TorchRange? range)) _ranges.Add(member, range = new TorchRange(this, member));
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

    /// <summary>The same members and one more after them: a copy of one of them, or zeros.</summary>
    public TorchNets WithOneMore(int? source)
    {
        TorchNets nets = new(Shape, Members + 1, _device);
        using DisposeScope scope = torch.NewDisposeScope();
        foreach ((torch.Tensor from, torch.Tensor to) in ((torch.Tensor, torch.Tensor)[])[(Weights, nets.Weights), (First, nets.First), (Second, nets.Second)])
        {
            if (Members > 0) to.narrow(0, 0, Members).copy_(from);
            if (source is { } copied) to.narrow(0, Members, 1).copy_(from.narrow(0, copied, 1));
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
