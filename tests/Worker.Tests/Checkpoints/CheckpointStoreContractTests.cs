using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Worker.Checkpoints;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Checkpoints;

/// <summary>What every store of checkpoints promises.</summary>
public abstract class CheckpointStoreContractTests
{
    private static readonly LearnerId s_partition = new("events", 3);

    private static readonly CheckpointHeader s_header = new("majority", 1, "events-l3", 0, new Dictionary<string, string> { ["topK"] = "3", ["labels:maxCount"] = "10" });

    /// <summary>Opens the store, as a worker does that has just started, on what earlier ones have written.</summary>
    private protected abstract ICheckpointStore Open(int keep = 3);

    /// <summary>Changes one byte in the middle of a checkpoint's state.</summary>
    private protected abstract void Damage(CheckpointEntry entry);

    /// <summary>Takes away the end of a checkpoint.</summary>
    private protected abstract void CutShort(CheckpointEntry entry);

    /// <summary>Makes it impossible to tell what a checkpoint is.</summary>
    private protected abstract void DamageHead(CheckpointEntry entry);

    [Fact]
    public void Restore_NothingWritten_FindsNothing()
    {
        RestoredCheckpoint found = Open().Restore(s_partition, 1000);

        Assert.Null(found.Checkpoint);
        Assert.Empty(found.Skipped);
        Assert.Empty(Open().List(s_partition));
    }

    [Fact]
    public void Restore_WrittenByAnEarlierWorker_ComesBackWhole()
    {
        Write(Open(), 100, 100, "a hundred");

        Checkpoint found = Open().Restore(s_partition, 100).Checkpoint!;

        Assert.Equal("a hundred", TextOf(found));
        Assert.Equal(("events-l3", 100L, 1L), (found.Header.Stream, found.Header.NextPosition, found.Header.Generation));
    }

    [Fact]
    public void Restore_SeveralAtOrBelow_TakesTheNewestNotTheOneAbove()
    {
        ICheckpointStore store = Open();
        foreach (long offset in (long[])[100, 200, 300]) Write(store, offset, 200, $"state {offset}");

        Assert.Equal("state 200", TextOf(Open().Restore(s_partition, 299).Checkpoint!));
        Assert.Equal("state 300", TextOf(Open().Restore(s_partition, 300).Checkpoint!));
        Assert.Null(Open().Restore(s_partition, 99).Checkpoint);
    }

    [Fact]
    public void Restore_PositionWentBack_TakesWhatWasWrittenLast()
    {
        ICheckpointStore store = Open();
        Write(store, 100, 100, "old hundred");
        Write(store, 200, 100, "old two hundred");
        Write(store, 150, 150, "new timeline");

        Assert.Equal("new timeline", TextOf(Open().Restore(s_partition, 500).Checkpoint!));
    }

    [Fact]
    public void Write_SameOffsetAgain_TakesTheLaterOne()
    {
        ICheckpointStore store = Open();
        Write(store, 100, 100, "first");
        Write(store, 100, 100, "second");

        Assert.Equal("second", TextOf(Open().Restore(s_partition, 100).Checkpoint!));
        Assert.Equal(2, Open().List(s_partition)[0].Generation);
    }

    [Fact]
    public void Write_MoreThanAreKept_KeepsTheNewest()
    {
        ICheckpointStore store = Open(keep: 2);
        for (long offset = 100; offset <= 900; offset += 100) Write(store, offset, offset, $"state {offset}");

        Assert.Equal([(9L, 900L), (8L, 800L)], store.List(s_partition).Select(e => (e.Generation, e.NextOffset)));
        Assert.Equal("state 800", TextOf(Open().Restore(s_partition, 850).Checkpoint!));
    }

    [Fact]
    public void Write_CommitStaysBehind_NeverLosesTheNewestAtOrBelowIt()
    {
        ICheckpointStore store = Open(keep: 2);
        for (long offset = 100; offset <= 900; offset += 100) Write(store, offset, committed: 250, $"state {offset}");

        Assert.Equal("state 200", TextOf(Open().Restore(s_partition, 250).Checkpoint!));
        Assert.Equal([900L, 800L, 200L], Open().List(s_partition).Select(e => e.NextOffset));
    }

    [Fact]
    public void Write_StoreOpenedAgain_CountsGenerationsOn()
    {
        Write(Open(), 100, 100, "one");
        Write(Open(), 200, 200, "two");

        Assert.Equal([2L, 1L], Open().List(s_partition).Select(e => e.Generation));
    }

    [Fact]
    public void Write_TwoPartitions_DoNotMeet()
    {
        ICheckpointStore store = Open();
        LearnerId other = new("events", 31);
        Write(store, 100, 100, "three");
        store.Write(other, 50, 50, s_header, [Section("thirty-one")]);

        Assert.Equal("three", TextOf(store.Restore(s_partition, 100).Checkpoint!));
        Assert.Equal("thirty-one", TextOf(store.Restore(other, 100).Checkpoint!));
        Assert.Single(store.List(other));
    }

