using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Kafka.Feed;

namespace StreamMoe.StreamHost.Tests.Service;

/// <summary>A worker whose events bring their labels along, killed again and again.</summary>
[Trait("Category", "Slow")]
public sealed class CrashTests(ITestOutputHelper output)
{
    [Fact]
    public void LabelsInEvents_KilledTwentyTimes_OutputsAndStateAreThoseOfAnUndisturbedRun()
        => CrashRun.KillAndCompare(output, 20261121, FeedLabels.InEvents);
}
