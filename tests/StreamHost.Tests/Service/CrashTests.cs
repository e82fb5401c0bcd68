using System.Globalization;
using StreamMoe.StreamHost.Tests.Kafka;
using Xunit.Abstractions;

namespace StreamMoe.StreamHost.Tests.Service;

/// <summary>A worker that is killed (SIGKILL) again and again puts out what one that was never disturbed does.</summary>
[Trait("Category", "Slow")]
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int Partitions = 4, Instances = 40_000, Kills = 20;

    /// <summary>Three concepts, so that the audit topic has something in it.</summary>
    internal const string DriftingStream = "agrawal:function=1 @14000/50 agrawal:function=5 @28000/50 agrawal:function=3";

    [KafkaFact]
    public void LabelsInEvents_KilledTwentyTimes_OutputsAndStateAreThoseOfAnUndisturbedRun() => KillAndCompare(20261121);

    [KafkaFact]
    public void LateLabelsOnTheEventTopic_KilledTwentyTimes_OutputsScoresAndStateAreThoseOfAnUndisturbedRun()
        => KillAndCompare(20261122, "--label-delay", "300");

    private void KillAndCompare(int seed, params string[] feed)
    {
        using ServiceBench bench = new(output, Partitions, "model:preset=adaptive", "schema:inferFrom=200", "checkpoints:everyEvents=700", "checkpoints:keep=2");
        bench.Say($"seed {seed}");
        bench.Feed(DriftingStream, Instances, ["--client", "compression.type=lz4", .. feed]);
        (WorkerGroup undisturbed, OutputLog expected) = bench.Undisturbed();
        WorkerGroup group = bench.Group("killed");
        Random random = new(seed);
        long end = bench.Brokers.Ends(bench.EventTopic, Partitions).Sum();
        long[] targets = [.. Enumerable.Range(0, Kills).Select(_ => random.NextInt64(end)).Order()];
        for (int kill = 0; kill < Kills; kill++)
        {
            using WorkerProcess worker = group.Start("w1");
            bool early = random.Next(4) == 0;
            TimeSpan late = TimeSpan.FromMilliseconds(random.Next(early ? 1500 : 60));
            if (!early) worker.Await(() => worker.Sum("committed") >= targets[kill], $"commits up to {targets[kill]} in all");
            worker.Run(late);
            string committed = string.Join(", ", worker.Partitions().Select(p => p.GetProperty("committed").GetInt64()));
            Assert.False(worker.HasExited, string.Join(Environment.NewLine, worker.Log.TakeLast(20)));
            worker.Kill();
            bench.Say(string.Create(CultureInfo.InvariantCulture, $"kill {kill + 1}: {(early ? "after the start" : $"past {targets[kill]}")} + {late.TotalMilliseconds} ms; committed {committed}"));
        }
        using (WorkerProcess last = group.Start("w1"))
        {
            group.AwaitAll(last);
            Assert.Equal(0, last.Stop());
        }

        bench.AssertEqual(expected, group);
        Assert.True(expected.Counts["audit"] > Partitions, "the stream was meant to bring about more in the audit topic than the schemas");
        for (int partition = 0; partition < Partitions; partition++)
        {
            (long nextOffset, byte[] state) = group.NewestState(partition);
            Assert.Equal(undisturbed.NewestState(partition).NextOffset, nextOffset);
            Assert.True(undisturbed.NewestState(partition).State.AsSpan().SequenceEqual(state), $"the states of partition {partition} differ");
        }
    }
}
