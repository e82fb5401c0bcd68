using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Worker.Checkpoints;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Checkpoints;

public sealed class ChangelogCheckpointStoreTests : CheckpointStoreContractTests
{
    private readonly InMemoryChangelog _log = new();

    private protected override ICheckpointStore Open(int keep = 3) => new ChangelogCheckpointStore(_log, "group", keep);

    private protected override void Damage(CheckpointEntry entry)
    {
        byte[] chunk = [.. _log.Values[$"3:{entry.Name}/4"]];
        chunk[7] ^= 1;
        _log.Values[$"3:{entry.Name}/4"] = chunk;
    }

    private protected override void CutShort(CheckpointEntry entry)
        => _log.Values.Remove($"3:{entry.Name}/{_log.Values.Keys.Count(k => k.StartsWith($"3:{entry.Name}/", StringComparison.Ordinal)) - 2}");

    private protected override void DamageHead(CheckpointEntry entry) => _log.Values[$"3:{entry.Name}/manifest"] = [1, 2, 3];

    [Fact]
    public void Write_ManyTimes_UsesKeysOfFewSlotsOnly()
    {
        ICheckpointStore store = Open(keep: 2);
        for (long offset = 1; offset <= 50; offset++) Write(store, offset, offset, "state");

        Assert.Equal(2, _log.Values.Keys.Count(k => k.EndsWith("/manifest", StringComparison.Ordinal)));
        Assert.InRange(_log.Values.Keys.Select(k => k.Split('/')[3]).Distinct().Count(), 2, 4);
        Assert.All(_log.Values.Keys, k => Assert.StartsWith("3:group/events/l3/", k));
    }

    /// <summary>Wherever a worker is killed while it writes, the next one finds the newest checkpoint that was finished, intact.</summary>
    [Fact]
    public void Write_KilledAnywhere_LeavesTheNewestAtOrBelowTheCommit()
    {
        CheckpointHeader header = new("majority", 1, "", 0, new Dictionary<string, string> { ["topK"] = "3", ["labels:maxCount"] = "10" });
        LearnerId partition = new("events", 3);
        int kills = 0;
        for (int left = 0; left < 40; left++)
        {
            _log.Values.Clear();
            _log.Left = int.MaxValue;
            for (long offset = 100; offset <= 500; offset += 100) Write(Open(keep: 2), offset, 250, "state");
            _log.Left = left;
            bool killed = Record.Exception(() => Write(Open(keep: 2), 600, 250, "state")) is IOException;
            if (killed) kills++;
            _log.Left = int.MaxValue;

            Assert.Equal(200, Open(keep: 2).Restore(partition, 250).Checkpoint!.Header.NextPosition);
            RestoredCheckpoint newest = Open(keep: 2).Restore(partition, 10_000);
            Assert.Contains(newest.Checkpoint!.Header.NextPosition, (long[])[500, 600]);
            Assert.Empty(newest.Skipped);
            Assert.Equal(killed ? Write(Open(keep: 2), 700, 250, "on").Generation : 7, killed ? newest.Checkpoint.Header.Generation + 1 : 7);
        }
        Assert.InRange(kills, 8, 39);
    }
}
