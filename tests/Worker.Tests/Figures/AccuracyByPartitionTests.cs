using StreamMoe.Worker.Figures;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Figures;

/// <summary>Partitions differ where their accuracies over 10,000 labelled events each are more than 5 points apart.</summary>
public sealed class AccuracyByPartitionTests
{
    [Theory]
    [InlineData(10_000, 9_000, 10_000, 8_400, true)]
    [InlineData(10_000, 9_000, 10_000, 8_600, false)]
    [InlineData(10_000, 9_000, 9_999, 0, false)]
    [InlineData(9_999, 0, 10_000, 9_000, false)]
    public void Differs_OverTenThousandEach(int scored, int right, int otherScored, int otherRight, bool expected)
        => Assert.Equal(expected, AccuracyByPartition.Differs([Of(0, scored, right), Of(1, otherScored, otherRight), Of(2, 0, 0)]));

    [Fact]
    public void Differs_NoMoreOnceTheyHaveBecomeAlike()
    {
        SourceFigures one = Of(0, 10_000, 10_000), other = Of(1, 10_000, 0);
        Assert.True(AccuracyByPartition.Differs([one, other]));

        for (int i = 0; i < 10_000; i++) other.Score(right: true);

        Assert.False(AccuracyByPartition.Differs([one, other]));
        Assert.Equal((1, 0.5), (other.WindowAccuracy, other.Accuracy));
    }

    private static SourceFigures Of(int partition, int scored, int right)
    {
        SourceFigures figures = new(new PartitionId("events", partition), new OrderSource(partition));
        for (int i = 0; i < scored; i++) figures.Score(i < right);
        return figures;
    }
}
