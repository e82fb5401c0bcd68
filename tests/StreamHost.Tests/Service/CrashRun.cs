using System.Globalization;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Kafka.Feed;

namespace StreamMoe.StreamHost.Tests.Service;

/// <summary>Kills a worker (SIGKILL) again and again, and compares what comes out with a run that was never disturbed.</summary>
internal static class CrashRun
{
    /// <summary>Three concepts, so that the audit topic has something in it.</summary>
    public const string DriftingStream = "agrawal:function=1 @14000/50 agrawal:function=5 @28000/50 agrawal:function=3";

    private const int Partitions = 4, Instances = 40_000, Ahead = 1500, Delay = 300;

    public static void KillAndCompare(ITestOutputHelper output, int seed, FeedLabels labels)
        => KillAndCompare(output, seed, labels, 20, StreamCatalogue.Open(DriftingStream, 1));

    /// <param name="output">Told what happened.</param>
    /// <param name="seed">Says when the worker is killed.</param>
    /// <param name="labels">How labels come.</param>
    /// <param name="kills">How often it is killed.</param>
    /// <param name="stream">What it learns.</param>
    /// <param name="more">Settings beside the usual ones.</param>
    public static void KillAndCompare(ITestOutputHelper output, int seed, FeedLabels labels, int kills, InstanceStream stream, params string[] more)
    {
        using ServiceBench bench = new(output, Partitions, ["model:preset=adaptive", "schema:inferFrom=200", WorkerGroup.ALearnerEach, "checkpoints:everyEvents=700", "checkpoints:keep=2", .. more]);
        bench.Say($"seed {seed}, {kills} kills");
        GatedFeed feed = new(bench.Brokers, stream, Instances, new FeedPlan(bench.EventTopic, labels) { LabelDelay = Delay });
        // The mock knows no static membership: a restarted worker waits until the session of the killed one is over.
        WorkerGroup group = bench.Group("killed", bench.Brokers.IsReal ? [] : ["kafka:client:session.timeout.ms=3000"]);
        Random random = new(seed);
        int recordsOfAnEvent = labels == FeedLabels.Late ? 2 : 1;
        long[] targets = [.. Enumerable.Range(0, kills).Select(_ => random.NextInt64(Instances)).Order()];
        for (int kill = 0; kill < kills; kill++)
        {
            using WorkerProcess worker = group.Start("w1");
            feed.AllowTo(targets[kill] + Ahead);
            bool early = random.Next(4) == 0;
            TimeSpan late = TimeSpan.FromMilliseconds(random.Next(early ? 1500 : 60));
            long enough = recordsOfAnEvent * targets[kill];
            if (!early) worker.Await(() => worker.Sum("committed") >= enough, $"commits up to {enough} in all");
            worker.Run(late);
            string committed = string.Join(", ", worker.Partitions().Select(p => p.GetProperty("committed").GetInt64()));
            Assert.False(worker.HasExited, string.Join(Environment.NewLine, worker.Log.TakeLast(20)));
            worker.Kill();
            bench.Say(string.Create(CultureInfo.InvariantCulture, $"kill {kill + 1}: {(early ? "after the start" : $"past {enough}")} + {late.TotalMilliseconds} ms; committed {committed}"));
        }
        feed.Finish();
        using (WorkerProcess last = group.Start("w1"))
        {
            last.AwaitReady();
            group.AwaitState(last);
            Assert.Equal(0, last.Stop());
        }

        (WorkerGroup undisturbed, OutputLog expected) = bench.Undisturbed();
        bench.AssertEqual(expected, group);
        Assert.True(expected.Counts["audit"] > Partitions, "the stream was meant to bring about more in the audit topic than the schemas");
        for (int partition = 0; partition < Partitions; partition++)
        {
            Assert.True(undisturbed.NewestState(partition).State.AsSpan().SequenceEqual(group.NewestState(partition).State), $"the states of partition {partition} differ");
        }
    }
}
