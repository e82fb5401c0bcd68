using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;
using StreamMoe.Streams.Files;
using StreamMoe.Tests.Common;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Kafka.Feed;

namespace StreamMoe.StreamHost.Tests.Service;

/// <summary>The order of learners over 8 partitions outlasts what happens to its owners.</summary>
/// <remarks>The full proof, which takes long, is asked for by <c>STREAMMOE_PROOF=1</c>; with <c>STREAMMOE_TEST_BROKERS</c> on real brokers, under exactly-once.</remarks>
[Trait("Category", "Slow")]
public sealed class OrderProofTests(ITestOutputHelper output)
{
    private const int Partitions = 8;

    private static readonly string[] s_settings = ["model:preset=adaptive", "schema:inferFrom=200", "checkpoints:everyEvents=700", "pipeline:mergeWait=PT0.002S"];

    [Theory]
    [InlineData("1", 20261131)]
    [InlineData("3", 20261132)]
    [InlineData("partition", 20261133)]
    public void OwnersKilledFourTimes_OutputsAndStateAreThoseOfTheLogs(string learners, int seed)
    {
        const int Instances = 10_000, Kills = 4;
        using ServiceBench bench = new(output, Partitions, s_settings);
        using OrderProof proof = new(bench, learners, seed);
        GatedFeed feed = new(bench.Brokers, CrashRun.DriftingStream, Instances, new FeedPlan(bench.EventTopic, FeedLabels.InEvents));
        proof.Start();

        proof.Kill(feed, Kills, Instances, 1);
        feed.Finish();
        proof.Finish();

        proof.Compare();
    }

    /// <remarks>With real brokers and STREAMMOE_TEST_BROKER_COMMAND leaders change too, and with real brokers the topic gets partitions.</remarks>
    [Theory]
    [InlineData("1", "in events", 20261141)]
    [InlineData("3", "in events", 20261142)]
    [InlineData("partition", "in events", 20261143)]
    [InlineData("1", "late", 20261144)]
    [InlineData("3", "late", 20261145)]
    [InlineData("partition", "late", 20261146)]
    [InlineData("1", "label topic", 20261147)]
    [InlineData("3", "label topic", 20261148)]
    [InlineData("partition", "label topic", 20261149)]
    public void FullProof_TwentyKillsAndZombies_OutputsAndStateAreThoseOfTheLogs(string learners, string labels, int seed)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("STREAMMOE_PROOF") == "1", "The full proof takes long; STREAMMOE_PROOF=1 asks for it.");
        const int Instances = 12_000, Kills = 20;
        using TemporaryFolder folder = new();
        bool hasTopic = labels == "label topic";
        using ServiceBench bench = new(output, Partitions, hasTopic ? [.. s_settings, $"schema:file={folder.File("schema.json")}"] : s_settings);
        string? labelTopic = hasTopic ? bench.Brokers.Name("labels") : null;
        if (labelTopic is not null)
        {
            using InstanceStream stream = StreamCatalogue.Open(CrashRun.DriftingStream, 1);
            SchemaFile.Save(stream.Schema, folder.File("schema.json"));
            bench.Brokers.CreateTopic(labelTopic, Partitions);
        }
        using OrderProof proof = new(bench, learners, seed, labelTopic);
        bool late = labels != "in events";
        GatedFeed feed = new(bench.Brokers, CrashRun.DriftingStream, Instances,
            new FeedPlan(bench.EventTopic, late ? FeedLabels.Late : FeedLabels.InEvents) { LabelDelay = 300, LabelTopic = labelTopic });
        proof.Start();

        proof.StopForLong(feed, 1000, TimeSpan.FromSeconds(20));
        proof.Kill(feed, Kills, Instances * 3 / 4, late ? 2 : 1);
        proof.MoveLeaders(feed, Instances);
        proof.StopForLong(feed, Instances, TimeSpan.FromSeconds(20));
        feed.Finish();
        proof.AddPartitions();
        proof.Finish();

        proof.Compare();
    }
}
