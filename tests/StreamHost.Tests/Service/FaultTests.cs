using System.Net;
using StreamMoe.Tests.Common.Kafka;

namespace StreamMoe.StreamHost.Tests.Service;

/// <summary>What happens around a worker: brokers go away, events come slowly, the disk fails.</summary>
[Trait("Category", "Slow")]
public sealed class FaultTests(ITestOutputHelper output)
{
    private const int MostLines = 500;

    private static readonly string[] s_settings = ["model:preset=hoeffding-tree", "schema:inferFrom=200", "checkpoints:everyEvents=500"];

    [Fact]
    public void BrokerAwayForAWhile_WorkerGoesOnAndNothingIsLost()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("STREAMMOE_OUTAGE") != "1",
            "On a busy machine the worker did not go on within two minutes in some runs; STREAMMOE_OUTAGE=1 runs this test. The cause is not found yet.");
        using ServiceBench bench = new(output, 2, [.. s_settings, WorkerGroup.ALearnerEach]);
        Assert.SkipWhen(bench.Brokers.Mock is null, "Only the mock broker can be taken away from here; leave STREAMMOE_TEST_BROKERS out.");
        MockBroker mock = bench.Brokers.Mock!;
        WorkerGroup group = bench.Group("patient");
        using WorkerProcess worker = group.Start();
        bench.Feed("agrawal:function=1", 5000);
        worker.Await(() => worker.Sum("records") > 1000, "the first records");
        mock.TakeDown();
        worker.AwaitLine(line => line.Contains("Kafka: ", StringComparison.Ordinal) && line.Contains("warning: ", StringComparison.Ordinal), "a warning that the broker is away");
        worker.Run(TimeSpan.FromSeconds(2));
        Assert.False(worker.HasExited);
        bench.Say($"{worker.Log.Count} lines were logged until the broker came back");
        Assert.InRange(worker.Log.Count, 0, MostLines);
        mock.BringUp();
        bench.Feed("agrawal:function=2", 5000);
        group.AwaitAll(worker);
        Assert.Equal(0, worker.Stop());

        bench.AssertEqual(bench.Undisturbed().Outputs, group);
    }

    [Fact]
    public void LearnerCannotGoOn_LiveSaysSoUntilTheWorkerHasEnded()
    {
        using ServiceBench bench = new(output, 2, s_settings);
        Assert.SkipWhen(bench.Brokers.Mock is null, "Under exactly-once nobody else can write to an order log; leave STREAMMOE_TEST_BROKERS out.");
        WorkerGroup group = bench.Group("dying");
        using WorkerProcess worker = group.Start();
        bench.Feed("agrawal:function=1", 2000);
        group.AwaitAll(worker);
        Assert.Equal(HttpStatusCode.OK, worker.Get("/health/live")!.Value.Status);
        bench.Brokers.Send(group.OrderTopic, 0, [(null, "no order record"u8.ToArray())]);
        bench.Brokers.Mock!.SlowDown(TimeSpan.FromSeconds(1)); // so that the other learner's last commit takes a while
        bench.Feed("agrawal:function=2", 200);
        worker.Await(() => worker.Get("/health/live") is (HttpStatusCode.ServiceUnavailable, _), "a live check that fails");
        Assert.Equal(1, worker.AwaitExit());
    }

    [Fact]
    public void EventsComeOneByOne_OutputsAreThoseOfARunThatReadsThemAtOnce()
    {
        using ServiceBench bench = new(output, 2, [.. s_settings, WorkerGroup.ALearnerEach]);
        WorkerGroup group = bench.Group("slow");
        using WorkerProcess worker = group.Start();
        worker.AwaitReady();
        bench.Feed("agrawal:function=1", 1500, "--rate", "400", "--label-delay", "7");
        group.AwaitAll(worker);
        Assert.Equal(0, worker.Stop());

        bench.AssertEqual(bench.Undisturbed().Outputs, group);
    }

    [Fact]
    public void CheckpointsCannotBeWritten_WorkerGoesOnReportsItAndWritesTheNextOne()
    {
        using ServiceBench bench = new(output, 1, s_settings);
        WorkerGroup group = bench.Group("full-disk");
        using WorkerProcess worker = group.Start();
        bench.Feed("agrawal:function=1", 2000, "--array");
        group.AwaitAll(worker);
        string folder = Path.GetDirectoryName(group.NewestCheckpoint(0))!;
        Directory.Move(folder, folder + ".away");
        File.WriteAllText(folder, "a file where the folder should be");
        bench.Feed("agrawal:function=2", 2000, "--array");
        string line = worker.AwaitLine(l => l.Contains("could not be written", StringComparison.Ordinal), "the report of a checkpoint that failed");
        bench.Say(line);
        group.AwaitAll(worker);
        Assert.True(worker.Learners()[0].GetProperty("checkpoint").GetProperty("failures").GetInt32() > 0);
        File.Delete(folder);
        Directory.Move(folder + ".away", folder);
        bench.Feed("agrawal:function=3", 2000, "--array");
        group.AwaitAll(worker);
        Assert.Equal(0, worker.Stop());

        (WorkerGroup undisturbed, OutputLog expected) = bench.Undisturbed();
        bench.AssertEqual(expected, group);
        Assert.Equal(undisturbed.NewestState(0).State, group.NewestState(0).State);
    }

    [Fact]
    public void CheckpointsCannotBeWrittenFromTheStart_WorkerGoesOnAndReportsIt()
    {
        using ServiceBench bench = new(output, 1, s_settings);
        WorkerGroup group = bench.Group("no-disk");
        File.WriteAllText(group.Directory, "a file where the folder should be");
        bench.Feed("agrawal:function=1", 2000, "--array");
        using WorkerProcess worker = group.Start();
        group.AwaitAll(worker);
        worker.AwaitLine(l => l.Contains("could not be written", StringComparison.Ordinal), "the report of a checkpoint that failed");
        Assert.Equal(0, worker.Stop());

        bench.AssertEqual(bench.Undisturbed().Outputs, group);
    }
}
