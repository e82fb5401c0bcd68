using Microsoft.Extensions.Logging;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Figures;
using StreamMoe.Worker.Metrics;
using StreamMoe.Worker.Pipeline;

namespace StreamMoe.Worker.Tests.Metrics;

/// <summary>When most records of a minute are of no use, it is told once, with the commonest reason and an example.</summary>
public sealed class UnusedRecordsTests : IDisposable
{
    private const string Good = """{"features":{"a":1,"b":2,"c":"x"},"label":"UP"}""", Broken = "{", Foreign = """{"features":{"z":1},"label":"UP"}""",
        OtherType = """{"features":{"a":1,"b":{"x":"y"},"c":"x"},"label":"UP"}""";

    private readonly LearnerProcessor _learner = Partition.Create(Partition.Declared());
    private long _offset;

    public void Dispose() => _learner.Dispose();

    [Theory]
    [InlineData(Broken, "3 dead letters, most of them not-json, the last: events-0@5: ")]
    [InlineData(Foreign, "3 events with no feature that the schema has, the last at events-0@5")]
    [InlineData(OtherType, "attribute 'b' is missing in 3 events, whose values are of another type, the last at events-0@5")]
    public void End_MostAreOfNoUse_SaysWhyAndWhere(string useless, string expected)
    {
        Play(Good);
        UnusedRecords.Minute minute = new(_learner.Figures);
        Play(Good, Good, useless, useless, useless);

        (double share, long records, string why) = End(minute)!.Value;

        Assert.Equal((60, 5), (share, records));
        Assert.StartsWith(expected, why);
    }

    [Fact]
    public void End_HalfOfThem_IsNotMost()
    {
        UnusedRecords.Minute minute = new(_learner.Figures);
        Play(Good, Broken, Good, Broken);

        Assert.Null(End(minute));
    }

    [Fact]
    public void End_SameAsBefore_IsToldAgainAfterAGoodMinuteOnly()
    {
        UnusedRecords.Minute minute = new(_learner.Figures);
        Play(Broken);
        Assert.NotNull(End(minute));
        Play(Broken);
        Assert.Null(End(minute));
        Assert.Null(End(minute)); // nothing came
        Play(Broken);
        Assert.Null(End(minute));
        Play(Foreign);
        Assert.NotNull(End(minute)); // another reason
        Play(Good);
        Assert.Null(End(minute));
        Play(Foreign);
        Assert.NotNull(End(minute));
    }

    [Fact]
    public void Look_Fails_IsToldOnceAndTheTimerGoesOn()
    {
        ManualTime time = new();
        List<(int Id, string Text)> lines = [];
        int looks = 0;
        using UnusedRecords watch = new(() => throw new InvalidOperationException($"{++looks}"), time, new ListLogger(lines));

        for (int i = 0; i < 3; i++) time.Advance(UnusedRecords.Period);

        Assert.Equal(3, looks);
        Assert.Equal(135, Assert.Single(lines).Id);
    }

    private (double Share, long Records, string Why)? End(UnusedRecords.Minute minute) => minute.End(_learner.Figures, _learner.Sources.Select(s => s.Figures));

    private void Play(params string[] values)
    {
        Partition.Run(_learner, [.. values.Select(v => Partition.Record(_offset++, System.Text.Encoding.UTF8.GetBytes(v)))]);
        _learner.UpdateDetails();
    }

    private sealed class ListLogger(List<(int Id, string Text)> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => lines.Add((eventId.Id, formatter(state, exception)));
    }
}
