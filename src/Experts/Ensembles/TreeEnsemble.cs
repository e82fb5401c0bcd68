using StreamMoe.Experts.State;
using StreamMoe.Experts.Trees;
using StreamMoe.Streams;
using StreamMoe.Streams.Randomness;

namespace StreamMoe.Experts.Ensembles;

/// <summary>What all ensembles of trees share: one random source, members tested and trained in order, and the sum of their scaled votes.</summary>
/// <remarks>A member whose votes sum to 0 is left out; the others' are scaled to the sum 1, weighted, and added in member order.</remarks>
internal abstract class TreeEnsemble : IExpert
{
    private readonly string _mark;
    private readonly AttributePlan _plan;
    private readonly InstanceScratch _instance = new();
    private EnsembleMember[] _members = [];
    private int _classes;

    private protected TreeEnsemble(string mark, Schema schema, long seed)
    {
        _mark = mark;
        _plan = AttributePlan.Of(schema);
        _instance.Reserve(_plan, 1);
        Random = new JavaRandom(seed);
    }

    /// <inheritdoc/>
    /// <remarks>64 bytes and the members' sizes.</remarks>
    public long ByteSize
    {
        get
        {
            long bytes = 64;
            foreach (EnsembleMember member in _members) bytes += member.ByteSize;
            return bytes;
        }
    }

    private protected JavaRandom Random { get; }

    private protected void SetMembers(EnsembleMember[] members)
    {
        _members = members;
        GrowTo(1);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The vote buffer is shorter than 1 + the largest class learned.</exception>
    public void Predict(ReadOnlySpan<double> features, Span<double> votes)
    {
        CheckRoom(votes);
        foreach (EnsembleMember member in _members) member.Test(features);
        AddVotes(votes);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The label or a nominal value is negative or above 65,535; nothing was learned.</exception>
    public void Train(ReadOnlySpan<double> features, int label, double weight = 1)
    {
        if (!(weight > 0)) return;
        _instance.TakeToLearn(features, label, _plan); // refuses what a tree would refuse, before any tree has learned it
        GrowTo(label + 1);
        TestThenLearn(features, label, weight);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The vote buffer is shorter than 1 + the largest class learned.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The label or a nominal value is negative or above 65,535; nothing was learned.</exception>
    public void PredictThenTrain(ReadOnlySpan<double> features, int label, double weight, Span<double> votes)
    {
        if (!(weight > 0))
        {
            Predict(features, votes);
            return;
        }
        CheckRoom(votes);
        Train(features, label, weight);
        AddVotes(votes);
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Mark(_mark);
        writer.Write(_classes);
        writer.Write(Random.State);
        writer.Write(_members.Length);
        foreach (EnsembleMember member in _members) member.Save(writer);
        writer.Mark("end of " + _mark);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        reader.Mark(_mark);
        int classes = reader.ReadInt32(1, AttributePlan.LargestIndex + 1, "classes learned");
        Random.State = reader.ReadInt64();
        reader.ReadInt32(_members.Length, _members.Length, "number of members");
        foreach (EnsembleMember member in _members) member.Load(reader);
        reader.Mark("end of " + _mark);
        _classes = 0;
        GrowTo(classes);
    }

    /// <summary>Lets every member test an instance and learn it; each leaves the votes of its test.</summary>
    private protected abstract void TestThenLearn(ReadOnlySpan<double> features, int label, double weight);

    private void CheckRoom(ReadOnlySpan<double> votes)
    {
        if (votes.Length < _classes)
            throw new ArgumentException($"The vote buffer has length {votes.Length}; must be at least {_classes}, 1 + the largest class learned.", nameof(votes));
    }

    private void AddVotes(Span<double> votes)
    {
        votes.Clear();
        foreach (EnsembleMember member in _members) member.AddVotesTo(votes);
    }

    private void GrowTo(int classes)
    {
        if (classes <= _classes) return;
        _classes = classes;
        foreach (EnsembleMember member in _members) member.GrowTo(classes);
    }
}
