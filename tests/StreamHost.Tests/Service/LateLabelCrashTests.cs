using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Kafka.Feed;

namespace StreamMoe.StreamHost.Tests.Service;

/// <summary>A worker whose labels come late on the event topic, killed again and again.</summary>
[Trait("Category", "Slow")]
public sealed class LateLabelCrashTests(ITestOutputHelper output)
{
    [Fact]
    public void LateLabelsOnTheEventTopic_KilledTwentyTimes_OutputsScoresAndStateAreThoseOfAnUndisturbedRun()
        => CrashRun.KillAndCompare(output, 20261122, FeedLabels.Late);
}
