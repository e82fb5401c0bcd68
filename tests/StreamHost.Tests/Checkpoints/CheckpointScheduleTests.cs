using StreamMoe.StreamHost.Checkpoints;
using StreamMoe.StreamHost.Configuration;

namespace StreamMoe.StreamHost.Tests.Checkpoints;

public sealed class CheckpointScheduleTests
{
    private readonly HandClock _clock = new();
    private readonly CheckpointSchedule _schedule;

    public CheckpointScheduleTests() => _schedule = new CheckpointSchedule(new CheckpointOptions { EveryEvents = 100, Every = TimeSpan.FromSeconds(10) }, _clock);

    [Fact]
    public void IsDue_AfterSoManyRecords_AndNotBefore()
    {
        _schedule.Count(99);
        Assert.False(_schedule.IsDue);
        _schedule.Count(1);
        Assert.True(_schedule.IsDue);
    }

    [Fact]
    public void IsDue_AfterSoLong_AndNotBefore()
    {
        _schedule.Count(1);
        _clock.Advance(TimeSpan.FromSeconds(9.999));
        Assert.False(_schedule.IsDue);
        _clock.Advance(TimeSpan.FromSeconds(0.001));
        Assert.True(_schedule.IsDue);
    }

    [Fact]
    public void IsDue_NoRecordCame_Never()
    {
        _clock.Advance(TimeSpan.FromDays(1));

        Assert.False(_schedule.IsDue);
    }

    [Fact]
    public void Restart_CountsAndTimesFromNow()
    {
        _schedule.Count(100);
        _clock.Advance(TimeSpan.FromSeconds(8));
        _schedule.Restart();
        Assert.False(_schedule.IsDue);

        _schedule.Count(99);
        _clock.Advance(TimeSpan.FromSeconds(8));
        Assert.False(_schedule.IsDue);
        Assert.Equal((99, TimeSpan.FromSeconds(8)), (_schedule.Records, _schedule.Elapsed));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True(_schedule.IsDue);
    }

    private sealed class HandClock : TimeProvider
    {
        private long _ticks = 17;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;
    }
}
