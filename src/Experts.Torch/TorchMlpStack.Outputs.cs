using StreamMoe.Experts.Neural;
using TorchSharp;

namespace StreamMoe.Experts.Torch;

// Outputs come seldom: the parameters make the way over the host then.
internal sealed partial class TorchMlpStack
{
    /// <inheritdoc/>
    public int AppendOutput(float bias)
    {
        if (Outputs == MlpOptions.MaximumWidth) throw new InvalidOperationException($"A stack has at most {MlpOptions.MaximumWidth} outputs.");
        int output = Outputs;
        GrowOutputs(output + 1);
        float[] weights = new float[OutputFanIn];
        for (int member = 0; member < Count; member++) WriteOutput(member, output, weights, bias);
        return output;
    }

    /// <inheritdoc/>
    public void GrowOutputs(int outputs)
    {
        if (outputs <= Outputs) return;
        List<float[]> weights = [], first = [], second = [];
        for (int member = 0; member < Count; member++)
        {
            weights.Add(Grown(_nets.Read(_nets.Weights, member), outputs));
            first.Add(Grown(_nets.Read(_nets.First, member), outputs));
            second.Add(Grown(_nets.Read(_nets.Second, member), outputs));
        }
        Take(new MlpShape(Options, outputs), weights, first, second);
    }

    /// <inheritdoc/>
    public void WriteOutput(int member, int output, ReadOnlySpan<float> weights, float bias)
    {
        MlpChecks.Member(member, Count);
        MlpChecks.Output(output, Outputs);
        MlpChecks.Length(weights.Length, 1, OutputFanIn, nameof(weights));
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor row = _nets.Weights.narrow(0, member, 1);
        TorchBuffer.Write(row.narrow(1, RowOf(output), OutputFanIn), weights);
        TorchBuffer.Write(row.narrow(1, BiasOf(output), 1), [bias]);
    }

    /// <inheritdoc/>
    public float ReadOutput(int member, int output, Span<float> weights)
    {
        MlpChecks.Member(member, Count);
        MlpChecks.Output(output, Outputs);
        MlpChecks.Length(weights.Length, 1, OutputFanIn, nameof(weights));
        float[] all = _nets.Read(_nets.Weights, member);
        all.AsSpan(RowOf(output), OutputFanIn).CopyTo(weights);
        return all[BiasOf(output)];
    }

    private int RowOf(int output) => ParameterCount - Outputs * (OutputFanIn + 1) + output * OutputFanIn;

    private int BiasOf(int output) => ParameterCount - Outputs + output;

    // All outputs, then new ones of zeros.
    private float[] Grown(float[] from, int outputs)
    {
        int fanIn = OutputFanIn, hidden = from.Length - Outputs * (fanIn + 1);
        float[] to = new float[hidden + outputs * (fanIn + 1)];
        from.AsSpan(0, hidden + Outputs * fanIn).CopyTo(to);
        from.AsSpan(hidden + Outputs * fanIn).CopyTo(to.AsSpan(hidden + outputs * fanIn));
        return to;
    }
}
