using StreamMoe.Experts.Neural;
using TorchSharp;

namespace StreamMoe.Experts.Torch;

// Outputs come and go seldom: the parameters make the way over the host then.
public sealed partial class TorchMlpStack
{
    /// <inheritdoc/>
    public int AppendOutput(ReadOnlySpan<float> weights, float bias)
    {
        if (!weights.IsEmpty) MlpChecks.Length(weights.Length, 1, OutputFanIn, nameof(weights));
        if (Outputs == MlpOptions.MaximumWidth) throw new InvalidOperationException($"A stack has at most {MlpOptions.MaximumWidth} outputs.");
        int output = Outputs;
        Reshape(output + 1, removed: output);
        for (int member = 0; member < Count; member++) WriteOutput(member, output, weights, bias);
        return output;
    }

    /// <inheritdoc/>
    public void RemoveOutput(int output)
    {
        MlpChecks.Output(output, Outputs);
        if (Outputs == 1) throw new InvalidOperationException("A stack must keep at least one output.");
        Reshape(Outputs - 1, removed: output);
    }

    /// <inheritdoc/>
    public void GrowOutputs(int outputs)
    {
        if (outputs > Outputs) Reshape(outputs, removed: Outputs);
    }

    /// <inheritdoc/>
    public void ReplaceOutput(int member, int output, ReadOnlySpan<float> weights, float bias)
    {
        WriteOutput(member, output, weights, bias);
        Write(_nets.First, member, output, new float[OutputFanIn], 0);
        Write(_nets.Second, member, output, new float[OutputFanIn], 0);
    }

    /// <inheritdoc/>
    public void WriteOutput(int member, int output, ReadOnlySpan<float> weights, float bias)
    {
        MlpChecks.Member(member, Count);
        MlpChecks.Output(output, Outputs);
        if (!weights.IsEmpty) MlpChecks.Length(weights.Length, 1, OutputFanIn, nameof(weights));
        Write(_nets.Weights, member, output, weights.IsEmpty ? new float[OutputFanIn] : weights, bias);
    }

    /// <inheritdoc/>
    public float ReadOutput(int member, int output, Span<float> weights)
    {
        MlpChecks.Member(member, Count);
        MlpChecks.Output(output, Outputs);
        if (!weights.IsEmpty) MlpChecks.Length(weights.Length, 1, OutputFanIn, nameof(weights));
        float[] all = _nets.Read(_nets.Weights, member);
        if (!weights.IsEmpty) all.AsSpan(RowOf(output), OutputFanIn).CopyTo(weights);
        return all[BiasOf(output)];
    }

    private int RowOf(int output) => ParameterCount - Outputs * (OutputFanIn + 1) + output * OutputFanIn;

    private int BiasOf(int output) => ParameterCount - Outputs + output;

    private void Write(torch.Tensor which, int member, int output, ReadOnlySpan<float> weights, float bias)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor row = which.narrow(0, member, 1);
        TorchBuffer.Write(row.narrow(1, RowOf(output), OutputFanIn), weights);
        TorchBuffer.Write(row.narrow(1, BiasOf(output), 1), [bias]);
    }

    private void Reshape(int outputs, int removed)
    {
        List<float[]> weights = [], first = [], second = [];
        for (int member = 0; member < Count; member++)
        {
            weights.Add(Reshaped(_nets.Read(_nets.Weights, member), outputs, removed));
            first.Add(Reshaped(_nets.Read(_nets.First, member), outputs, removed));
            second.Add(Reshaped(_nets.Read(_nets.Second, member), outputs, removed));
        }
        Take(new MlpShape(Options, outputs), weights, first, second);
    }

    // All outputs but the removed one, then new ones of zeros.
    private float[] Reshaped(float[] from, int outputs, int removed)
    {
        int fanIn = OutputFanIn, hidden = from.Length - Outputs * (fanIn + 1);
        float[] to = new float[hidden + outputs * (fanIn + 1)];
        from.AsSpan(0, hidden).CopyTo(to);
        for (int output = 0, kept = 0; output < Outputs; output++)
        {
            if (output == removed) continue;
            from.AsSpan(hidden + output * fanIn, fanIn).CopyTo(to.AsSpan(hidden + kept * fanIn));
            to[hidden + outputs * fanIn + kept++] = from[hidden + Outputs * fanIn + output];
        }
        return to;
    }
}
