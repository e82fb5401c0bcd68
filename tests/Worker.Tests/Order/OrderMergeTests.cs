using StreamMoe.Worker.Order;

namespace StreamMoe.Worker.Tests.Order;

/// <summary>Which source gives the next record, by timestamps, waits and a clock that the tests move.</summary>
public sealed class OrderMergeTests
{
    private const long Wait = 5, MaxWait = 1000;

    private static OrderMerge Of(int sources)
    {
        OrderMerge merge = new(Wait, MaxWait);
        for (int s = 0; s < sources; s++) merge.Insert(s, 0);
        return merge;
    }

    private static int Take(OrderMerge merge, long now)
    {
        int source = merge.Choose(now, out _);
        if (source >= 0) merge.Taken(source, now);
        return source;
    }

    [Fact]
    public void Choose_AllHeadsAreThere_TheSmallestTimestampGoesFirstAndOfEqualOnesTheFirstSource()
    {
        OrderMerge merge = Of(3);
        merge.Offer(0, 30, 0);
        merge.Offer(1, 20, 0);
        merge.Offer(2, 20, 0);
        Assert.Equal(1, Take(merge, 0));
        merge.Offer(1, 40, 0);
        Assert.Equal(2, Take(merge, 0));
        merge.Offer(2, 30, 0);
        Assert.Equal(0, Take(merge, 0));
    }

    [Fact]
    public void Choose_ASourceIsEmpty_ItIsWaitedForOnceAndThenPassedOver()
    {
        OrderMerge merge = Of(2);
        merge.Offer(0, 10, 0);
        Assert.Equal(-1, merge.Choose(0, out long until));
        Assert.Equal(Wait, until);
        Assert.Equal(-1, merge.Choose(Wait - 1, out _));
        Assert.Equal(0, Take(merge, Wait));
        merge.Offer(0, 11, Wait);
        Assert.Equal(0, Take(merge, Wait)); // not waited for again
        merge.Offer(0, 12, Wait);
        merge.Offer(1, 5, Wait);
        Assert.Equal(1, Take(merge, Wait));
        Assert.Equal(-1, merge.Choose(Wait, out until)); // a record of it has come: waited for again
        Assert.Equal(2 * Wait, until);
    }

    [Fact]
    public void Choose_TheEndOfAnEmptySourceIsReported_ItIsNotWaitedFor()
    {
        OrderMerge merge = Of(2);
        merge.Offer(0, 10, 0);
        merge.EndReached(1);
        Assert.Equal(0, Take(merge, 0));
    }

    [Fact]
    public void Choose_NothingIsAtHand_NoTimeIsGiven()
    {
        OrderMerge merge = Of(2);
        Assert.Equal(-1, merge.Choose(0, out long until));
        Assert.Equal(long.MaxValue, until);
    }

    [Fact]
    public void Choose_MissingTimestamp_CountsAsThePreviousOneOfItsSource()
    {
        OrderMerge merge = Of(2);
        merge.Offer(0, 10, 0);
        merge.Offer(1, 12, 0);
        Assert.Equal(0, Take(merge, 0));
        merge.Offer(0, -1, 0);
        Assert.Equal(0, Take(merge, 0));
        merge.Offer(0, 13, 0);
        Assert.Equal(1, Take(merge, 0));
    }

    [Fact]
    public void Choose_AHeadHasWaitedTooLong_ItsSourceIsServedInTurnUntilItsHeadIsTheSmallest()
    {
        OrderMerge merge = Of(3);
        merge.Offer(0, 10, 0);
        merge.Offer(1, 20, 0);
        merge.Offer(2, 5000, 0);
        int[] served = new int[3];
        for (int i = 0; i < 300; i++) Serve(0);
        Assert.Equal(0, served[2]);
        for (int i = 0; i < 300; i++) Serve(MaxWait);
        Assert.InRange(served[2], 99, 101); // a third
        int before = served[2];
        for (int i = 0; i < 20_000; i++) Serve(MaxWait + 1);
        Assert.InRange(served[2], before + 1000, 20_000);

        void Serve(long now)
        {
            int source = Take(merge, now);
            served[source]++;
            merge.Offer(source, source == 2 ? 5000 + served[2] : served[source] * 10 + source * 10, now);
        }
    }

    [Fact]
    public void Choose_OneIsFarBehindAndOverdueOnesWait_EachGetsItsTurn()
    {
        OrderMerge merge = Of(8);
        for (int s = 0; s < 8; s++) merge.Offer(s, s == 3 ? 0 : 1_000_000, 0);
        int[] served = new int[8];
        for (int i = 0; i < 8000; i++)
        {
            int source = Take(merge, MaxWait);
            served[source]++;
            merge.Offer(source, source == 3 ? served[3] : 1_000_000 + served[source], MaxWait);
        }
        Assert.All(served, count => Assert.InRange(count, 990, 1010));
    }

    [Fact]
    public void Choose_AnAwaitedSourceAndAnOverdueHead_TheHeadIsNotHeldUp()
    {
        OrderMerge merge = new(500, 500);
        merge.Insert(0, 0);
        merge.Insert(1, 0);
        merge.Offer(0, 10, 0);
        Assert.Equal(-1, merge.Choose(499, out long until));
        Assert.Equal(500, until);
        Assert.Equal(0, Take(merge, 500));
    }

    [Fact]
    public void Insert_InTheMiddle_TheOthersKeepTheirHeads()
    {
        OrderMerge merge = Of(2);
        merge.Offer(0, 20, 0);
        merge.Offer(1, 10, 0);
        merge.Insert(1, 0);
        Assert.True(merge.HasHead(0));
        Assert.False(merge.HasHead(1));
        merge.EndReached(1);
        Assert.Equal(2, Take(merge, 0));
    }

    [Fact]
    public void Make_MaxWaitBelowWait_IsRefused()
        => Assert.Throws<ArgumentOutOfRangeException>(() => new OrderMerge(10, 9));
}
