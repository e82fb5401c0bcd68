namespace StreamMoe.Experts.Neural;

public sealed unsafe partial class MlpStack
{
    /// <summary>Adds an output to every member, behind the others; its moments start at 0. No other output's weights, bias or moments move by a bit.</summary>
    /// <param name="weights">Its <see cref="OutputFanIn"/> weights, or empty = all 0.</param>
    /// <param name="bias">Its bias.</param>
    /// <returns>Its number.</returns>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    /// <exception cref="InvalidOperationException">There are 65,536 outputs already.</exception>
    public int AppendOutput(ReadOnlySpan<float> weights, float bias)
    {
        if (!weights.IsEmpty) CheckLength(weights.Length, 1, OutputFanIn, nameof(weights));
        if (Outputs == MlpOptions.MaximumWidth) throw new InvalidOperationException($"A stack has at most {MlpOptions.MaximumWidth} outputs.");
        int output = Outputs;
        Reshape(output + 1, removed: output);
        for (int member = 0; member < Count; member++) WriteOutput(member, output, weights, bias);
        return output;
    }

    /// <summary>Removes an output from every member; those behind it move up by one number, and none changes by a bit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such output.</exception>
    /// <exception cref="InvalidOperationException">It is the last one.</exception>
    public void RemoveOutput(int output)
    {
        CheckOutput(output);
        if (Outputs == 1) throw new InvalidOperationException("A stack must keep at least one output.");
        Reshape(Outputs - 1, removed: output);
    }

    /// <summary>Gives an output of a member other weights and another bias, and sets its moments to 0. Nothing else changes by a bit.</summary>
    /// <param name="member">Number of the member.</param>
    /// <param name="output">Number of the output.</param>
    /// <param name="weights"><see cref="OutputFanIn"/> weights, or empty = all 0.</param>
    /// <param name="bias">The bias.</param>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member or output.</exception>
    public void ReplaceOutput(int member, int output, ReadOnlySpan<float> weights, float bias)
    {
        WriteOutput(member, output, weights, bias);
        MlpMember net = Member(member);
        WriteRow(net.FirstMoments.Span, output, [], 0);
        WriteRow(net.SecondMoments.Span, output, [], 0);
    }

    /// <summary>Gives an output of a member other weights and another bias; its moments stay.</summary>
    /// <param name="member">Number of the member.</param>
    /// <param name="output">Number of the output.</param>
    /// <param name="weights"><see cref="OutputFanIn"/> weights, or empty = all 0.</param>
    /// <param name="bias">The bias.</param>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member or output.</exception>
    public void WriteOutput(int member, int output, ReadOnlySpan<float> weights, float bias)
    {
        MlpMember net = Member(member);
        CheckOutput(output);
        if (!weights.IsEmpty) CheckLength(weights.Length, 1, OutputFanIn, nameof(weights));
        WriteRow(net.Weights.Span, output, weights, bias);
    }

    /// <summary>Reads an output's weights.</summary>
    /// <param name="member">Number of the member.</param>
    /// <param name="output">Number of the output.</param>
    /// <param name="weights">Receives <see cref="OutputFanIn"/> weights, or empty if only the bias is wanted.</param>
    /// <returns>The bias.</returns>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member or output.</exception>
    public float ReadOutput(int member, int output, Span<float> weights)
    {
        MlpMember net = Member(member);
        CheckOutput(output);
        if (!weights.IsEmpty) CheckLength(weights.Length, 1, OutputFanIn, nameof(weights));
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

    private void CheckOutput(int output)
    {
        if ((uint)output >= (uint)Outputs)
            throw new ArgumentOutOfRangeException(nameof(output), $"output was {output}; must be in [0, {Outputs}).");
    }
}
