using StreamMoe.Tests.Common;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Pipeline;

/// <summary>When a lane takes batches, commits, checkpoints and holds its partition back.</summary>
public sealed class LearnerTaskTests
{
    private static readonly PipelineOptions s_small = new() { Capacity = 4, Linger = TimeSpan.FromMilliseconds(5), Queue = 16 };

    [Fact]
    public async Task Batch_NotFull_IsTakenWhenLingerIsOver()
    {
        using WorkerBench bench = new(pipeline: s_small);
        bench.Deliver(3);
        bench.Start();
        bench.AwaitTimer(s_small.Linger);
        Assert.Equal(0, bench.Learner.Figures.Records);

        bench.Time.Advance(s_small.Linger);
        bench.AwaitRecords(3);
        await bench.EndAsync();
    }

    [Fact]
    public async Task Batch_Full_IsTakenAtOnce()
    {
        using WorkerBench bench = new(pipeline: s_small);
        bench.Deliver(4);
        bench.Start();

        bench.AwaitRecords(4);
        Assert.Equal(bench.Time.Start, bench.Time.GetUtcNow());
        await bench.EndAsync();
    }

    [Fact]
    public async Task Outputs_AreCommittedWhenTheIntervalIsOver()
    {
        using WorkerBench bench = new(pipeline: s_small);
        bench.Deliver(4);
        bench.Start();
        bench.AwaitRecords(4);
        bench.AwaitTimer(WorkerBench.CommitInterval);
        Assert.Empty(bench.Outputs.LinesOf(Partition.Source));

        bench.Time.Advance(WorkerBench.CommitInterval);
        WorkerBench.Await(() => bench.Committed == 4, "the commit");
        Assert.Equal(4, bench.Outputs.LinesOf(Partition.Source).Count);
        await bench.EndAsync();
    }

    [Fact]
    public async Task FullQueue_PausesThePartitionAndResumesItWhenThereIsRoom()
    {
        // A batch may be as large as the queue and lingers until it is full, so each filling pauses exactly once.
        using WorkerBench bench = new(pipeline: s_small with { Capacity = 64 });
        bench.Deliver(160);
        bench.Start();

        bench.AwaitRecords(160);
        Assert.Equal(10, bench.Source.Pauses);
        WorkerBench.Await(() => !bench.Source.IsPaused(Partition.Source), "the last resumption");
        await bench.EndAsync();
        Assert.Equal(160, bench.Outputs.LinesOf(Partition.Source).Count);
    }

    [Fact]
    public async Task FullQueue_WorkedOffBeforeThePauseIsMade_IsResumedAllTheSame()
    {
        using WorkerBench bench = new(pipeline: s_small with { Capacity = 64 });
        bench.Source.BeforePause = _ => WorkerBench.Await(() => bench.Learner.Queued == 0, "the queue to be worked off first");
        bench.Deliver(48);
        bench.Start();

        bench.AwaitRecords(48);
        await bench.EndAsync();
    }

    [Fact]
    public async Task CommitOnItsWay_FurtherRecordsAreLearnedAndTheLaneDoesNotSpin()
    {
        using WorkerBench bench = new(pipeline: s_small);
        TaskCompletionSource held = new();
        int begun = 0;
        bench.Outputs.BeforeCommit = (_, _) =>
        {
            Interlocked.Increment(ref begun);
            return held.Task;
        };
        bench.Deliver(4, of: 12);
        bench.Start();
        bench.AwaitRecords(4);
        bench.AwaitTimer(WorkerBench.CommitInterval);
        bench.Time.Advance(WorkerBench.CommitInterval);
        WorkerBench.Await(() => Volatile.Read(ref begun) == 1, "the commit to begin");
        bench.Source.DeliverTo(Partition.Source, 8);
        bench.AwaitRecords(8);
        bench.Time.Advance(10 * WorkerBench.CommitInterval);
        bench.Source.DeliverTo(Partition.Source, 12);
        bench.AwaitRecords(12);
        bench.AwaitTimer(TimeSpan.FromMinutes(1)); // nothing to do but to wait, though the interval is over
        Assert.Equal((0, 1), (bench.Committed, begun));

        held.SetResult();
        WorkerBench.Await(() => bench.Committed == 12, "the commit of the rest");
        await bench.EndAsync();
        Assert.Equal(12, bench.Outputs.LinesOf(Partition.Source).Count);
    }

    [Fact]
    public async Task Checkpoint_IsDueButNothingIsNew_TheLaneWaits()
    {
        using TemporaryFolder folder = new();
        BreakableStore store = BreakableStore.In(folder);
        using WorkerBench bench = new(store, s_small, new CheckpointOptions { Every = TimeSpan.FromSeconds(30) });
        bench.Deliver(4);
        bench.Start();
        bench.AwaitRecords(4);
        bench.AwaitTimer(WorkerBench.CommitInterval);
        bench.Time.Advance(TimeSpan.FromSeconds(30));
        WorkerBench.Await(() => bench.Learner.Checkpoints!.Position == 4, "the checkpoint");

        bench.AwaitTimer(TimeSpan.FromMinutes(1));
        bench.Time.Advance(TimeSpan.FromSeconds(45));
        await bench.EndAsync();
        Assert.Equal([(0, null), (4, 4)], store.Written);
    }

