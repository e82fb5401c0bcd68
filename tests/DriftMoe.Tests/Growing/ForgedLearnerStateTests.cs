using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Experts.State;
using StreamMoe.Streams;
using StreamMoe.Tests.Common;

namespace StreamMoe.DriftMoe.Tests.Growing;

/// <summary>A number in a learner's state that is never written there is refused, or does no harm: the learner goes on.</summary>
public sealed class ForgedLearnerStateTests
{
    private const int Rows = 400, After = 150;

    public static TheoryData<string> Models => new(
        "adaptive", "moe-data:experts=3,topK=2,router.hidden1=4,router.hidden2=2,router.interval=16", "moe-task:router.hidden1=4,router.hidden2=2", "hoeffding-tree:gracePeriod=20",
        "hoeffding-adaptive-tree:gracePeriod=20", "drifting-tree:tree.gracePeriod=20,warningDelta=0.3", "leveraging-bagging:learners=2", "adaptive-random-forest:learners=2,tree.gracePeriod=20",
        "streaming-random-patches:learners=2", "naive-bayes", "forgetting-bayes", "net:hidden1=4", "neighbours:window=40,innerWindow=10", "majority", "no-change");

    [Theory]
    [MemberData(nameof(Models))]
    public void Load_OneNumberForged_RefusedOrHarmless(string text)
    {
        LearnerPreset preset = text != "adaptive" ? PresetCatalogue.Parse(text) : PresetCatalogue.Create("adaptive",
            [new("pool", "net:hidden1=4 neighbours:window=30,innerWindow=10 hoeffding-tree:gracePeriod=20 drifting-tree:warningDelta=0.3 forgetting-bayes no-change"), new("router.hidden1", "4")]);
        using WorkRunner work = new(1);
        GrowingRows rows = new(5, Rows + After);
        Schema schema = rows.Declared();
        InstanceBlock before = new(3, Rows), after = new(3, After);
        for (int r = 0; r < Rows + After; r++) rows.Add(r, schema, r < Rows ? before : after);
        ILearner learner = preset.Create(schema, 1, work);
        learner.Process(before, new Predictions(Rows));
        ForgedStates states = new();
        learner.Save(new StateWriter(states));
        Predictions told = new(After, probabilities: true);
        foreach ((string what, byte[] state) in states.Each(most: 300))
        {
            ILearner forged = preset.Create(schema, 1, work);
            try
            {
                forged.Load(new StateReader(new MemoryStream(state)));
            }
            catch (StateFormatException)
            {
                continue;
            }
            try
            {
                forged.Process(after, told);
                forged.Process(after, told);
            }
            catch (Exception e)
            {
                Assert.Fail($"{what}: {e}");
            }
        }
    }
}
