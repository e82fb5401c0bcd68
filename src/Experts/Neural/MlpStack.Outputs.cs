using StreamMoe.Experts.Vectors;

namespace StreamMoe.Experts.Neural;

internal sealed unsafe partial class MlpStack
{
    /// <inheritdoc/>
    public int AppendOutput(float bias)
    {
        if (Outputs == MlpOptions.MaximumWidth) throw new InvalidOperationException($"A stack has at most {MlpOptions.MaximumWidth} outputs.");
        int output = Outputs;
        GrowOutputs(output + 1);
        foreach (MlpMember member in _members) member.Weights.Span[_shape.BiasOffset(_shape.Hidden) + output] = bias;
        return output;
    }

    /// <inheritdoc/>
    public void GrowOutputs(int outputs)
    {
        if (outputs <= Outputs) return;
        MlpShape shape = new(Options, outputs);
        List<MlpMember> members = [];
        foreach (MlpMember old in _members)
        {
            MlpMember member = new(shape);
            member.CopyCountsFrom(old);
            CopyOutputs(old.Weights, member.Weights, shape);
            CopyOutputs(old.FirstMoments, member.FirstMoments, shape);
            CopyOutputs(old.SecondMoments, member.SecondMoments, shape);
            members.Add(member);
        }
        Adopt(shape, members);
    }

    /// <inheritdoc/>
    public void WriteOutput(int member, int output, ReadOnlySpan<float> weights, float bias)
    {
        Span<float> own = Member(member).Weights.Span;
        MlpChecks.Output(output, Outputs);
        MlpChecks.Length(weights.Length, 1, OutputFanIn, nameof(weights));
        for (int input = 0; input < weights.Length; input++) own[_shape.WeightIndex(_shape.Hidden, output, input)] = weights[input];
        own[_shape.BiasOffset(_shape.Hidden) + output] = bias;
    }

    /// <inheritdoc/>
    public float ReadOutput(int member, int output, Span<float> weights)
    {
        ReadOnlySpan<float> own = Member(member).Weights.Span;
        MlpChecks.Output(output, Outputs);
        MlpChecks.Length(weights.Length, 1, OutputFanIn, nameof(weights));
        for (int input = 0; input < weights.Length; input++) weights[input] = own[_shape.WeightIndex(_shape.Hidden, output, input)];
        return own[_shape.BiasOffset(_shape.Hidden) + output];
    }

    private void CopyOutputs(AlignedBuffer from, AlignedBuffer to, MlpShape shape)
    {
        Span<float> source = from.Span, target = to.Span;
        int last = shape.Hidden, hidden = shape.WeightOffset(last);
        source[..hidden].CopyTo(target);
        for (int output = 0; output < _shape.Outputs; output++)
        {
            for (int input = 0; input < OutputFanIn; input++)
                target[shape.WeightIndex(last, output, input)] = source[_shape.WeightIndex(last, output, input)];
            target[shape.BiasOffset(last) + output] = source[_shape.BiasOffset(last) + output];
        }
    }
}
