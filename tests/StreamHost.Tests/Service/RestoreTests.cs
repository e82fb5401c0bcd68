
namespace StreamMoe.StreamHost.Tests.Service;

/// <summary>A worker that starts again and finds its checkpoints damaged, made otherwise, or gone.</summary>
[Trait("Category", "Slow")]
public sealed class RestoreTests(ITestOutputHelper output)
{
    private static readonly string[] s_settings = ["model:preset=hoeffding-tree", "schema:inferFrom=200", "checkpoints:everyEvents=500"];

    [Fact]
    public void NewestCheckpointDamaged_IsReportedAndThePreviousOneUsed()
    {
        using ServiceBench bench = new(output, 1, s_settings);
        WorkerGroup group = AfterAFirstRun(bench);
        string damaged = group.NewestCheckpoint(0);
        byte[] bytes = File.ReadAllBytes(damaged);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(damaged, bytes);
        bench.Feed("agrawal:function=2", 3000, "--array");
        using WorkerProcess worker = group.Start();
        bench.Say(worker.AwaitLine(l => l.Contains("is passed over", StringComparison.Ordinal), "the report of the damaged checkpoint"));
        group.AwaitState(worker);
        Assert.Equal(0, worker.Stop());

        Assert.Contains(worker.Log, l => l.Contains(damaged, StringComparison.Ordinal) && l.Contains("its SHA-256 does not match", StringComparison.Ordinal));
        (WorkerGroup undisturbed, OutputLog expected) = bench.Undisturbed();
        bench.AssertEqual(expected, group);
        Assert.Equal(undisturbed.NewestState(0).State, group.NewestState(0).State);
    }

    [Fact]
    public void OtherLearningOptions_ExitCodeOneAndBothValuesNamed()
    {
        using ServiceBench bench = new(output, 1, s_settings);
        WorkerGroup group = AfterAFirstRun(bench);
        using WorkerProcess worker = group.Start(null, "model:options:gracePeriod=77");
        int code = worker.AwaitExit();

        Assert.Equal(1, code);
        string line = Assert.Single(worker.Log, l => l.StartsWith("streammoe: Checkpoint", StringComparison.Ordinal));
        bench.Say(line);
        Assert.Contains("gracePeriod", line);
        Assert.Contains("200", line);
        Assert.Contains("77", line);
    }

    [Fact]
    public void CommittedOffsetWithoutCheckpoint_IsAnErrorUnlessAFreshModelIsAllowed()
    {
        using ServiceBench bench = new(output, 1, s_settings);
        WorkerGroup group = AfterAFirstRun(bench);
        Directory.Delete(group.Directory, recursive: true);
        using (WorkerProcess refused = group.Start())
        {
            Assert.Equal(1, refused.AwaitExit());
            string line = refused.Log.Last(l => l.StartsWith("streammoe: ", StringComparison.Ordinal));
            bench.Say(line);
            Assert.Contains($"{bench.EventTopic}-l0 cannot be restored: its order log goes to offset ", line);
            Assert.Contains("checkpoints:allowFreshModel=true", line);
        }

        bench.Feed("agrawal:function=2", 1000, "--array");
        using WorkerProcess worker = group.Start(null, "checkpoints:allowFreshModel=true");
        group.AwaitAll(worker);
        Assert.Equal(0, worker.Stop());
        Assert.Contains(worker.Log, l => l.Contains("a new model begins at this offset", StringComparison.Ordinal));
        Assert.Equal(4000, group.Outputs().Counts["prediction"]);
    }

    private static WorkerGroup AfterAFirstRun(ServiceBench bench)
    {
        bench.Feed("agrawal:function=1", 3000, "--array");
        WorkerGroup group = bench.Group("restored");
        using WorkerProcess worker = group.Start();
        group.AwaitAll(worker);
        Assert.Equal(0, worker.Stop());
        return group;
    }
}
