using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Neural;

public sealed unsafe partial class MlpStack
{
    /// <summary>Adds a fresh member behind the others.</summary>
    /// <param name="seed">Seed of its weights and dropout masks.</param>
    /// <returns>Its number.</returns>
    public int AddMember(ulong seed)
    {
        MlpMember member = new(_shape);
        member.Initialise(Options.Initialisation, seed);
        _members.Add(member);
        return Count - 1;
    }

    /// <summary>Adds a copy of a member behind the others: parameters, moments, counts and dropout seed.</summary>
    /// <returns>Its number.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member.</exception>
    public int AddCopy(int source)
    {
        MlpMember member = new(_shape);
        member.CopyFrom(Member(source));
        _members.Add(member);
        return Count - 1;
    }

    /// <summary>Removes a member; those behind it move up by one number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member.</exception>
    public void RemoveMember(int member)
    {
        Member(member);
        _members.RemoveAt(member);
    }

    /// <summary>Makes one member equal to another: parameters, moments, counts and dropout seed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member.</exception>
    public void CopyMember(int source, int target) => Member(target).CopyFrom(Member(source));

    /// <summary>Replaces a member by a fresh one, as <see cref="AddMember"/> makes it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member.</exception>
    public void ResetMember(int member, ulong seed)
    {
        Member(member);
        MlpMember fresh = new(_shape);
        fresh.Initialise(Options.Initialisation, seed);
        _members[member] = fresh;
    }

    /// <summary>Moves a member's weights and biases towards another's: target += rate·(source − target). Moments and counts stay.</summary>
    /// <remarks>Called after each step with a copy as the target, the copy's parameters are an exponentially weighted average of
    /// the source's (Polyak and Juditsky 1992, with a constant rate).</remarks>
    /// <param name="target">Number of the member that changes.</param>
    /// <param name="source">Number of the member that it follows.</param>
    /// <param name="rate">In [0, 1]; 1 = becomes the source but for rounding.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member, or the rate is out of range.</exception>
    public void UpdateAverage(int target, int source, double rate)
    {
        if (!(rate is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(rate), $"rate was {rate}; must be in [0, 1].");
        _kernels.Approach(Member(target).Weights.Pointer, Member(source).Weights.Pointer, _shape.Size, (float)rate);
    }

    /// <summary>Number of Adam steps that a member has made.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member.</exception>
    public long StepsOf(int member) => Member(member).Steps;

    /// <summary>Copies a member's parameters out: layer by layer, the weights (a row of inputs a unit), then the biases, as PyTorch lists those of its linear layers.</summary>
    /// <param name="member">Number of the member.</param>
    /// <param name="parameters">Receives <see cref="ParameterCount"/> numbers.</param>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member.</exception>
    public void ReadParameters(int member, Span<float> parameters)
    {
        CheckLength(parameters.Length, 1, ParameterCount, nameof(parameters));
        MlpMember net = Member(member);
        net.CopyParameters(net.Weights, parameters, toBuffer: false);
    }

    /// <summary>Replaces a member's parameters, in the order of <see cref="ReadParameters"/>; moments and counts stay.</summary>
    /// <param name="member">Number of the member.</param>
    /// <param name="parameters"><see cref="ParameterCount"/> numbers.</param>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member.</exception>
    public void WriteParameters(int member, ReadOnlySpan<float> parameters)
    {
        CheckLength(parameters.Length, 1, ParameterCount, nameof(parameters));
        MlpMember net = Member(member);
        net.CopyParameters(net.Weights, parameters.ToArray(), toBuffer: true);
    }

    /// <summary>Writes the whole state: number of outputs, and of every member parameters, moments and counts. The options are not part of it.</summary>
    public void Save(StateWriter writer)
    {
        writer.Mark("mlp-stack");
        writer.Write(Outputs);
        writer.Write(Count);
        foreach (MlpMember member in _members) member.Save(writer);
    }

    /// <summary>Replaces the whole state by one that <see cref="Save"/> of a stack with the same options wrote; on an error nothing changes.</summary>
    /// <exception cref="StateFormatException">The bytes are not such a state.</exception>
    public void Load(StateReader reader)
    {
        reader.Mark("mlp-stack");
        MlpShape shape = new(Options, reader.ReadInt32(1, MlpOptions.MaximumWidth, "a stack's number of outputs"));
        int count = reader.ReadInt32(0, int.MaxValue, "a stack's number of nets");
        List<MlpMember> members = [];
        for (int i = 0; i < count; i++)
        {
            MlpMember member = new(shape);
            member.Load(reader);
            members.Add(member);
        }
        Adopt(shape, members);
    }

    internal void ReadFirstMoments(int member, Span<float> moments) => Member(member).CopyParameters(Member(member).FirstMoments, moments, toBuffer: false);

    internal void ReadSecondMoments(int member, Span<float> moments) => Member(member).CopyParameters(Member(member).SecondMoments, moments, toBuffer: false);

    /// <summary>Everything that a member's parameters and moments are kept in, with the padding.</summary>
    internal ReadOnlySpan<float> BufferOf(int member, int which) =>
        (which == 0 ? Member(member).Weights : which == 1 ? Member(member).FirstMoments : Member(member).SecondMoments).Span;

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
