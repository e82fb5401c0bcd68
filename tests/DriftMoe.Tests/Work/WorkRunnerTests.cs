using StreamMoe.DriftMoe.Work;

namespace StreamMoe.DriftMoe.Tests.Work;

public sealed class WorkRunnerTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(5)]
    public void Run_ManyRunsOfManySizes_CallsEachLaneOnce(int threads)
    {
        using WorkRunner runner = new(threads);
        int[] calls = new int[12];
        Action<int> lane = i => Interlocked.Increment(ref calls[i]);
        for (int run = 0; run < 20_000; run++)
        {
            int lanes = run % 13;
            Array.Clear(calls);
            runner.Run(lanes, lane);
            for (int i = 0; i < calls.Length; i++) Assert.Equal(i < lanes ? 1 : 0, calls[i]);
            // Long enough, now and then, for the others to fall asleep.
            if (run % 500 == 0) Thread.SpinWait(200_000);
        }
    }

    [Fact]
    public void Run_LongLanes_ReturnsAfterTheLast()
    {
        using WorkRunner runner = new(3);
        int ended = 0;
        for (int run = 0; run < 50; run++)
        {
            ended = 0;
            runner.Run(3, _ =>
            {
                Thread.SpinWait(50_000);
                Interlocked.Increment(ref ended);
            });
            Assert.Equal(3, ended);
        }
    }

    [Theory, InlineData(1), InlineData(2)]
    public void Run_ALaneThrows_EndsAllLanesAndThrowsAndGoesOn(int threads)
    {
        using WorkRunner runner = new(threads);
        int ended = 0;
        Exception? thrown = Record.Exception(() => runner.Run(8, i =>
        {
            if (i == 7) throw new InvalidOperationException("lane 7");
            Interlocked.Increment(ref ended);
        }));
        Assert.Contains("lane 7", (thrown as AggregateException)?.InnerException?.Message ?? thrown?.Message);
        Assert.Equal(7, ended);
        runner.Run(8, _ => Interlocked.Increment(ref ended));
        Assert.Equal(15, ended);
    }
}
