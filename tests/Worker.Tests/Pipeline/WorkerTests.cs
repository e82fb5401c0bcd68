using System.Diagnostics;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Tests.Common;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Checkpoints;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Embedded;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Pipeline;

/// <summary>Partitions that come and go at a worker.</summary>
[Collection(StreamMoe.Worker.Tests.Telemetry.SpanListeners.Name)]
public sealed class WorkerTests
{
    private static readonly PipelineOptions s_small = new() { Capacity = 4, Linger = TimeSpan.FromMilliseconds(5), Queue = 16 };

    [Fact]
    public async Task Revoke_CommitsTheBatchInHandAndWritesACheckpointAtTheCommit()
    {
        using TemporaryFolder folder = new();
        BreakableStore store = BreakableStore.In(folder);
        using WorkerBench bench = new(store, s_small);
        bench.Deliver(8, of: 12);
        bench.Source.Do(_ => bench.AwaitRecords(8));
        bench.Source.Revoke(Partition.Source);
        long? committed = null;
        bench.Source.Do(_ => committed = bench.Outputs.CommittedOf(Partition.Source));
        bench.Start();
        await bench.EndAsync();

        Assert.Equal(8, committed);
        Assert.Equal(8, bench.Outputs.LinesOf(Partition.Source).Count);
        Assert.Equal([(0, null), (8, 8)], store.Written);
    }

    [Fact]
    public async Task Lose_WritesNothing()
    {
        using TemporaryFolder folder = new();
        BreakableStore store = BreakableStore.In(folder);
        using WorkerBench bench = new(store, s_small);
        bench.Deliver(8);
        bench.Source.Do(_ => bench.AwaitRecords(8));
        bench.Source.Lose(Partition.Source);
        bench.Start();
        await bench.EndAsync();

        Assert.Empty(bench.Outputs.LinesOf(Partition.Source));
        Assert.Null(bench.Outputs.CommittedOf(Partition.Source));
        Assert.Equal([(0, null)], store.Written);
    }

    [Fact]
    public async Task Fenced_LaneIsDroppedAndTheGroupJoinedAnew()
    {
        using WorkerBench bench = new(pipeline: s_small);
        bench.Deliver(4);
        bench.Source.Do(_ => bench.AwaitRecords(4));
        TaskCompletionSource taken = new();
        bench.Source.Do(_ =>
        {
            bench.Outputs.Open(0); // somebody else takes the partition over
            taken.SetResult();
        });
        bench.Start();
        await taken.Task;
        bench.AwaitTimer(WorkerBench.CommitInterval);
        WorkerBench.Await(() =>
        {
            bench.Time.Advance(WorkerBench.CommitInterval);
            return bench.Source.Rejoins == 1;
        }, "joining anew");

        Assert.False(bench.HasLearners);
        Assert.Empty(bench.Outputs.LinesOf(Partition.Source));
        await bench.EndAsync();
    }

    [Fact]
    public async Task OutputIsLost_LearnerIsDroppedAndTheGroupJoinedAnew_ButNotForEver()
    {
        const int tries = 51;
        using WorkerBench bench = new(pipeline: s_small);
        bench.Append(4);
        bench.Outputs.BeforeCommit = (_, _) => throw new OutputLostException("lost, by design");
        for (int i = 1; i <= tries; i++)
        {
            int rejoins = i;
            bench.Source.Assign(Partition.Source);
            bench.Source.DeliverTo(Partition.Source, 4);
            bench.Source.Do(_ => WorkerBench.Await(() =>
            {
                bench.Time.Advance(WorkerBench.CommitInterval);
                return bench.Source.Rejoins == rejoins || !bench.Worker.IsAlive;
            }, "joining anew"));
            bench.Source.Lose(Partition.Source);
        }
        bench.Start();

        WorkerException e = await Assert.ThrowsAsync<WorkerException>(bench.EndAsync);
        Assert.Contains("lost, by design", e.Message);
        Assert.Equal(tries - 1, bench.Source.Rejoins);
        Assert.Empty(bench.Outputs.LinesOf(Partition.Source));
    }

