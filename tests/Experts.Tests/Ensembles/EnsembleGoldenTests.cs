using StreamMoe.Experts.Ensembles;
using StreamMoe.Experts.Tests.Trees;
using StreamMoe.Streams;

namespace StreamMoe.Experts.Tests.Ensembles;

/// <summary>Every ensemble run of tests/Golden/trees: the same class for every instance, and the same votes, as MOA.</summary>
public class EnsembleGoldenTests
{
    private static readonly Dictionary<string, Func<Schema, IExpert>> Learners = new()
    {
        ["OB10"] = schema => new LeveragingBagging(schema, new LeveragingBaggingOptions { Lambda = 1, ReplaceOnDrift = false }),
        ["OBA10"] = schema => new LeveragingBagging(schema, new LeveragingBaggingOptions { Lambda = 1 }),
        ["LB10"] = schema => new LeveragingBagging(schema),
        ["ARF10"] = schema => new AdaptiveRandomForest(schema),
        ["SRP10"] = schema => new StreamingRandomPatches(schema),
    };

    public static TheoryData<string, string> Runs() => GoldenRun.Of(Learners.Keys);

    [Theory]
    [MemberData(nameof(Runs))]
    public void PredictThenTrain_GoldenStream_AgreesWithMoaOnEveryInstance(string streamName, string learner)
    {
        GoldenStream stream = GoldenStream.Get(streamName);
        GoldenRun.Agrees(stream, stream.Run(learner), Learners[learner](stream.Schema));
    }
}
