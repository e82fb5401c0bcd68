using System.Diagnostics;
using StreamMoe.StreamHost.Tests.Service;

namespace StreamMoe.StreamHost.Tests.Prometheus;

/// <summary>The shipped alerts fire in Prometheus when what they tell of really happens to workers. Minutes of the rules are seconds here.</summary>
[Trait("Category", "Slow")]
public sealed class FiringTests(ITestOutputHelper output)
{
    /// <summary>Two concepts in turn, each with another majority: repeating the last label is better than the majority class of all.</summary>
    private const string Alternating = "stagger:function=1 @2000/1/2000/2000/300 stagger:function=3";

    [Fact]
    public void StreamsGoWrong_AlertsOfTheLearnerFire()
    {
        using PrometheusServer prometheus = new();
        Fires(prometheus, "StreamMoeNoWorkers", null);
        using WorkerProcess storm = new(["embedded:rate=2000", "embedded:driftEvery=2000"]);
        using WorkerProcess poor = new(["embedded:rate=2000", $"embedded:stream={Alternating}", "model:preset=majority"]);
        // A router that keeps its first, random weights and decides sharply: with this seed it prefers one expert everywhere.
        using WorkerProcess collapsed = new(["embedded:rate=1000", "embedded:stream=agrawal:function=1", "model:preset=moe-data", "model:seed=3", "model:options:experts=2",
            "model:options:topK=1", "model:options:router.temperature=0.000001", "model:options:router.interval=65536"]);
        foreach (WorkerProcess worker in (WorkerProcess[])[storm, poor, collapsed]) worker.AwaitReady();
        prometheus.Scrape(storm.Address!, poor.Address!, collapsed.Address!);
        Fires(prometheus, "StreamMoeDriftStorm", storm.Address);
        Fires(prometheus, "StreamMoeAccuracyBelowNoChange", poor.Address);
        Fires(prometheus, "StreamMoeRoutingCollapsed", collapsed.Address);
        Assert.DoesNotContain(prometheus.Alerts(), a => a.Name is "StreamMoeWorkerDown" or "StreamMoeNoWorkers" or "StreamMoeNotReady" or "StreamMoeNoEvents" or "StreamMoeDeadLetters");

        storm.Kill();
        Fires(prometheus, "StreamMoeWorkerDown", storm.Address);
    }

    [Fact]
    public void TopicsAndDisksGoWrong_AlertsOfTheServiceFire()
    {
        using PrometheusServer prometheus = new();
        using ServiceBench bench = new(output, 1, "schema:inferFrom=20", "checkpoints:everyEvents=500");
        // Slow on purpose: a few hundred events a second.
        WorkerGroup slow = bench.Group("slow", "model:preset=streaming-random-patches", "model:options:learners=100");
        WorkerGroup idle = bench.Group("idle", "model:preset=naive-bayes");
        using WorkerProcess worker = slow.Start(), listener = idle.Start(), astray = new(["kafka:bootstrapServers=127.0.0.1:1"]);
        bench.Feed("stagger", 300);
        slow.AwaitAll(worker);
        idle.AwaitAll(listener);
        prometheus.Scrape(worker.Address!, listener.Address!, astray.Address!);

        Fires(prometheus, "StreamMoeNoEvents", null);
        Fires(prometheus, "StreamMoeDeadLetters", worker.Address, () =>
            bench.Brokers.Send(bench.EventTopic, 0, Enumerable.Range(0, 20).Select(i => ((byte[]?)null, (byte[]?)(i < 2 ? "{"u8.ToArray() : "{\"features\":[\"small\",\"red\",\"circle\"],\"label\":\"true\"}"u8.ToArray())))));
        Fires(prometheus, "StreamMoeNotReady", astray.Address);

        string folder = Path.GetDirectoryName(slow.NewestCheckpoint(0))!;
        Directory.Move(folder, folder + ".away");
        File.WriteAllText(folder, "a file where the folder should be");
        string[] feed = ["generate", "stagger", "--instances", "1000000", "--kafka", bench.Brokers.Addresses, "--topic", bench.EventTopic, "--array", "--rate", "3000", "--client", "compression.type=lz4"];
        using Process feeder = Process.Start(new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            [typeof(StreamMoe.StreamHost.Commands.CommandLine).Assembly.Location, .. feed]) { RedirectStandardError = true })!;
        try
        {
            Fires(prometheus, "StreamMoeCheckpointFailing", worker.Address);
            Fires(prometheus, "StreamMoeCheckpointStale", worker.Address);
            Fires(prometheus, "StreamMoeLagGrowing", worker.Address);
        }
        finally
        {
            feeder.Kill();
            feeder.WaitForExit();
        }
    }

    private void Fires(PrometheusServer prometheus, string alert, string? address, Action? meanwhile = null)
    {
        long began = Stopwatch.GetTimestamp();
        prometheus.AwaitAlert(alert, address, meanwhile);
        output.WriteLine($"{alert} fires after {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s: {prometheus.Alerts().First(a => a.Name == alert && a.Fires).Summary}");
    }
}
