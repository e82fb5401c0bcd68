using StreamMoe.Experts.Vectors;

namespace StreamMoe.Experts.Neural;

internal sealed unsafe partial class MlpStack
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
    public void ReplaceOutput(int member, int output, ReadOnlySpan<float> weights, float bias)
    {
        WriteOutput(member, output, weights, bias);
        MlpMember net = Member(member);
        WriteRow(net.FirstMoments.Span, output, [], 0);
        WriteRow(net.SecondMoments.Span, output, [], 0);
    }

    /// <inheritdoc/>
    public void WriteOutput(int member, int output, ReadOnlySpan<float> weights, float bias)
    {
        MlpMember net = Member(member);
        MlpChecks.Output(output, Outputs);
        if (!weights.IsEmpty) MlpChecks.Length(weights.Length, 1, OutputFanIn, nameof(weights));
        WriteRow(net.Weights.Span, output, weights, bias);
    }

    /// <inheritdoc/>
    public float ReadOutput(int member, int output, Span<float> weights)
    {
        MlpMember net = Member(member);
        MlpChecks.Output(output, Outputs);
        if (!weights.IsEmpty) MlpChecks.Length(weights.Length, 1, OutputFanIn, nameof(weights));
        ReadOnlySpan<float> own = net.Weights.Span;
        for (int input = 0; input < weights.Length; input++) weights[input] = own[_shape.WeightIndex(_shape.Hidden, output, input)];
        return own[_shape.BiasOffset(_shape.Hidden) + output];
    }

    private void WriteRow(Span<float> buffer, int output, ReadOnlySpan<float> weights, float bias)
    {
        for (int input = 0; input < OutputFanIn; input++)
            buffer[_shape.WeightIndex(_shape.Hidden, output, input)] = weights.IsEmpty ? 0 : weights[input];
        buffer[_shape.BiasOffset(_shape.Hidden) + output] = bias;
    }

    // Copies every member into a shape of another number of outputs, without the removed one.
    private void Reshape(int outputs, int removed)
    {
        MlpShape shape = new(Options, outputs);
        List<MlpMember> members = [];
        foreach (MlpMember old in _members)
        {
            MlpMember member = new(shape);
            member.CopyCountsFrom(old);
            CopyOutputs(old.Weights, member.Weights, shape, removed);
            CopyOutputs(old.FirstMoments, member.FirstMoments, shape, removed);
            CopyOutputs(old.SecondMoments, member.SecondMoments, shape, removed);
            members.Add(member);
        }
        Adopt(shape, members);
    }

    private void CopyOutputs(AlignedBuffer from, AlignedBuffer to, MlpShape shape, int removed)
    {
        Span<float> source = from.Span, target = to.Span;
        int last = shape.Hidden, hidden = shape.WeightOffset(last);
        source[..hidden].CopyTo(target);
        for (int output = 0, kept = 0; output < _shape.Outputs; output++)
        {
            if (output == removed) continue;
            for (int input = 0; input < OutputFanIn; input++)
                target[shape.WeightIndex(last, kept, input)] = source[_shape.WeightIndex(last, output, input)];
            target[shape.BiasOffset(last) + kept++] = source[_shape.BiasOffset(last) + output];
        }
    }
}
