using StreamMoe.Worker.Order;

namespace StreamMoe.Worker.Tests.Order;

/// <summary>Which records of an order log count.</summary>
public sealed class OrderChainTests
{
    private static readonly Guid s_lineage = Guid.Parse("11111111111111111111111111111111"), s_other = Guid.Parse("22222222222222222222222222222222"),
        s_ada = Guid.Parse("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), s_bob = Guid.Parse("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");

    private static OrderRecord Record(long sequence, Guid writer, Guid predecessor, Guid? lineage = null, long? before = null)
        => new(new OrderPosition(lineage ?? s_lineage, sequence, writer), (before ?? sequence - 1, predecessor), [], []);

    [Fact]
    public void Follows_TwoOwnersOneAfterTheOther_AllCount()
    {
        OrderChain chain = new(OrderPosition.BeginningOf(s_lineage), mayPassOver: false);
        Assert.True(chain.Follows(Record(0, s_ada, Guid.Empty), "o-0@0"));
        Assert.True(chain.Follows(Record(1, s_ada, s_ada), "o-0@2"));
        Assert.True(chain.Follows(Record(2, s_bob, s_ada), "o-0@4"));
        Assert.Equal(new OrderPosition(s_lineage, 2, s_bob), chain.Last);
    }

    [Fact]
    public void Follows_FormerOwnerWritesAfterTheTakeOver_ItsRecordsArePassedOver()
    {
        OrderChain chain = new(new OrderPosition(s_lineage, 4, s_ada), mayPassOver: true);
        Assert.True(chain.Follows(Record(5, s_bob, s_ada), "o-0@9"));
        Assert.False(chain.Follows(Record(5, s_ada, s_ada), "o-0@10"));
        Assert.False(chain.Follows(Record(6, s_ada, s_ada), "o-0@11"));
        Assert.True(chain.Follows(Record(6, s_bob, s_bob), "o-0@12"));
        Assert.Equal(2, chain.PassedOver);
    }

    [Fact]
    public void Follows_FormerOwnerWritesFirst_TheNewOwnersRecordIsPassedOver()
    {
        OrderChain chain = new(new OrderPosition(s_lineage, 4, s_ada), mayPassOver: true);
        Assert.True(chain.Follows(Record(5, s_ada, s_ada), "o-0@9"));
        Assert.False(chain.Follows(Record(5, s_bob, s_ada), "o-0@10"));
    }

    [Fact]
    public void Follows_SameRecordTwiceUnderExactlyOnce_IsAnErrorThatNamesBoth()
    {
        OrderChain chain = new(new OrderPosition(s_lineage, 4, s_ada), mayPassOver: false);
        Assert.True(chain.Follows(Record(5, s_bob, s_ada), "o-0@9"));
        string error = Assert.Throws<OrderException>(() => chain.Follows(Record(5, s_ada, s_ada), "o-0@10")).Message;
        Assert.Contains("o-0@10", error);
        Assert.Contains($"{s_lineage:N}#5", error);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Follows_GapOrOtherLineage_IsAnErrorThatNamesBoth(bool mayPassOver)
    {
        OrderChain chain = new(new OrderPosition(s_lineage, 4, s_ada), mayPassOver);
        string gap = Assert.Throws<OrderException>(() => chain.Follows(Record(7, s_ada, s_ada), "o-0@9")).Message;
        Assert.Contains($"{s_lineage:N}#7", gap);
        Assert.Contains($"{s_lineage:N}#4", gap);
        Assert.Contains("2 records between are missing", gap);
        string other = Assert.Throws<OrderException>(() => chain.Follows(Record(5, s_ada, s_ada, s_other), "o-0@9")).Message;
        Assert.Contains($"{s_other:N}#5", other);
        Assert.Contains($"{s_lineage:N}#4", other);
    }

    [Fact]
    public void Follows_NewLineageThatNamesTheLastRecord_Counts()
    {
        OrderChain chain = new(new OrderPosition(s_lineage, 4, s_ada), mayPassOver: true);
        Assert.True(chain.Follows(Record(0, s_bob, s_ada, s_other, before: 4), "o-0@9"));
        Assert.False(chain.Follows(Record(0, s_ada, s_ada, Guid.Parse("33333333333333333333333333333333"), before: 4), "o-0@10"));
        Assert.True(chain.Follows(Record(1, s_bob, s_bob, s_other), "o-0@11"));
    }
}
