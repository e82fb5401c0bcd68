using System.Diagnostics;

namespace StreamMoe.StreamHost.Tests.Service;

/// <summary>SIGTERM under load.</summary>
[Trait("Category", "Slow")]
public sealed class ShutdownTests(ITestOutputHelper output)
{
    private const int Partitions = 4, Instances = 200_000;

    [Fact]
    public void Terminate_UnderLoad_FinishesTheBatchCommitsCheckpointsAndExitsWithZero()
    {
        using ServiceBench bench = new(output, Partitions, "model:preset=adaptive");
        bench.Feed(CrashRun.DriftingStream, Instances, "--array", "--client", "compression.type=lz4");
        WorkerGroup group = bench.Group("stopped");
        using WorkerProcess worker = group.Start();
        worker.Await(() => worker.Sum("committed") > 2000, "commits under load");
        long began = Stopwatch.GetTimestamp();
        int code = worker.Stop();
        TimeSpan took = Stopwatch.GetElapsedTime(began);

        long[] committed = group.Committed;
        bench.Say($"exit code {code} after {took.TotalSeconds:0.00} s; committed {string.Join(", ", committed)}");
        Assert.Equal(0, code);
        Assert.True(took < TimeSpan.FromSeconds(60), $"it took {took.TotalSeconds} s");
        Assert.True(committed.Sum() < Instances, "there was no load any more when it was told to stop");
        // The newest checkpoint is the state after the last order record; with transactions a control record follows it.
        Assert.Equal(bench.Brokers.Ends(group.OrderTopic, 1)[0], group.NewestState(0).NextOffset + (bench.Brokers.IsReal ? 1 : 0));
        Assert.Equal(committed.Sum(), group.Outputs().Counts["prediction"]);
    }
}
