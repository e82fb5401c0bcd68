using StreamMoe.Worker.Order;

namespace StreamMoe.Worker.Tests.Order;

/// <summary>Order records as bytes: what is written is read, what is damaged is refused, and how much an event takes.</summary>
public sealed class OrderRecordCodecTests
{
    private static readonly OrderPosition s_position = new(Guid.Parse("00112233445566778899aabbccddeeff"), 41, Guid.Parse("ffeeddccbbaa99887766554433221100"));

    private static OrderRecord Record(IReadOnlyList<OrderEntry> entries, params NextOffset[] next) => new(s_position, (40, s_position.Lineage), entries, next);

    private static OrderRecord Every() => Record(
        [
            OrderEntry.Joined(new OrderSource(3), 0), OrderEntry.Joined(new OrderSource(3, SourceKind.Labels), long.MaxValue),
            OrderEntry.Run(new OrderSource(3), 1), OrderEntry.Run(new OrderSource(0), 2), OrderEntry.Run(new OrderSource(int.MaxValue, SourceKind.Labels), 1L << 40),
            OrderEntry.Expiry(638_000_000_000_000_000), OrderEntry.InferenceEnded(),
            OrderEntry.SchemaResolved(7, """{"type":"record"}"""), OrderEntry.SchemaResolved(8, null), OrderEntry.SchemaResolved(9, ""),
            OrderEntry.Command("promote", """{"model":"b"}"""), OrderEntry.Run(new OrderSource(1), 5),
        ],
        new NextOffset(new OrderSource(0), 12), new NextOffset(new OrderSource(0, SourceKind.Labels), 0));

    private static void AssertSame(OrderRecord expected, OrderRecord found)
    {
        Assert.Equal((expected.Position, expected.Predecessor), (found.Position, found.Predecessor));
        Assert.Equal(expected.Entries, found.Entries);
        Assert.Equal(expected.Next, found.Next);
    }

    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        AssertSame(Every(), OrderRecordCodec.Read(OrderRecordCodec.Write(Every()), "order-0@3"));
        OrderRecord first = new(s_position with { Sequence = 0 }, (-1, Guid.Empty), [], []);
        AssertSame(first, OrderRecordCodec.Read(OrderRecordCodec.Write(first), "order-0@0"));
    }

    [Fact]
    public void Write_OneKnownRecord_IsTheseBytes()
    {
        byte[] bytes = OrderRecordCodec.Write(Record([OrderEntry.Run(new OrderSource(1), 1), OrderEntry.Run(new OrderSource(2, SourceKind.Labels), 300)], new NextOffset(new OrderSource(1), 200)));
        Assert.Equal("01" + "00112233445566778899AABBCCDDEEFF" + "29" + "FFEEDDCCBBAA99887766554433221100" + "29" + "00112233445566778899AABBCCDDEEFF"
            + "01" + "02" + "04" + "0B" + "AA02" + "00" + "01" + "02" + "C801", Convert.ToHexString(bytes));
    }

    [Fact]
    public void Read_CutShortAnywhere_IsRefusedWithThePlace()
    {
        byte[] bytes = OrderRecordCodec.Write(Every());
        for (int length = 0; length < bytes.Length; length++)
        {
            OrderException refused = Assert.Throws<OrderException>(() => OrderRecordCodec.Read(bytes.AsSpan(0, length), "order-0@3"));
            Assert.Contains("order-0@3", refused.Message);
        }
    }

    [Fact]
    public void Read_AnyByteChanged_IsRefusedOrAnotherRecordButNothingWorse()
    {
        byte[] bytes = OrderRecordCodec.Write(Every());
        for (int at = 0; at < bytes.Length; at++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] damaged = [.. bytes];
                damaged[at] ^= (byte)(1 << bit);
                try
                {
                    OrderRecordCodec.Read(damaged, "order-0@3");
                }
                catch (OrderException)
                {
                    // refused with a reason
                }
            }
        }
    }

    [Fact]
    public void Read_UnknownVersionKindOrSomethingAfterTheEnd_IsRefused()
    {
        byte[] bytes = OrderRecordCodec.Write(Record([]));
        Assert.Contains("its version is 2; this build reads 1", Refusal([2, .. bytes[1..]]));
        Assert.Contains("an entry of kind 7; this build knows 1 to 6", Refusal([.. bytes[..^2], 7, .. bytes[^2..]]));
        Assert.Contains("1 bytes follow its end", Refusal([.. bytes, 0]));

        static string Refusal(byte[] bytes) => Assert.Throws<OrderException>(() => OrderRecordCodec.Read(bytes, "order-0@3")).Message;
    }

    [Theory]
    [InlineData(1, 0.1)]
    [InlineData(8, 1.1)]
    [InlineData(64, 1.9)]
    public void Write_AThousandEventsInTurn_TakesFewBytesAnEvent(int partitions, double most)
    {
        OrderBuilder builder = new();
        for (int i = 0; i < 1000; i++) builder.Add(new OrderSource(i % partitions));
        byte[] bytes = OrderRecordCodec.Write(new OrderRecord(s_position, (40, s_position.Writer), builder.Take(), [.. Enumerable.Range(0, partitions).Select(p => new NextOffset(new OrderSource(p), 1_000_000))]));
        Assert.InRange(bytes.Length / 1000.0, 0.01, most);
    }

    [Fact]
    public void Builder_AtItsLimits_FitsIntoARecord()
    {
        OrderBuilder builder = new();
        int turn = 0;
        while (!builder.IsLarge) builder.Add(new OrderSource(turn++ % 1000));
        builder.Add(OrderEntry.SchemaResolved(1, new string('ü', OrderBuilder.LongestText)));
        Assert.True(builder.IsLarge);
        Assert.InRange(OrderRecordCodec.Write(Record(builder.Take())).Length, 1, OrderRecordCodec.MostBytes);
        Assert.True(builder.IsEmpty);
    }
}
