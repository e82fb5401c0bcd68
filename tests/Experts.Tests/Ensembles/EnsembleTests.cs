using StreamMoe.Experts.Ensembles;
using StreamMoe.Experts.State;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Tests.Ensembles;

public class EnsembleTests
{
    private static readonly Dictionary<string, Func<Schema, IExpert>> Makers = new()
    {
        ["leveraging-bagging"] = schema => new LeveragingBagging(schema),
        ["adaptive-random-forest"] = schema => new AdaptiveRandomForest(schema),
        ["streaming-random-patches"] = schema => new StreamingRandomPatches(schema),
    };

    public static TheoryData<string> Names => [.. Makers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Train_IndexOutOfRange_ThrowsAndLearnsNothing(string name)
    {
        IExpert ensemble = Makers[name](TestStream.Schema);
        double[] features = [1, 0, 1, 0, 0, 1];
        ensemble.Train(features, 1);
        byte[] before = Bytes(ensemble);
        Assert.Throws<ArgumentOutOfRangeException>(() => ensemble.Train(features, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ensemble.Train(features, 65_536));
        Assert.Throws<ArgumentOutOfRangeException>(() => ensemble.Train([1, -1, 1, 0, 0, 1], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ensemble.Train([1, 1e9, 1, 0, 0, 1], 1));
        Assert.Equal(before, Bytes(ensemble));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Predict_BufferShorterThanTheClassesLearned_Throws(string name)
    {
        IExpert ensemble = Makers[name](TestStream.Schema);
        double[] features = [1, 0, 1, 0, 0, 1];
        ensemble.PredictThenTrain(features, 7, 1, new double[3]);
        Assert.Throws<ArgumentException>(() => ensemble.Predict(features, new double[7]));
        Assert.Throws<ArgumentException>(() => ensemble.PredictThenTrain(features, 1, 1, new double[7]));
    }

    [Theory]
    [InlineData("leveraging-bagging", 3700)]
    [InlineData("adaptive-random-forest", 4700)]
    [InlineData("streaming-random-patches", 4700)]
    public void PredictThenTrain_ClassesSwapNames_ReplacesItsTrees(string name, int leastRightOfTheNextFiveThousand)
    {
        using InstanceStream stream = StreamCatalogue.Open("sine:function=1 @15000/1 sine:function=2");
        IExpert ensemble = Makers[name](stream.Schema);
        double[] features = new double[stream.Schema.AttributeCount], votes = new double[stream.Schema.ClassCount];
        int[] right = new int[6];
        for (int i = 0; i < 30_000; i++)
        {
            stream.Next(features, out int label);
            ensemble.PredictThenTrain(features, label, 1, votes);
            if (Votes.ArgMax(votes) == label) right[i / 5000]++;
        }
        Assert.InRange(right[2], 4900, 5000);
        Assert.InRange(right[3], leastRightOfTheNextFiveThousand, right[2] - 50);
        Assert.InRange(right[5], right[2] - 10, 5000);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Load_OtherNumberOfMembers_ThrowsStateFormatException(string name)
    {
        IExpert fewer = name switch
        {
            "leveraging-bagging" => new LeveragingBagging(TestStream.Schema, new LeveragingBaggingOptions { Learners = 3 }),
            "adaptive-random-forest" => new AdaptiveRandomForest(TestStream.Schema, new AdaptiveRandomForestOptions { Learners = 3 }),
            _ => new StreamingRandomPatches(TestStream.Schema, new StreamingRandomPatchesOptions { Learners = 3 }),
        };
        byte[] state = Bytes(fewer);
        Assert.Throws<StateFormatException>(() => Makers[name](TestStream.Schema).Load(new StateReader(new MemoryStream(state))));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Constructor_OtherSeed_GivesAnotherEnsemble(string name)
    {
        Func<long, IExpert> make = name switch
        {
            "leveraging-bagging" => seed => new LeveragingBagging(TestStream.Schema, seed: seed),
            "adaptive-random-forest" => seed => new AdaptiveRandomForest(TestStream.Schema, seed: seed),
            _ => seed => new StreamingRandomPatches(TestStream.Schema, seed: seed),
        };
        double[] features = [1, 0, 1, 0, 0, 1];
        byte[][] states = [.. new long[] { 1, 1, 2 }.Select(seed =>
        {
            IExpert ensemble = make(seed);
            ensemble.Train(features, 1);
            return Bytes(ensemble);
        })];
        Assert.Equal(states[0], states[1]);
        Assert.NotEqual(states[0], states[2]);
    }

    [Fact]
    public void Constructor_OptionsOutOfRange_NamesThem()
    {
        OptionException fault = Assert.Throws<OptionException>(() => new AdaptiveRandomForest(TestStream.Schema,
            new AdaptiveRandomForestOptions { Learners = 0, Lambda = 200, DriftDelta = -1, Tree = new() { GracePeriod = -1 } }));
        Assert.Equal(4, fault.Faults.Count);
        Assert.Contains(fault.Faults, f => f.Contains("tree.gracePeriod", StringComparison.Ordinal));
    }

    private static byte[] Bytes(IExpert expert)
    {
        using MemoryStream bytes = new();
        expert.Save(new StateWriter(bytes));
        return bytes.ToArray();
    }
}
