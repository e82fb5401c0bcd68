using StreamMoe.Experts.Neural;
using StreamMoe.Experts.State;
using TorchSharp;

namespace StreamMoe.Experts.Torch;

public sealed partial class TorchMlpStack
{
    /// <inheritdoc/>
    public int AddMember(ulong seed)
    {
        Replace(_nets.With(Count + 1, i => i < Count ? i : -1));
        _counts.Add(Draw(Count, seed));
        return Count - 1;
    }

    /// <inheritdoc/>
    public int AddCopy(int source)
    {
        MlpChecks.Member(source, Count);
        Replace(_nets.With(Count + 1, i => i < Count ? i : source));
        _counts.Add(_counts[source].Copy());
        return Count - 1;
    }

    /// <inheritdoc/>
    public void RemoveMember(int member)
    {
        MlpChecks.Member(member, Count);
        Replace(_nets.With(Count - 1, i => i < member ? i : i + 1));
        _counts.RemoveAt(member);
    }

    /// <inheritdoc/>
    public void CopyMember(int source, int target)
    {
        MlpChecks.Member(source, Count);
        MlpChecks.Member(target, Count);
        TorchRange from = _nets.Range(source, 1), to = _nets.Range(target, 1);
        using DisposeScope scope = torch.NewDisposeScope();
        to.Weights.copy_(from.Weights);
        to.FirstMoments.copy_(from.FirstMoments);
        to.SecondMoments.copy_(from.SecondMoments);
        _counts[target] = _counts[source].Copy();
    }

    /// <inheritdoc/>
    public void ResetMember(int member, ulong seed)
    {
        MlpChecks.Member(member, Count);
        float[] zeros = new float[ParameterCount];
        TorchNets.Write(_nets.First, member, zeros);
        TorchNets.Write(_nets.Second, member, zeros);
        _counts[member] = Draw(member, seed);
    }

    /// <inheritdoc/>
    public long StepsOf(int member)
    {
        MlpChecks.Member(member, Count);
        return _counts[member].Steps;
    }

    /// <inheritdoc/>
    public void ReadParameters(int member, Span<float> parameters) => Read(_nets.Weights, member, parameters, nameof(parameters));

    /// <inheritdoc/>
    public void ReadFirstMoments(int member, Span<float> moments) => Read(_nets.First, member, moments, nameof(moments));

    /// <inheritdoc/>
    public void ReadSecondMoments(int member, Span<float> moments) => Read(_nets.Second, member, moments, nameof(moments));

    /// <inheritdoc/>
    public void WriteParameters(int member, ReadOnlySpan<float> parameters)
    {
        MlpChecks.Length(parameters.Length, 1, ParameterCount, nameof(parameters));
        MlpChecks.Member(member, Count);
        TorchNets.Write(_nets.Weights, member, parameters);
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        MlpState.SaveHead(writer, Outputs, Count);
        for (int member = 0; member < Count; member++)
            MlpState.SaveMember(writer, _counts[member], _nets.Read(_nets.Weights, member), _nets.Read(_nets.First, member), _nets.Read(_nets.Second, member));
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        (int outputs, int count) = MlpState.LoadHead(reader);
        MlpShape shape = new(Options, outputs);
        List<MlpCounts> counts = [];
        List<float[]> weights = [], first = [], second = [];
        for (int member = 0; member < count; member++)
        {
            float[] w = new float[shape.ParameterCount], m = new float[w.Length], v = new float[w.Length];
            counts.Add(MlpState.LoadMember(reader, w, m, v));
            weights.Add(w);
            first.Add(m);
            second.Add(v);
        }
        Take(shape, weights, first, second);
        _counts.Clear();
        _counts.AddRange(counts);
    }

    // Fresh weights are drawn as the managed stack draws them.
    private MlpCounts Draw(int member, ulong seed)
    {
        MlpMember fresh = new(_shape);
        fresh.Initialise(Options.Initialisation, seed);
        TorchNets.Write(_nets.Weights, member, fresh.Values(fresh.Weights));
        return fresh.Counts;
    }

    private void Read(torch.Tensor which, int member, Span<float> values, string what)
    {
        MlpChecks.Length(values.Length, 1, ParameterCount, what);
        MlpChecks.Member(member, Count);
        _nets.Read(which, member).CopyTo(values);
    }

    private void Take(MlpShape shape, List<float[]> weights, List<float[]> first, List<float[]> second)
    {
        TorchNets nets = new(shape, weights.Count, _device);
        for (int member = 0; member < weights.Count; member++)
        {
            TorchNets.Write(nets.Weights, member, weights[member]);
            TorchNets.Write(nets.First, member, first[member]);
            TorchNets.Write(nets.Second, member, second[member]);
        }
        _shape = shape;
        Replace(nets);
    }

    private void Replace(TorchNets nets)
    {
        _nets.Dispose();
        _nets = nets;
    }
}