    [Fact]
    public async Task Checkpoint_StoreFails_IsTriedAgainWhenTheNextIsDueAndTheLaneGoesOn()
    {
        using TemporaryFolder folder = new();
        BreakableStore store = BreakableStore.In(folder);
        store.IsBroken = true;
        using WorkerBench bench = new(store, s_small, new CheckpointOptions { EveryEvents = 8 });
        bench.Append(48);
        bench.Source.Assign(Partition.Source);
        for (int next = 4; next <= 48; next += 4)
        {
            long wanted = next;
            bench.Source.DeliverTo(Partition.Source, next);
            bench.Source.Do(_ => bench.AwaitRecords(wanted));
            if (next != 40) continue;
            bench.Source.Do(_ => WorkerBench.Await(() => store.Failures == 6, "the write at 40, which fails"));
            bench.Source.Do(_ => store.IsBroken = false);
        }
        bench.Start();

        WorkerBench.Await(() => bench.HasLearners && bench.Learner.Checkpoints!.Position == 48, "the checkpoint after the store was mended");
        Assert.Equal(6, store.Failures); // at the start, at 8, 16, 24, 32 and 40, and not at every batch
        Assert.Equal(0, bench.Learner.Checkpoints!.Failures);
        await bench.EndAsync();
        Assert.Equal(48, bench.Outputs.LinesOf(Partition.Source).Count);
    }

    [Fact]
    public async Task Checkpoint_StoreFails_AgeIsStillThatOfTheLastOneWritten()
    {
        using TemporaryFolder folder = new();
        BreakableStore store = BreakableStore.In(folder);
        using WorkerBench bench = new(store, s_small, new CheckpointOptions { Every = TimeSpan.FromSeconds(30) });
        bench.Deliver(4);
        bench.Start();
        bench.AwaitRecords(4);
        store.IsBroken = true;
        bench.AwaitTimer(WorkerBench.CommitInterval);
        bench.Time.Advance(TimeSpan.FromSeconds(30));
        WorkerBench.Await(() => bench.Learner.Checkpoints!.TotalFailures == 1, "the checkpoint that fails");

        Assert.True(bench.Learner.Checkpoints!.Age >= TimeSpan.FromSeconds(30), $"the age was {bench.Learner.Checkpoints.Age}");
        await bench.EndAsync();
    }

    [Fact]
    public async Task Checkpoint_AskedFor_IsWrittenAtTheCommittedOffset()
    {
        using TemporaryFolder folder = new();
        BreakableStore store = BreakableStore.In(folder);
        using WorkerBench bench = new(store, s_small);
        bench.Deliver(4, of: 8);
        bench.Start();
        bench.AwaitRecords(4);
        bench.RequestCheckpoints();
        bench.Source.DeliverTo(Partition.Source, 8);

        WorkerBench.Await(() => bench.Learner.Checkpoints!.Position >= 4, "the checkpoint");
        await bench.EndAsync();
        Assert.All(store.Written, w => Assert.Equal(w.NextOffset, w.Committed ?? 0));
    }

    [Fact]
    public async Task Resumption_Fails_TheFaultOfTheThreadThatMergesEndsTheWorker()
    {
        using WorkerBench bench = new(pipeline: s_small with { Capacity = 64 });
        bench.Source.BeforeResume = _ => throw new InvalidOperationException("no resumption");
        bench.Deliver(16);
        bench.Start();

        WorkerException fault = await Assert.ThrowsAsync<WorkerException>(() => bench.Running.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal("no resumption", fault.Message);
    }

    [Fact]
    public void Outputs_CannotBeMade_TheFaultEndsSealsAndPuts()
    {
        int told = 0;
        OutputMaker maker = new("output", Writer(), 4, (_, _) => throw new InvalidOperationException("no outputs"), () => Interlocked.Increment(ref told));
        using LearnerProcessor processor = Partition.Create(Partition.Declared(["UP"], ["v"]), capacity: 4);
        Action putForEver = () =>
        {
            for (int i = 0; ; i++) processor.Process([Partition.Record(i, """{"features":[1,2,"v"],"label":"UP"}"""u8.ToArray())], null, maker);
        };
        Assert.Equal("no outputs", Assert.Throws<InvalidOperationException>(putForEver).Message);
        Assert.Equal("no outputs", Assert.Throws<AggregateException>(() => maker.Seal().Wait()).InnerException!.Message);
        Assert.Equal(1, told);
        maker.Dispose();
    }

    [Fact]
    public async Task Seal_HoldsWhatWasPutBeforeItAndNothingAfter()
    {
        using OutputMaker maker = new("output", Writer(), 4, (_, _) => { }, () => { });
        using LearnerProcessor processor = Partition.Create(Partition.Declared(["UP"], ["v"]), capacity: 4);
        long offset = 0;
        for (int round = 1; round <= 20; round++)
        {
            for (int i = 0; i < round; i++) processor.Process([Partition.Record(offset++, """{"features":[1,2,"v"],"label":"UP"}"""u8.ToArray())], null, maker);
            OutputBatch made = await maker.Seal();
            Assert.Equal(round, made.Count);
            Assert.Equal(offset - 1, made.OriginOf(round - 1).Offset);
        }
    }

    private static BatchWriter Writer() => new(Partition.Learner, 100, new PassedHeaders(new EventOptions()));
}
