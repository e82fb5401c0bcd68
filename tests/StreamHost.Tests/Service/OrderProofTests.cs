using StreamMoe.Worker.Kafka;

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

    [Theory]
    [InlineData("1", false, 20261141)]
    [InlineData("3", false, 20261142)]
    [InlineData("partition", false, 20261143)]
    [InlineData("1", true, 20261144)]
    [InlineData("3", true, 20261145)]
    [InlineData("partition", true, 20261146)]
    public void FullProof_TwentyKillsAndZombies_OutputsAndStateAreThoseOfTheLogs(string learners, bool late, int seed)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("STREAMMOE_PROOF") == "1", "The full proof takes long; STREAMMOE_PROOF=1 asks for it.");
        const int Instances = 12_000, Kills = 20;
        using ServiceBench bench = new(output, Partitions, s_settings);
        using OrderProof proof = new(bench, learners, seed);
        GatedFeed feed = new(bench.Brokers, CrashRun.DriftingStream, Instances, new FeedPlan(bench.EventTopic, late ? FeedLabels.Late : FeedLabels.InEvents) { LabelDelay = 300 });
        proof.Start();

        proof.StopForLong(feed, 2000, TimeSpan.FromSeconds(20));
        proof.Kill(feed, Kills, Instances, late ? 2 : 1);
        proof.StopForLong(feed, Instances, TimeSpan.FromSeconds(20));
        feed.Finish();
        proof.Finish();

        proof.Compare();
    }
}
