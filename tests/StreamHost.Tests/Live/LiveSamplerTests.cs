using StreamMoe.StreamHost.Commands;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Live;

namespace StreamMoe.StreamHost.Tests.Live;

/// <summary>The page must not bring its worker down.</summary>
public sealed class LiveSamplerTests
{
    private readonly ManualTime _time = new();
    private readonly StringWriter _log = new();

    [Fact]
    public void Sample_Fails_StaysOnItsThread_IsLoggedOnceAndTriedAgain()
    {
        int samples = 0;
        using LogLines log = new(_log);
        using LineLoggerProvider lines = new(log);
        using LiveSampler sampler = new(() => throw new InvalidOperationException($"no. {++samples}"), _time, lines.CreateLogger("worker"));

        for (int i = 0; i < 3; i++) _time.Advance(LiveSampler.Period);

        log.Dispose();
        Assert.Equal(3, samples);
        string line = Assert.Single(_log.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("[140] error: The live page could take no sample", line);
        Assert.EndsWith("no. 1", line);
    }

    [Fact]
    public void Sample_StillTakenWhenTheNextIsDue_IsNotTakenTwiceAtOnce()
    {
        int samples = 0;
        using LogLines log = new(_log);
        using LineLoggerProvider lines = new(log);
        using LiveSampler sampler = new(() =>
        {
            if (++samples == 1) _time.Advance(LiveSampler.Period); // the clock goes on while the first is taken
        }, _time, lines.CreateLogger("worker"));

        _time.Advance(LiveSampler.Period);
        Assert.Equal(1, samples);
        _time.Advance(LiveSampler.Period);
        log.Dispose();
        Assert.Equal((2, ""), (samples, _log.ToString()));
    }
}
