using StreamMoe.Experts.Numerics;
using StreamMoe.Streams;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Ensembles;

/// <summary>Leveraging bagging: trees that each learn an instance Poisson(λ) times, the worst of which is replaced when errors rise.</summary>
/// <remarks>
/// Each tree has an ADWIN window over its errors on the instances just learned. When some window was cut and its mean rose,
/// the tree with the largest mean is emptied and its window too: at most one an instance. Votes count alike.
/// With <see cref="LeveragingBaggingOptions.Lambda"/> 1 this is MOA's OzaBagAdwin, and without replacement OzaBag.
/// <para>Cost of an instance: two tests and a training of every tree. Memory: the trees', each with its own byte budget.</para>
/// Sources: Oza 2005 (online bagging); Bifet, Holmes, Pfahringer et al. 2009 (with ADWIN); Bifet, Holmes and Pfahringer 2010 (leveraging).
/// </remarks>
internal sealed class LeveragingBagging : TreeEnsemble
{
    private readonly BaggedMember[] _members;
    private readonly PoissonDraw _poisson;
    private readonly int[] _times;

    /// <summary>Makes an ensemble of empty trees.</summary>
    /// <param name="schema">The stream's attributes.</param>
    /// <param name="options">The options; null = the defaults.</param>
    /// <param name="seed">Seeds the draws; 1 gives MOA's.</param>
    /// <exception cref="OptionException">Some options are out of their range.</exception>
    public LeveragingBagging(Schema schema, LeveragingBaggingOptions? options = null, long seed = 1) : base("leveraging-bagging", schema, seed)
    {
        Options = (options ?? new LeveragingBaggingOptions()).Checked();
        _poisson = new PoissonDraw(Options.Lambda);
        _times = new int[Options.Learners];
        _members = new BaggedMember[Options.Learners];
        for (int i = 0; i < _members.Length; i++) _members[i] = new BaggedMember(schema, Options);
        SetMembers(_members);
    }

    /// <value>The options.</value>
    public LeveragingBaggingOptions Options { get; }

    private protected override void TestThenLearn(ReadOnlySpan<double> features, int label, double weight)
    {
        for (int i = 0; i < _times.Length; i++) _times[i] = _poisson.Next(Random);
        for (int i = 0; i < _members.Length; i++) _members[i].TestThenLearn(features, label, weight, _times[i]);
        ReplaceWorstAfterRise();
    }

    private void ReplaceWorstAfterRise()
    {
        bool rose = false;
        double largest = 0;
        BaggedMember? worst = null;
        foreach (BaggedMember member in _members)
        {
            rose |= member.ErrorRose;
            if (!(member.ErrorMean > largest)) continue;
            largest = member.ErrorMean;
            worst = member;
        }
        if (rose) worst?.Reset();
    }
}
