using StreamMoe.DriftMoe.Gating;
using StreamMoe.DriftMoe.Pool;
using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Tests.Gating;

/// <summary>Classes by objective.</summary>
public sealed class DecisionTests
{
    private static readonly Schema s_two = new("two", [SchemaAttribute.Numeric("x")], SchemaAttribute.Nominal("class", ["no", "yes"]));

    [Fact]
    public void Decide_Balanced_DividesByTheShares()
    {
        Decision decision = new(Objective.Balanced, null, s_two, experts: 1, classes: 2);
        Opinions opinions = Opinions(0.9, 0.1);
        for (int i = 0; i < 1000; i++) decision.Learn(i % 20 == 0 ? 1 : 0);
        // A share of about 0.05: from 0.05 on it is yes.
        Assert.Equal(1, decision.Decide([0.93f, 0.07f], opinions, 0, [true]));
        Assert.Equal(0, decision.Decide([0.97f, 0.03f], opinions, 0, [true]));
        Assert.False(decision.IsRanked);
        Assert.Equal(1, decision.WeightOf(1));
    }

    [Fact]
    public void Decide_ClassThatHasNotCome_IsLeftOut()
    {
        Schema three = new("three", [SchemaAttribute.Numeric("x")], SchemaAttribute.Nominal("class", ["a", "b", "never"]));
        Decision decision = new(Objective.Balanced, null, three, experts: 1, classes: 3);
        for (int i = 0; i < 5000; i++) decision.Learn(i % 2);
        Assert.Equal(1, decision.Decide([0.3f, 0.4f, 0.3f], Opinions(0.3, 0.4, 0.3), 0, [true]));
        Assert.False(decision.IsRanked);
    }

    [Theory]
    [InlineData("yes:20", 0.06f, 1)]
    [InlineData("yes:20", 0.04f, 0)]
    [InlineData("yes>no:20", 0.06f, 1)]
    [InlineData("no:20", 0.9f, 0)]
    [InlineData("yes:0", 0.99f, 0)]
    public void Decide_Cost_TakesTheCheapest(string costs, float yes, int expected)
    {
        Decision decision = new(Objective.Cost, CostTable.Parse(costs, out _), s_two, experts: 1, classes: 2);
        for (int i = 0; i < 10; i++) decision.Learn(i % 2);
        Assert.Equal(expected, decision.Decide([1 - yes, yes], Opinions(1 - yes, yes), 0, [true]));
    }

    [Fact]
    public void Decide_VeryRare_IsByRanksAndFindsWhatStandsOut()
    {
        Decision decision = new(Objective.Balanced, null, s_two, experts: 1, classes: 2);
        Random random = new(1);
        int[] found = new int[2], came = new int[2];
        for (int i = 0; i < 40_000; i++)
        {
            int label = random.NextDouble() < 0.002 ? 1 : 0;
            // The opinion never reaches a half, but stands out among those of its time.
            float p = (float)(0.001 + 0.001 * random.NextDouble() + (label == 1 ? 0.0015 : 0));
            int decided = decision.Decide([1 - p, p], Opinions(1 - p, p), 0, [true]);
            if (i > 20_000)
            {
                came[label]++;
                if (decided == label) found[label]++;
            }
            decision.Learn(label);
        }
        Assert.True(decision.IsRanked);
        Assert.InRange((double)found[1] / came[1], 0.8, 1);
        Assert.InRange((double)found[0] / came[0], 0.8, 1);
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("yes:-1")]
    [InlineData(":3")]
    [InlineData("yes:many")]
    public void CostTable_Malformed_SaysWhatIsAllowed(string text)
    {
        Assert.Null(CostTable.Parse(text, out string? fault));
        Assert.Contains("must be entries label:cost or label>prediction:cost", fault);
    }

    [Fact]
    public void CostTable_LaterEntriesWin()
        => Assert.Equal([0, 3, 7, 0], CostTable.Parse("no:2; yes:7;no>yes:3", out _)!.Matrix(s_two, 2));

    private static Opinions Opinions(params double[] probabilities)
    {
        Opinions opinions = new();
        opinions.Fit(1, 1, probabilities.Length);
        opinions.Put(0, 0, probabilities);
        return opinions;
    }
}
