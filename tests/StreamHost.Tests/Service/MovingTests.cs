
namespace StreamMoe.StreamHost.Tests.Service;

/// <summary>Workers come and go; partitions move, and their state with them.</summary>
[Trait("Category", "Slow")]
public sealed class MovingTests(ITestOutputHelper output)
{
    private const int Partitions = 4, Instances = 40_000;

    [Fact]
    public async Task WorkersJoinLeaveAndDie_StateFollowsThePartitionsAndOutputsAreThoseOfOneWorker()
    {
        using ServiceBench bench = new(output, Partitions, "model:preset=adaptive", WorkerGroup.ALearnerEach, "schema:inferFrom=200", "checkpoints:everyEvents=700");
        WorkerGroup group = bench.Group("moving");
        Task feed = Task.Run(() => bench.Feed(CrashRun.DriftingStream, Instances, "--rate", "1500", "--client", "compression.type=lz4"));

        using WorkerProcess first = group.Start();
        first.Await(() => first.Partitions().Count == Partitions, "all partitions at the first worker");
        using WorkerProcess second = group.Start();
        second.Await(() => second.Partitions().Count == 2 && first.Partitions().Count == 2, "two partitions at each worker");
        Say("the second has joined");
        second.Await(() => second.Sum("learned") > 0, "the second to learn");

        Assert.Equal(0, first.Stop());
        second.Await(() => second.Partitions().Count == Partitions, "all partitions at the second worker");
        Say("the first has left");

        using WorkerProcess third = group.Start();
        third.Await(() => third.Partitions().Count == 2 && second.Partitions().Count == 2, "two partitions at each worker");
        Say("the third has joined");
        second.Kill();
        third.Await(() => third.Partitions().Count == Partitions, "all partitions at the third worker");
        Say("the second was killed");

        await feed;
        group.AwaitState(third);
        Assert.Equal(0, third.Stop());
        (WorkerGroup undisturbed, OutputLog expected) = bench.Undisturbed();
        bench.AssertEqual(expected, group);
        for (int partition = 0; partition < Partitions; partition++)
            Assert.True(undisturbed.NewestState(partition).State.AsSpan().SequenceEqual(group.NewestState(partition).State), $"the states of partition {partition} differ");

        void Say(string what) => bench.Say($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {what}; committed {string.Join(", ", group.Committed)}");
    }
}
