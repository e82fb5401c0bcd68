using StreamMoe.Experts.Numerics;
using StreamMoe.Streams;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Ensembles;

/// <summary>Streaming random patches: bagged trees that each see a random part of the attributes, each watched, and replaced when it drifts.</summary>
/// <remarks>
/// A tree learns an instance Poisson(λ) times. Unless that is 0, its error on the instance just learned goes to two ADWIN
/// windows: a warning starts a background tree on other attributes, which learns as the tree does; a drift puts the background
/// tree in the tree's place, or when there is none starts an empty one on other attributes. A promoted tree remains its own
/// background learner, and learns every instance twice, until the next warning: so it is in MOA. A vote weighs the tree's
/// accuracy in percent since it was planted.
/// <para>Cost of an instance: two tests and a training of every tree, and a training of every background tree. The draws of
/// attributes come from the same source as those of the instances, between them in member order, so members cannot run side by side
/// with the same bits. Memory: two trees a member, each with its own byte budget.</para>
/// Source: Gomes, Read and Bifet 2019, Streaming random patches for evolving data stream classification.
/// </remarks>
internal sealed class StreamingRandomPatches : TreeEnsemble
{
    private readonly PatchMember[] _members;
    private readonly PoissonDraw? _poisson;

    /// <summary>Makes an ensemble of empty trees and draws their attributes.</summary>
    /// <param name="schema">The stream's attributes.</param>
    /// <param name="options">The options; null = the defaults.</param>
    /// <param name="seed">Seeds the draws; 1 gives MOA's.</param>
    /// <exception cref="OptionException">Some options are out of their range.</exception>
    public StreamingRandomPatches(Schema schema, StreamingRandomPatchesOptions? options = null, long seed = 1) : base("streaming-random-patches", schema, seed)
    {
        Options = (options ?? new StreamingRandomPatchesOptions()).Checked();
        int size = Options.Training == PatchTraining.Resampling ? 0 : SubspaceSize.OfPatch(Options.SubspaceMode, Options.SubspaceSize, schema.AttributeCount);
        if (size == 0 || Options.Training != PatchTraining.RandomSubspaces) _poisson = new PoissonDraw(Options.Lambda);
        Patches patches = new(schema.AttributeCount, size, Random);
        _members = [.. patches.First(Options.Learners).Select(attributes => new PatchMember(schema, Options, patches, attributes))];
        SetMembers(_members);
    }

    /// <value>The options.</value>
    public StreamingRandomPatchesOptions Options { get; }

    private protected override void TestThenLearn(ReadOnlySpan<double> features, int label, double weight)
    {
        foreach (PatchMember member in _members) member.TestThenLearn(features, label, weight, _poisson?.Next(Random) ?? 1);
    }
}
