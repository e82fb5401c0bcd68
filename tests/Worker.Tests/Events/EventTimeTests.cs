using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using StreamMoe.Worker.Events;

namespace StreamMoe.Worker.Tests.Events;

public sealed class EventTimeTests
{
    [Theory]
    [InlineData("2026-11-21T20:00:00Z", "2026-11-21T20:00:00Z")]
    [InlineData("2026-11-21T20:00:00.5+01:30", "2026-11-21T18:30:00.5Z")]
    [InlineData("2026-11-21t20:00:00.123456789z", "2026-11-21T20:00:00.1234567Z")]
    [InlineData("2026-12-31 23:59:60-00:00", "2027-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z")]
    public void Parse_ThenFormat_IsUtc(string text, string expected)
    {
        Assert.True(EventTime.TryParse(Encoding.UTF8.GetBytes(text), out long ticks));
        Assert.Equal(expected, Format(ticks));
    }

    [Theory]
    [InlineData("2026-11-21")]
    [InlineData("2026-11-21T20:00:00")]
    [InlineData("2026-11-21T20:00:00.Z")]
    [InlineData("2026-11-21T24:00:00Z")]
    [InlineData("2026-13-21T20:00:00Z")]
    [InlineData("2026-02-29T20:00:00Z")]
    [InlineData("2026-11-21T20:00:61Z")]
    [InlineData("2026-11-21T20:00:00+1:00")]
    [InlineData("2026-11-21T20:00:00+24:00")]
    [InlineData("2026-11-21T20:00:00Z ")]
    [InlineData("0000-11-21T20:00:00Z")]
    [InlineData("0001-01-01T00:00:00+00:01")]
    [InlineData("9999-12-31T23:59:59-00:01")]
    [InlineData("21/11/2026 20:00:00Z")]
    public void Parse_AnythingElse_Refuses(string text) => Assert.False(EventTime.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void Format_ThenParse_IsTheSameTime()
        => Prop.ForAll(ArbMap.Default.ArbFor<DateTime>(), time =>
        {
            string text = Format(time.Ticks);
            Assert.True(EventTime.TryParse(Encoding.UTF8.GetBytes(text), out long ticks));
            Assert.Equal(time.Ticks, ticks);
            Assert.Equal(time.Ticks, DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal).Ticks);
        }).QuickCheckThrowOnFailure();

    private static string Format(long ticks)
    {
        Span<byte> bytes = stackalloc byte[EventTime.MaxLength];
        return Encoding.ASCII.GetString(bytes[..EventTime.Format(ticks, bytes)]);
    }
}