    [Fact]
    public async Task OutputFails_WorkerStopsWithTheReasonAndOtherPartitionsAreCommitted()
    {
        PartitionId other = new("events", 1);
        using WorkerBench bench = new(pipeline: s_small);
        bench.Outputs.BeforeCommit = (partition, _) => partition == other ? Task.CompletedTask : throw new OutputException("too large, by design");
        bench.Append(4);
        foreach (SourceRecord record in MixedRecords.Draw(1, 4)) bench.Source.Append(other, record.Key, record.Value, record.Timestamp);
        bench.Source.Assign(Partition.Source);
        bench.Source.Assign(other);
        bench.Source.DeliverTo(other, 4);
        bench.Source.Do(_ => WorkerBench.Await(() => bench.Worker.Learners.Single(l => l.Id.Learner == other.Partition).Figures.NextOffset == 4, "the records of the other"));
        bench.Source.DeliverTo(Partition.Source, 4);
        bench.Start();
        bench.AwaitRecords(learners: 2, count: 4);
        WorkerBench.Await(() =>
        {
            bench.Time.Advance(WorkerBench.CommitInterval);
            return bench.Running.IsCompleted;
        }, "the end");

        WorkerException e = await Assert.ThrowsAsync<WorkerException>(() => bench.Running);
        Assert.Contains("too large, by design", e.Message);
        Assert.Equal(4, bench.Outputs.CommittedOf(other));
    }

    [Fact]
    public async Task LogThrows_WorkerWorksOnAndStillStopsWhenAPartitionCannotGoOn()
    {
        using WorkerBench bench = new(pipeline: s_small, log: new ThrowingLog());
        bool refuse = false;
        bench.Outputs.BeforeCommit = (_, _) => Volatile.Read(ref refuse) ? throw new OutputException("too large, by design") : Task.CompletedTask;
        bench.Append(8);
        bench.Source.Assign(Partition.Source);
        bench.Source.DeliverTo(Partition.Source, 4);
        bench.Source.Do(_ => bench.AwaitRecords(4));
        bench.Source.DeliverTo(Partition.Source, 8);
        bench.Start();
        WorkerBench.Await(() =>
        {
            bench.Time.Advance(WorkerBench.CommitInterval);
            return bench.Outputs.CommittedOf(Partition.Source) >= 4;
        }, "the first commit");
        Assert.True(bench.Worker.IsAlive);
        Volatile.Write(ref refuse, true);
        bench.Append(4);
        bench.Source.DeliverTo(Partition.Source, 12);
        WorkerBench.Await(() =>
        {
            bench.Time.Advance(WorkerBench.CommitInterval);
            return bench.Running.IsCompleted;
        }, "the end");

        WorkerException e = await Assert.ThrowsAsync<WorkerException>(() => bench.Running);
        Assert.Contains("too large, by design", e.Message);
        Assert.False(bench.Worker.IsAlive);
    }

    [Theory]
    [InlineData("sample")]
    [InlineData("start")]
    [InlineData("stop")]
    public async Task WhoListensToSpansThrows_LearnerGoesOn(string where)
    {
        int thrown = 0;
        Exception Fault(string at)
        {
            Interlocked.Increment(ref thrown);
            return new InvalidOperationException(at);
        }
        using ActivityListener listener = new()
        {
            ShouldListenTo = static source => source.Name == BatchActivity.SourceName,
            Sample = (ref _) => where == "sample" ? throw Fault(where) : ActivitySamplingResult.AllData,
            ActivityStarted = _ => { if (where == "start") throw Fault(where); },
            ActivityStopped = _ => { if (where == "stop") throw Fault(where); },
        };
        ActivitySource.AddActivityListener(listener);
        using WorkerBench bench = new(pipeline: s_small);
        bench.Deliver(8);
        bench.Source.Do(_ => bench.AwaitRecords(8));
        bench.Start();
        await bench.EndAsync();

        Assert.Equal(8, bench.Outputs.CommittedOf(Partition.Source));
        Assert.True(thrown > 0);
    }

