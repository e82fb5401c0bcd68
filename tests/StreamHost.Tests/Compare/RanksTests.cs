using StreamMoe.StreamHost.Compare;

namespace StreamMoe.StreamHost.Tests.Compare;

public sealed class RanksTests
{
    [Fact]
    public void Of_DistinctValues_LargestHasRankOne()
        => Assert.Equal([3, 1, 2], Ranks.Of([0.1, 0.9, 0.5]));

    [Fact]
    public void Of_Ties_ShareTheMeanOfTheirRanks()
    {
        Assert.Equal([1, 2.5, 4, 2.5], Ranks.Of([0.936, 0.931, 0.916, 0.931]));
        Assert.Equal([2.5, 2.5, 2.5, 2.5], Ranks.Of([1, 1, 1, 1]));
        Assert.Equal([2, 2, 2, 4], Ranks.Of([0.7, 0.7, 0.7, 0.2]));
    }

    [Fact]
    public void Of_OneModel_HasRankOne() => Assert.Equal([1], Ranks.Of([0.3]));

    [Fact]
    public void MeanOver_PublishedExample_GivesThePublishedMeanRanks()
        => Assert.Equal([3.143, 2.000, 2.893, 1.964], Ranks.MeanOver(DemsarExample.Values).Select(r => Math.Round(r, 3)));
}
