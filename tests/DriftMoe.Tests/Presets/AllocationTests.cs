using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;
using StreamMoe.Streams.Options;
using StreamMoe.Tests.Common;

namespace StreamMoe.DriftMoe.Tests.Presets;

/// <summary>On the steady path nothing is left to the collector: predicting allocates nothing with any model, nor does learning with those that do not grow.</summary>
public sealed class AllocationTests
{
    private const int Block = 128, Warm = 6_000;

    public static TheoryData<string, string> Predicting
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (string stream in (string[])["sea-abrupt", "led-abrupt", "random-tree"])
                foreach (string model in PresetCatalogue.Names) cases.Add(model, stream);
            return cases;
        }
    }

    /// <summary>Trees that may not split any more, and what never splits.</summary>
    public static TheoryData<string, string> Learning => new()
    {
        { "majority", "sea-abrupt" },
        { "no-change", "sea-abrupt" },
        { "naive-bayes", "sea-abrupt" },
        { "naive-bayes", "led-abrupt" },
        { "naive-bayes", "random-tree" },
        { "hoeffding-tree:gracePeriod=1000000", "sea-abrupt" },
        { "hoeffding-tree:gracePeriod=1000000", "led-abrupt" },
        { "hoeffding-adaptive-tree:gracePeriod=1000000", "led-abrupt" },
        { "adaptive-random-forest:learners=5,tree.gracePeriod=1000000", "led-abrupt" },
        { "streaming-random-patches:learners=5,tree.gracePeriod=1000000", "led-abrupt" },
        { "leveraging-bagging:learners=5,tree.gracePeriod=1000000", "led-abrupt" },
        { "moe-data:tree.gracePeriod=1000000", "sea-abrupt" },
        { "net:hidden1=16", "led-abrupt" },
        { "neighbours", "random-tree" },
        { "forgetting-bayes", "sea-abrupt" },
        { "moe-data:tree.gracePeriod=1000000", "led-abrupt" },
        { "moe-task:tree.gracePeriod=1000000", "sea-abrupt" },
        { "adaptive:lifecycle.enabled=false,pool=net:hidden1=16 neighbours forgetting-bayes naive-bayes", "sea-abrupt" },
    };

    [Theory, MemberData(nameof(Predicting))]
    public void Process_RowsWithoutLabels_AllocatesNothing(string model, string stream) => AssertNothing(model, stream, labelled: false);

    [Theory, MemberData(nameof(Learning))]
    public void Process_RowsWithLabelsAndNoSplits_AllocatesNothing(string model, string stream) => AssertNothing(model, stream, labelled: true);

    private static void AssertNothing(string model, string stream, bool labelled)
    {
        (string name, IReadOnlyList<KeyValuePair<string, string>> settings) = Split(model);
        using InstanceStream source = StreamCatalogue.Open(stream);
        using WorkRunner work = new(1);
        ILearner learner = PresetCatalogue.Create(name, settings).Create(source.Schema, 1, work);
        InstanceBlock block = new(source.Schema.AttributeCount, Block);
        Predictions predictions = new(Block, learner.ContextLength, probabilities: true);
        for (int row = 0; row < Warm; row += Block)
        {
            block.Clear();
            source.Fill(block);
            learner.Process(block, predictions);
        }
        block.Clear();
        double[] features = new double[source.Schema.AttributeCount];
        while (!block.IsFull)
        {
            source.Next(features, out int label);
            block.Add(features, labelled ? label : InstanceBlock.NoLabel);
        }
        Assert.Equal(0, Allocation.Of(() => learner.Process(block, predictions)));
    }

    // The pool of the adaptive model has commas of its own.
    private static (string Name, IReadOnlyList<KeyValuePair<string, string>> Settings) Split(string model)
    {
        int pool = model.IndexOf(",pool=", StringComparison.Ordinal);
        OptionText found = OptionText.Parse(pool < 0 ? model : model[..pool], "model");
        return (found.Name, pool < 0 ? found.Settings : [.. found.Settings, new("pool", model[(pool + 6)..])]);
    }
}
