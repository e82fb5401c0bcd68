using StreamMoe.Experts.Trees;
using StreamMoe.Streams;

namespace StreamMoe.Experts.Tests;

/// <summary>The experts that must keep the contract: every kind of the catalogue as it comes, so a new one is here by itself, and some with options that take other ways.</summary>
internal static class ExpertCases
{
    // No kind of the catalogue: a member of ensembles.
    private const string SubspaceTree = "a tree of an ensemble";

    private static readonly string[] s_variants =
    [
        "net:hidden1=0,robust=true,averaged=true",
        "net:hidden1=0,robust=true,proportional=true",
        "net:hidden2=32,stepEvery=4,averaged=true",
        "net:hidden1=8,stepEvery=7,robust=true",
        "neighbours:window=200,innerWindow=50,balanced=true,proportional=true",
        "neighbours:window=100,innerWindow=0,neighbours=16",
        "drifting-tree:driftDelta=0.05",
        "drifting-tree:tree.gracePeriod=50,tree.splitConfidence=0.2,lambda=1,warningDelta=0.3,driftDelta=0.1",
        "hoeffding-adaptive-tree:gracePeriod=50,tieThreshold=0.3,splitConfidence=0.01",
        "hoeffding-adaptive-tree:gracePeriod=50,leafPrediction=majority-class,removePoorAttributes=true",
        "hoeffding-adaptive-tree:gracePeriod=50,leafPrediction=naive-bayes,binarySplits=true",
        "hoeffding-adaptive-tree:gracePeriod=50,tieThreshold=0.3,maxByteSize=20000",
        "hoeffding-adaptive-tree:gracePeriod=50,tieThreshold=0.3,maxByteSize=20000,stopMemoryManagement=true",
        "hoeffding-tree:gracePeriod=50,noPrePrune=true,maxByteSize=33554433,tieThreshold=0.2",
        "hoeffding-tree:gracePeriod=50,leafPrediction=majority-class,removePoorAttributes=true",
        "hoeffding-tree:gracePeriod=50,leafPrediction=naive-bayes,naiveBayesThreshold=100,binarySplits=true,splitCriterion=gini",
        "hoeffding-tree:gracePeriod=50,tieThreshold=0.3,maxByteSize=20000,memoryEstimatePeriod=100",
        "hoeffding-tree:gracePeriod=50,tieThreshold=0.3,maxByteSize=20000,stopMemoryManagement=true",
        "leveraging-bagging:learners=3,lambda=1,replaceOnDrift=false",
        "adaptive-random-forest:learners=5,warningDelta=0.9,driftDelta=0.5,subspaceMode=square-root",
        "streaming-random-patches:learners=5,warningDelta=0.9,driftDelta=0.5,training=random-subspaces",
        "streaming-random-patches:learners=5,warningDelta=0.9,driftDelta=0.5,training=resampling",
    ];

    // Looking for a split allocates even where none is found, and so does a branch that takes the place of another of its size.
    private static readonly Dictionary<string, int> s_allocating = new()
    {
        ["hoeffding-tree"] = 20, ["hoeffding-adaptive-tree"] = 40, ["drifting-tree"] = 20,
        ["leveraging-bagging"] = 100, ["adaptive-random-forest"] = 60, ["streaming-random-patches"] = 150,
    };

    public static IEnumerable<string> All => [.. ExpertCatalogue.Names, .. s_variants, SubspaceTree];

    /// <summary>Of 1,000 instances in a row, how many may allocate while being learned though the expert's size stays: none, unless it is said here.</summary>
    public static int AllocatingInstancesAllowed(string text) => s_allocating.GetValueOrDefault(text.Split(':')[0]);

    /// <summary>Makes a fresh expert, the same at every call.</summary>
    public static IExpert Create(string text, Schema schema) => text == SubspaceTree
        ? new RandomSubspaceTree(schema, new HoeffdingTreeOptions { GracePeriod = 50, SplitConfidence = 0.01 }, 3)
        : ExpertCatalogue.Parse(text).Create(schema, seed: 7);
}