    [Fact]
    public async Task LastCommitIsRefusedWhenTheWorkerEnds_WorkerFailsWithTheReason()
    {
        using WorkerBench bench = new(pipeline: s_small);
        bench.Append(4);
        bench.Outputs.BeforeCommit = static (_, _) => throw new OutputException("too large, by design");
        bench.Source.Assign(Partition.Source);
        bench.Source.DeliverTo(Partition.Source, 4);
        bench.Source.Do(_ => bench.AwaitRecords(4));
        bench.Start();

        WorkerException e = await Assert.ThrowsAsync<WorkerException>(bench.EndAsync);
        Assert.Contains("too large, by design", e.Message);
    }

    [Fact]
    public async Task Restore_CheckpointBehindTheCommit_LearnsSilentlyAndWritesNothingBelowTheCommit()
    {
        using TemporaryFolder folder = new();
        BreakableStore store = BreakableStore.In(folder);
        CollectedOutputs outputs = new();
        SourceRecord[] records = MixedRecords.Draw(5, 64);
        List<string> expected = Expected(records);
        using (WorkerBench bench = Bench())
        {
            bench.Source.Assign(Partition.Source);
            bench.Source.DeliverTo(Partition.Source, 32);
            bench.Source.Do(_ => WorkerBench.Await(() => bench.Learner.Figures.Records + bench.Learner.Queued >= 32, "half of the records"));
            bench.Source.Do(_ => store.IsBroken = true);
            bench.Start();
            WorkerBench.Await(() => store.IsBroken, "the store to be broken"); // before the clock moves, so that no further checkpoint is due earlier
            WorkerBench.Await(() =>
            {
                bench.Time.Advance(WorkerBench.CommitInterval);
                return outputs.CommittedOf(Partition.Source) == 32;
            }, "the commit");
            await bench.EndAsync();
            store.IsBroken = false;
        }
        Assert.Equal([(0L, null)], store.Written);
        int before = outputs.LinesOf(Partition.Source).Count;

        using (WorkerBench again = Bench())
        {
            again.Source.Assign(Partition.Source);
            again.Source.DeliverTo(Partition.Source, 24);
            again.Source.Do(_ => WorkerBench.Await(() => again.Learner.Figures.Records + again.Learner.Queued >= 24 && again.Learner.Queued == 0, "records below the commit"));
            again.Source.Do(_ => Assert.Equal(before, outputs.LinesOf(Partition.Source).Count));
            again.Source.DeliverTo(Partition.Source, 64);
            again.Source.Do(_ => WorkerBench.Await(() => again.Learner.Queued == 0, "all records"));
            again.Start();
            await again.EndAsync();
        }
        Assert.Equal(64, outputs.CommittedOf(Partition.Source));
        Assert.Equal(expected, Lines(outputs));

        WorkerBench Bench()
        {
            WorkerBench bench = new(store, s_small, new CheckpointOptions { Every = TimeSpan.FromDays(1) }, outputs: outputs);
            foreach (SourceRecord record in records) bench.Source.Append(Partition.Source, record.Key, record.Value, record.Timestamp);
            return bench;
        }
    }

    [Fact]
    public void Restore_CommittedOffsetWithoutCheckpoint_ThrowsAndNamesBoth()
    {
        using TemporaryFolder folder = new();
        CheckpointException e = Assert.Throws<CheckpointException>(() => Restore(folder, 7, 0, allowFresh: false));

        Assert.Contains("events-l0 cannot be restored: offset 7 is committed, but no intact checkpoint at or below it", e.Message);
        Assert.Equal(7, Restore(folder, 7, 0, allowFresh: true));
    }

    [Fact]
    public void Restore_RecordsBehindTheCheckpointAreGone_ThrowsAndNamesBothOffsets()
    {
        using TemporaryFolder folder = new();
        Restore(folder, null, 3, allowFresh: false); // writes the checkpoint at 3
        CheckpointException e = Assert.Throws<CheckpointException>(() => Restore(folder, 7, 5, allowFresh: false));

        Assert.Contains("its newest usable checkpoint stands at offset 3, but the log begins at 5 by now", e.Message);
        Assert.Equal(3, Restore(folder, 7, 3, allowFresh: false));
    }

