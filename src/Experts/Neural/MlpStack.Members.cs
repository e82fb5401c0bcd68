using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Neural;

internal sealed unsafe partial class MlpStack
{
    /// <inheritdoc/>
    public int AddMember(ulong seed)
    {
        MlpMember member = new(_shape);
        member.Initialise(Options.Initialisation, seed);
        _members.Add(member);
        return Count - 1;
    }

    /// <inheritdoc/>
    public int AddCopy(int source)
    {
        MlpMember member = new(_shape);
        member.CopyFrom(Member(source));
        _members.Add(member);
        return Count - 1;
    }

    /// <inheritdoc/>
    public void UpdateAverage(int target, int source, double rate)
    {
        MlpChecks.Rate(rate);
        _kernels.Approach(Member(target).Weights.Pointer, Member(source).Weights.Pointer, _shape.Size, (float)rate);
    }

    /// <inheritdoc/>
    public void ReadParameters(int member, Span<float> parameters)
    {
        MlpChecks.Length(parameters.Length, 1, ParameterCount, nameof(parameters));
        MlpMember net = Member(member);
        net.CopyParameters(net.Weights, parameters, toBuffer: false);
    }

    /// <inheritdoc/>
    public void WriteParameters(int member, ReadOnlySpan<float> parameters)
    {
        MlpChecks.Length(parameters.Length, 1, ParameterCount, nameof(parameters));
        MlpMember net = Member(member);
        net.CopyParameters(net.Weights, parameters.ToArray(), toBuffer: true);
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        MlpState.SaveHead(writer, Outputs, Count);
        foreach (MlpMember member in _members) member.Save(writer);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        (int outputs, int count) = MlpState.LoadHead(reader);
        MlpShape shape = new(Options, outputs);
        List<MlpMember> members = [];
        for (int i = 0; i < count; i++)
        {
            MlpMember member = new(shape);
            member.Load(reader);
            members.Add(member);
        }
        Adopt(shape, members);
    }

    private void Adopt(MlpShape shape, List<MlpMember> members)
    {
        if (shape.Outputs != _shape.Outputs)
        {
            _shape = shape;
            _trainer = null;
        }
        _members.Clear();
        _members.AddRange(members);
    }
}
