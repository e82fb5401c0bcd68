using System.Collections.Concurrent;
using StreamMoe.DriftMoe.Work;

namespace StreamMoe.DriftMoe.Tests.Work;

public sealed class StagedRunTests
{
    [Theory, InlineData(1, 100), InlineData(2, 7), InlineData(2, 100), InlineData(3, 101), InlineData(5, 512)]
    public void Run_EachLaneRunsAllRowsInOrderAndTheStageBehindAllOfThem(int threads, int rows)
    {
        using WorkRunner runner = new(threads);
        const int lanes = 7;
        int[] reached = new int[lanes];
        int staged = 0, aside = 0;
        ConcurrentQueue<string> wrong = [];
        StagedRun run = new(runner, lanes, RunLane, RunStage, () => Interlocked.Increment(ref aside));
        for (int round = 1; round <= 300; round++)
        {
            Array.Clear(reached);
            staged = 0;
            run.Run(rows);
            Assert.Empty(wrong);
            Assert.All(reached, r => Assert.Equal(rows, r));
            Assert.Equal(rows, staged);
        }
        Assert.Equal(threads == 1 || rows < 25 ? 0 : 300, aside);

        void RunLane(int lane, int from, int end)
        {
            if (Volatile.Read(ref reached[lane]) != from) wrong.Enqueue($"lane {lane} stood at {reached[lane]} and began at {from}");
            Thread.SpinWait(20 * (lane + 1));
            Volatile.Write(ref reached[lane], end);
        }

        void RunStage(int from, int end)
        {
            if (staged != from) wrong.Enqueue($"the stage stood at {staged} and began at {from}");
            for (int lane = 0; lane < lanes; lane++)
                if (Volatile.Read(ref reached[lane]) < end) wrong.Enqueue($"the stage goes to {end}, lane {lane} stands at {reached[lane]}");
            staged = end;
        }
    }

    [Theory, InlineData(1), InlineData(2)]
    public void Run_ALaneThrows_ThrowsAndGoesOn(int threads)
    {
        using WorkRunner runner = new(threads);
        bool throws = true;
        int staged = 0;
        StagedRun run = new(runner, 4, (lane, from, _) =>
        {
            if (throws && lane == 2) throw new InvalidOperationException($"lane {lane} from {from}");
        }, (_, end) => staged = end);
        Exception? thrown = Record.Exception(() => run.Run(100));
        Assert.Contains("lane 2", (thrown as AggregateException)?.InnerException?.Message ?? thrown?.Message);
        throws = false;
        run.Run(100);
        Assert.Equal(100, staged);
    }
}
