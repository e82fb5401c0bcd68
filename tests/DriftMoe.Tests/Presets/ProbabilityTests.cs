using StreamMoe.DriftMoe.Work;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;

namespace StreamMoe.DriftMoe.Tests.Presets;

/// <summary>What a learner tells besides the class: probabilities and the leader's gate.</summary>
public sealed class ProbabilityTests
{
    /// <summary>Every model, and the options on which what is told depends.</summary>
    public static TheoryData<string, string> Models
    {
        get
        {
            TheoryData<string, string> models = new();
            foreach (string name in PresetCatalogue.Names) models.Add(name, "");
            foreach (string gating in (string[])["mean", "soft", "stacker", "top-k-vote", "top1"]) models.Add("adaptive", $"gating={gating}");
            models.Add("moe-task", "prediction=logits-and-votes");
            models.Add("moe-task", "prediction=logits-and-votes,router.temperature=0.05");
            return models;
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Process_AnyModel_TellsProbabilitiesThatFitTheClass(string model, string options)
    {
        using WorkRunner work = new(1);
        LearnerPreset preset = PresetCatalogue.Create(model, options.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(o => KeyValuePair.Create(o.Split('=')[0], o.Split('=')[1])));
        using InstanceStream stream = StreamCatalogue.Open("sine:function=1 @3000/1 sine:function=2", 3);
        ILearner learner = preset.Create(stream.Schema, 1, work);
        InstanceBlock block = new(stream.Schema.AttributeCount, 100);
        Predictions told = new(100, probabilities: true);
        for (int rows = 0; rows < 6000; rows += block.Count)
        {
            block.Clear();
            stream.Fill(block);
            learner.Process(block, told);
            for (int r = 0; r < block.Count; r++)
            {
                float[] probabilities = told.Probabilities(r).ToArray();
                Assert.All(probabilities, p => Assert.InRange(p, 0f, 1f));
                Assert.InRange(told.Gates[r], float.Epsilon, 1f);
                if (probabilities.Sum() == 0) continue;
                Assert.InRange(probabilities.Sum(), 0.99999f, 1.00001f);
                Assert.Equal(probabilities.Max(), probabilities[told.Classes[r]]);
            }
        }
    }

    [Fact]
    public void SetProbabilities_RoundedAboveOne_IsOne()
    {
        Predictions told = new(1, probabilities: true);
        told.Begin(2);

        told.SetProbabilities(0, [1.0000001f, 0]);

        Assert.Equal([1f, 0f], told.Probabilities(0).ToArray());
    }
}
