using StreamMoe.StreamHost.Compare;

namespace StreamMoe.StreamHost.Tests.Compare;

public sealed class FriedmanTests
{
    [Fact]
    public void Of_PublishedExample_GivesThePublishedStatistics()
    {
        FriedmanTest test = FriedmanTest.Of(Ranks.MeanOver(DemsarExample.Values), 14)!;

        Assert.Equal(9.28, test.ChiSquare, 2);
        Assert.Equal(3.69, test.F, 2);
        Assert.Equal(3, test.Degrees);
        Assert.Equal(39, test.DenominatorDegrees);
        // Computed apart: the chi-square tail in closed form, the F tail by Simpson's rule over the beta density.
        Assert.Equal(0.0258075, test.P, 7);
        Assert.Equal(0.0198230, test.FP, 7);
    }

    [Fact]
    public void Of_ByHand_TwoModelsThreeStreams()
    {
        // Ranks 1 2, 1 2, 2 1: means 4/3 and 5/3; χ² = 12·3/(2·3)·(2·(1/6)²) = 1/3; F = 2·(1/3)/(3 − 1/3) = 1/4.
        FriedmanTest test = FriedmanTest.Of([4 / 3.0, 5 / 3.0], 3)!;

        Assert.Equal(1 / 3.0, test.ChiSquare, 12);
        Assert.Equal(1 / 4.0, test.F, 12);
        Assert.Equal(2, test.DenominatorDegrees);
    }

    [Fact]
    public void Of_AllModelsTied_FindsNothing()
    {
        FriedmanTest test = FriedmanTest.Of([2, 2, 2], 5)!;

        Assert.Equal(0, test.ChiSquare);
        Assert.Equal(1, test.P);
        Assert.Equal(0, test.F);
        Assert.Equal(1, test.FP);
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(5, 7)]
    [InlineData(20, 49)]
    public void Of_AllStreamsRankAlike_ChiSquareIsItsLargestAndFInfinite(int models, int streams)
    {
        FriedmanTest test = FriedmanTest.Of([.. Enumerable.Range(1, models).Select(rank => (double)rank)], streams)!;

        Assert.Equal(streams * (models - 1.0), test.ChiSquare);
        Assert.Equal(double.PositiveInfinity, test.F);
        Assert.Equal(0, test.FP);
    }

    [Fact]
    public void Of_OneModelOrOneStream_IsNotDefined()
    {
        Assert.Null(FriedmanTest.Of([1], 5));
        Assert.Null(FriedmanTest.Of([1, 2], 1));
    }
}