    [Theory]
    [InlineData(1, "naive-bayes")]
    [InlineData(2, "hoeffding-tree:gracePeriod=20")]
    [InlineData(3, "adaptive")]
    public async Task AnyBatchesRevocationsAndLosses_OutputsAreThoseOfOneUndisturbedRun(int seed, string model)
    {
        using TemporaryFolder folder = new();
        DirectoryCheckpointStore store = new(folder.File("state"), "group", 2);
        CollectedOutputs outputs = new();
        LearningSetup setup = Partition.Setup(model, labels: new LabelOptions { MaxCount = 40 });
        SourceRecord[] records = MixedRecords.Draw(seed, 1500, ids: 60);
        List<string> expected = Expected(records, setup);
        Random random = new(seed);
        for (int worker = 0; worker < 8; worker++)
        {
            PipelineOptions pipeline = new() { Capacity = random.Next(1, 70), Linger = TimeSpan.FromMilliseconds(random.Next(3)), Queue = random.Next(16, 200) };
            using WorkerBench bench = new(store, pipeline, new CheckpointOptions { EveryEvents = random.Next(100, 1000) }, setup, outputs, TimeSpan.FromMilliseconds(1));
            foreach (SourceRecord record in records) bench.Source.Append(Partition.Source, record.Key, record.Value, record.Timestamp);
            for (int i = 0; i < 6; i++)
            {
                long next = random.Next(records.Length);
                bench.Source.Assign(Partition.Source);
                bench.Source.DeliverTo(Partition.Source, worker == 7 ? records.Length : next);
                long delivered = worker == 7 ? records.Length : next;
                if (random.Next(2) == 0) bench.Source.Do(_ => WorkerBench.Await(() => outputs.CommittedOf(Partition.Source) >= delivered, "the commit of what was delivered"));
                if (random.Next(2) == 0) bench.Source.Revoke(Partition.Source);
                else bench.Source.Lose(Partition.Source);
            }
            if (worker == 7)
            {
                bench.Source.Assign(Partition.Source);
                bench.Source.DeliverTo(Partition.Source, records.Length);
                bench.Source.Do(_ => WorkerBench.Await(() => outputs.CommittedOf(Partition.Source) == records.Length, "the last commit"));
            }
            bench.Start();
            await bench.EndAsync();
        }

        Assert.Equal(expected, Lines(outputs));
    }

    private static long Restore(TemporaryFolder folder, long? committed, long logStart, bool allowFresh)
    {
        LearnerFactory factory = new("events", Partition.Setup(), s_small, new CheckpointOptions { AllowFreshModel = allowFresh }, WorkerBench.CommitInterval, 900_000,
            new DirectoryCheckpointStore(folder.File("state"), "group", 3), Partition.Declared(), null, new ManualTime(), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        SourcePosition[] sources = [new(Partition.Source, SourceKind.Events, logStart, logStart, committed)];
        return factory.Restore(new LearnerAssignment(0, null, _ => sources), new CollectedOutputs().Open(0), _ => { }, CancellationToken.None).Sources.Single().From;
    }

    private static List<string> Expected(SourceRecord[] records, LearningSetup? setup = null)
    {
        using LearnerProcessor processor = Partition.Create(Partition.Declared(), setup);
        return Partition.Run(processor, [.. records.Select((r, i) => r with { Offset = i })]);
    }

    private static List<string> Lines(CollectedOutputs outputs)
        => [.. outputs.LinesOf(Partition.Source).Select(l => $"{l.Kind} | {l.Key ?? "-"} | {l.Value ?? "null"}{l.Headers}")];

    /// <summary>A log on a full disk.</summary>
    private sealed class ThrowingLog : Microsoft.Extensions.Logging.ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(Microsoft.Extensions.Logging.LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => throw new IOException("No space left on device");
    }

    [Fact]
    public void EmbeddedStream_StoppedBeforeItsLearnersAreMade_EndsWell()
    {
        using StreamWorker worker = new(new EmbeddedSource(new LoanStream(1000, 1), "embedded", 4, 1, 1000, TimeProvider.System), new CountingOutputs(),
            new LearnerFactory("embedded", Partition.Setup(), new PipelineOptions(), new CheckpointOptions(), TimeSpan.FromSeconds(1), 900_000, null, null, null, TimeProvider.System,
                Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        worker.Run(new CancellationToken(canceled: true));
        Assert.Empty(worker.Learners);
    }
}
