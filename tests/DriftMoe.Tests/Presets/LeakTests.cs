using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;

namespace StreamMoe.DriftMoe.Tests.Presets;

/// <summary>No learner beats the Bayes rule on the same instances by more than chance: it would have seen the label.</summary>
public sealed class LeakTests
{
    private const int Rows = 40_000;
    private static readonly string[] s_segments = ["1110111", "0010010", "1011101", "1011011", "0111010", "1101011", "1101111", "1010010", "1111111", "1111011"];

    public static TheoryData<string> Models => [.. PresetCatalogue.Names];

    [Theory]
    [MemberData(nameof(Models))]
    public void Accuracy_Led_NotAboveTheBayesRule(string model)
        => AssertNoLeak(model, "led", static x => NearestDigit(x));

    [Theory]
    [MemberData(nameof(Models))]
    public void Accuracy_Sea_NotAboveTheBayesRule(string model)
        => AssertNoLeak(model, "sea:function=2", static x => x[0] + x[1] <= 9 ? 0 : 1);

    [Fact]
    public void Check_LearnerThatKnowsTheLabel_IsCaught()
        => Assert.True(Significant(right: (int)(0.76 * Rows), bayesRight: (int)(0.74 * Rows)));

    private delegate int Rule(ReadOnlySpan<double> features);

    private static void AssertNoLeak(string model, string text, Rule bayes)
    {
        using InstanceStream stream = StreamCatalogue.Open(text, 4);
        using WorkRunner work = new(2);
        ILearner learner = PresetCatalogue.Create(model, []).Create(stream.Schema, 4, work);
        InstanceBlock block = new(stream.Schema.AttributeCount, Rows);
        Predictions predictions = new(Rows);
        stream.Fill(block);
        learner.Process(block, predictions);

        int right = 0, bayesRight = 0;
        for (int r = 0; r < Rows; r++)
        {
            if (predictions.Classes[r] == block.Labels[r]) right++;
            if (bayes(block.Row(r)) == block.Labels[r]) bayesRight++;
        }

        Assert.False(Significant(right, bayesRight), $"{model} on {text}: {right} right, the Bayes rule {bayesRight} of {Rows}");
    }

    private static bool Significant(int right, int bayesRight)
    {
        double p = (double)bayesRight / Rows;
        return (double)right / Rows > p + 3 * Math.Sqrt(p * (1 - p) / Rows);
    }

    private static int NearestDigit(ReadOnlySpan<double> features)
    {
        int best = 0, least = int.MaxValue;
        for (int digit = 0; digit < s_segments.Length; digit++)
        {
            int distance = 0;
            for (int s = 0; s < 7; s++)
                if ((s_segments[digit][s] == '1') != (features[s] == 1)) distance++;
            if (distance < least) (best, least) = (digit, distance);
        }
        return best;
    }
}
