using StreamMoe.Worker.Kafka;

namespace StreamMoe.StreamHost.Tests.Kafka;

/// <summary>Slow, for a member that joins waits until the others' session timeout is nearly over.</summary>
[Trait("Category", "Slow")]
public sealed class RebalanceTests
{
    [Fact]
    public async Task SecondMember_JoinsAndLeaves_EveryRecordGoesToTheOwner()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 2);
        bench.Feed(0, "a0");
        bench.Feed(1, "b0");
        KafkaSource? first = null;
        RecordingHandler one = new() { From = p => first!.Committed(p, TimeSpan.FromSeconds(30)) ?? 0 };
        first = bench.Source(one, start: false);
        first.Start();
        one.Await(h => h.Records.Count == 2, "both partitions at the first member");
        Assert.True(first.TryCommit(0, 1) && first.TryCommit(1, 1));

        KafkaSource? second = null;
        RecordingHandler two = new() { From = p => second!.Committed(p, TimeSpan.FromSeconds(30)) ?? 0 };
        second = bench.Source(two, start: false);
        second.Start();
        two.Await(_ => second.Assignment.Count == 1, "a partition at the second member");
        int moved = second.Assignment[0], kept = 1 - moved;
        bench.Feed(moved, "moved");
        bench.Feed(kept, "kept");
        two.Await(h => h.Records.Count >= 1, "a record at the second member");
        one.Await(h => h.ValuesOf(kept).Length == 2, "a record at the first member");
        int[] ofFirst = [.. first.Assignment];
        await second.StopAsync().WaitAsync(TimeSpan.FromSeconds(30));
        one.Await(_ => first.Assignment.Count == 2, "both partitions back");

        Assert.Equal(["moved"], two.ValuesOf(moved));
        Assert.Empty(two.ValuesOf(kept));
        Assert.Equal([kept], ofFirst);
        Assert.Contains(one.Events, e => e == $"revoking {moved}" || e.StartsWith("lost", StringComparison.Ordinal));
    }

    [Fact]
    public void Pause_OutlastsARebalance()
    {
        using KafkaBench bench = KafkaBench.OnMock(partitions: 2);
        bench.Feed(0, "a0");
        bench.Feed(1, "b0");
        RecordingHandler one = new() { From = _ => 0 };
        KafkaSource first = bench.Source(one);
        one.Await(h => h.Records.Count == 2, "both partitions at the first member");
        first.Pause(0);
        first.Pause(1);
        RecordingHandler two = new() { From = _ => 0 };
        KafkaSource second = bench.Source(two);
        two.Await(_ => second.Assignment.Count == 1 && first.Assignment.Count == 1, "a partition each");
        int moved = second.Assignment[0], kept = 1 - moved;
        int before = one.ValuesOf(kept).Length;

        bench.Feed(kept, "held back");
        bench.Feed(moved, "flows");
        two.Await(h => h.ValuesOf(moved).Contains("flows"), "the other member's partition");
        string[] whilePaused = one.ValuesOf(kept);
        first.Resume(kept);
        one.Await(h => h.ValuesOf(kept).Contains("held back"), "the resumed partition");

        Assert.Equal(before, whilePaused.Length);
    }
}
