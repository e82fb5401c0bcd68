using StreamMoe.Experts.Numerics;
using StreamMoe.Streams;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Ensembles;

/// <summary>Adaptive random forest: bagged trees with random subspaces in their leaves, each watched, and replaced when it drifts.</summary>
/// <remarks>
/// A tree learns an instance Poisson(λ) times. Unless that is 0, its error on the instance just learned goes to two ADWIN
/// windows: a warning starts a background tree, which learns every further instance of the member once; a drift puts the
/// background tree in the tree's place, or empties the tree when there is none. A vote weighs the tree's accuracy in percent
/// since it was planted.
/// <para>Cost of an instance: two tests and a training of every tree, and a training of every background tree. All draws of
/// an instance are made before the members begin and depend on none of them, so members could run side by side.
/// Memory: two trees a member, each with its own byte budget.</para>
/// Source: Gomes, Bifet, Read et al. 2017, Adaptive random forests for evolving data stream classification.
/// </remarks>
internal sealed class AdaptiveRandomForest : TreeEnsemble
{
    private readonly ForestMember[] _members;
    private readonly PoissonDraw _poisson;
    private readonly int[] _times;

    /// <summary>Makes a forest of empty trees.</summary>
    /// <param name="schema">The stream's attributes.</param>
    /// <param name="options">The options; null = the defaults.</param>
    /// <param name="seed">Seeds the draws; 1 gives MOA's. The subspaces do not depend on it, as in MOA.</param>
    /// <exception cref="OptionException">Some options are out of their range.</exception>
    public AdaptiveRandomForest(Schema schema, AdaptiveRandomForestOptions? options = null, long seed = 1) : base("adaptive-random-forest", schema, seed)
    {
        Options = (options ?? new AdaptiveRandomForestOptions()).Checked();
        _poisson = new PoissonDraw(Options.Lambda);
        _times = new int[Options.Learners];
        _members = new ForestMember[Options.Learners];
        for (int i = 0; i < _members.Length; i++) _members[i] = new ForestMember(schema, Options);
        SetMembers(_members);
    }

    /// <value>The options.</value>
    public AdaptiveRandomForestOptions Options { get; }

    private protected override void TestThenLearn(ReadOnlySpan<double> features, int label, double weight)
    {
        for (int i = 0; i < _times.Length; i++) _times[i] = _poisson.Next(Random);
        for (int i = 0; i < _members.Length; i++) _members[i].TestThenLearn(features, label, weight, _times[i]);
    }
}