    [Fact]
    public void Restore_NewestIsDamaged_TakesTheOneBeforeAndTellsWhichAndWhy()
    {
        ICheckpointStore store = Open();
        Write(store, 100, 300, "good");
        CheckpointEntry cut = Write(store, 200, 300, "cut"), changed = Write(store, 300, 300, "changed");
        CutShort(cut);
        Damage(changed);

        RestoredCheckpoint found = Open().Restore(s_partition, 300);

        Assert.Equal("good", TextOf(found.Checkpoint!));
        Assert.Equal([changed.Name, cut.Name], found.Skipped.Select(s => s.Name));
        Assert.All(found.Skipped, s => Assert.Contains($"Checkpoint {s.Name} cannot be used: ", s.Reason));
    }

    [Fact]
    public void Restore_HeadIsDamaged_TellsItAndListsItLast()
    {
        ICheckpointStore store = Open();
        Write(store, 100, 200, "good");
        CheckpointEntry damaged = Write(store, 200, 200, "damaged");
        DamageHead(damaged);

        RestoredCheckpoint found = Open().Restore(s_partition, 300);
        IReadOnlyList<CheckpointEntry> list = Open().List(s_partition);

        Assert.Equal("good", TextOf(found.Checkpoint!));
        Assert.Equal([damaged.Name], found.Skipped.Select(s => s.Name));
        Assert.Equal([100L, -1L], list.Select(e => e.NextOffset));
        Assert.NotNull(list[1].Fault);
    }

    [Fact]
    public void Restore_AllDamaged_FindsNothingAndTellsAll()
    {
        ICheckpointStore store = Open();
        Damage(Write(store, 100, 200, "one"));
        DamageHead(Write(store, 200, 200, "two"));

        RestoredCheckpoint found = Open().Restore(s_partition, 300);

        Assert.Null(found.Checkpoint);
        Assert.Equal(2, found.Skipped.Count);
    }

    [Fact]
    public void MakeNewest_OlderGeneration_IsRestoredAndLaterOnesAreSetAside()
    {
        ICheckpointStore store = Open(keep: 4);
        for (long offset = 100; offset <= 400; offset += 100) Write(store, offset, offset, $"state {offset}");

        IReadOnlyList<string> done = Open(keep: 4).MakeNewest(s_partition, 2);

        Assert.Equal(["generation 4 (offset 400) was set aside as ", "generation 3 (offset 300) was set aside as "], done.Select(d => d[..(d.IndexOf(" as ") + 4)]));
        Assert.Equal("state 200", TextOf(Open().Restore(s_partition, 1000).Checkpoint!));
        Assert.Equal([2L, 1L], Open().List(s_partition).Select(e => e.Generation));
    }

    [Fact]
    public void MakeNewest_ThenGoingOn_GivesNoGenerationTwice()
    {
        ICheckpointStore store = Open();
        for (long offset = 100; offset <= 300; offset += 100) Write(store, offset, offset, $"state {offset}");
        Open().MakeNewest(s_partition, 1);
        Write(Open(), 300, 300, "again");
        Open().MakeNewest(s_partition, 1);

        Assert.Equal(5, Write(Open(), 300, 300, "and again").Generation);
    }

    [Fact]
    public void MakeNewest_UnknownGeneration_ListsTheKnownOnesAndChangesNothing()
    {
        ICheckpointStore store = Open();
        Write(store, 100, 100, "one");
        Write(store, 200, 200, "two");

        CheckpointException fault = Assert.Throws<CheckpointException>(() => store.MakeNewest(s_partition, 7));

        Assert.Contains("events-l3 has no checkpoint of generation 7", fault.Message);
        Assert.Contains("There are: 2 (offset 200), 1 (offset 100).", fault.Message);
        Assert.Equal([2L, 1L], store.List(s_partition).Select(e => e.Generation));
    }

    [Fact]
    public void MakeNewest_DamagedGeneration_IsRefusedAndChangesNothing()
    {
        ICheckpointStore store = Open();
        Damage(Write(store, 100, 100, "one"));
        Write(store, 200, 200, "two");

        Assert.Throws<CheckpointException>(() => store.MakeNewest(s_partition, 1));

        Assert.Equal([2L, 1L], store.List(s_partition).Select(e => e.Generation));
    }

    [Fact]
    public void Write_StateThatCannotBeSaved_KeepsWhatWasThere()
    {
        ICheckpointStore store = Open();
        Write(store, 100, 100, "one");

        Assert.Throws<InvalidOperationException>(() => store.Write(s_partition, 200, 200, s_header, [new("learner", _ => throw new InvalidOperationException())]));

        Assert.Equal("one", TextOf(store.Restore(s_partition, 300).Checkpoint!));
    }

    private protected static CheckpointEntry Write(ICheckpointStore store, long offset, long? committed, string text) => store.Write(s_partition, offset, committed, s_header, [Section(text)]);

    /// <summary>The text at both ends of a state that is larger than a chunk.</summary>
    private static CheckpointSection Section(string text) => new("learner", writer =>
    {
        writer.Write(text);
        writer.Write(new byte[2000]);
    });

    private static string TextOf(Checkpoint checkpoint)
    {
        string text = "";
        checkpoint.Load("learner", reader =>
        {
            text = reader.ReadString();
            reader.ReadInto(new byte[2000].AsSpan(), "padding");
        });
        return text;
    }
}
