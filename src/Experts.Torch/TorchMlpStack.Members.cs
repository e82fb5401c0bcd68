using StreamMoe.Experts.Neural;
using StreamMoe.Experts.State;
using TorchSharp;

namespace StreamMoe.Experts.Torch;

internal sealed partial class TorchMlpStack
{
    /// <inheritdoc/>
    public int AddMember(ulong seed)
    {
        Replace(_nets.WithOneMore(source: null));
        _counts.Add(Draw(Count, seed));
        return Count - 1;
    }

    /// <inheritdoc/>
    public int AddCopy(int source)
    {
        MlpChecks.Member(source, Count);
        Replace(_nets.WithOneMore(source));
        _counts.Add(_counts[source].Copy());
        return Count - 1;
    }

    /// <inheritdoc/>
    public void ReadParameters(int member, Span<float> parameters)
    {
        MlpChecks.Length(parameters.Length, 1, ParameterCount, nameof(parameters));
        MlpChecks.Member(member, Count);
        _nets.Read(_nets.Weights, member).CopyTo(parameters);
    }

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
