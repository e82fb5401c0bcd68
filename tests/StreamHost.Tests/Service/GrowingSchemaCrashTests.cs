using System.Globalization;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Kafka.Feed;

namespace StreamMoe.StreamHost.Tests.Service;

/// <summary>A worker whose events bring new values and classes all the time, killed again and again: <c>STREAMMOE_KILLS</c> says how often, 6 times otherwise.</summary>
[Trait("Category", "Slow")]
public sealed class GrowingSchemaCrashTests(ITestOutputHelper output)
{
    private static int Kills => int.TryParse(Environment.GetEnvironmentVariable("STREAMMOE_KILLS"), CultureInfo.InvariantCulture, out int kills) ? kills : 6;

    [Fact]
    public void ValuesAndClassesTurnUp_Killed_OutputsAndStateAreThoseOfAnUndisturbedRun()
        => CrashRun.KillAndCompare(output, 20261130, FeedLabels.InEvents, Kills, new GrowingStream(40_000),
            "model:options:pool=net:hidden1=8 hoeffding-tree drifting-tree:warningDelta=0.05,driftDelta=0.01,tree.maxByteSize=60000 drifting-tree:lambda=1 no-change",
            "model:options:lifecycle.reserve=drifting-tree:warningDelta=0.05,driftDelta=0.01 naive-bayes adaptive-random-forest:learners=2",
            "model:options:lifecycle.evidence=400", "model:options:lifecycle.trial=400", "model:options:lifecycle.tryEvery=1000", "model:options:lifecycle.refractory=300",
            "model:options:lifecycle.parkBelow=0.01", "model:options:lifecycle.leastRunning=2", "model:options:lifecycle.reserveTrials=3");
}
