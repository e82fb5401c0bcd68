using StreamMoe.Experts.Neural;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Configuration;

namespace StreamMoe.Worker.Tests.Pipeline;

/// <summary>Where a lane cuts its batches when nets are on a device.</summary>
public sealed class DeviceLearnerTests
{
    private static readonly PipelineOptions s_small = new() { Capacity = 4, Linger = TimeSpan.FromMilliseconds(5), Queue = 16 };

    [Fact]
    public async Task Batch_OnADevice_IsCutByCountAlone()
    {
        MlpBackends.Register(new StandInBackend());
        using WorkerBench bench = new(pipeline: s_small, setup: Partition.Setup("moe-data:router.device=cpu,router.hidden1=8,router.hidden2=0"));
        bench.Deliver(7, of: 11);
        bench.Start();
        bench.AwaitRecords(4);
        bench.AwaitTimer(WorkerBench.CommitInterval);
        bench.Time.Advance(WorkerBench.CommitInterval);
        WorkerBench.Await(() => bench.Committed == 4, "the commit, which waits for no batch");
        Assert.Equal((3, 4L), (bench.Learner.Queued, bench.Learner.Figures.Records));

        bench.Source.DeliverTo(Partition.Source, 11);
        bench.AwaitRecords(8);
        await bench.EndAsync();
        Assert.Equal(8, bench.Outputs.LinesOf(Partition.Source).Count);
    }

    [Fact]
    public async Task FullQueue_OnADevice_ResumesWhenLessThanABatchIsLeft()
    {
        MlpBackends.Register(new StandInBackend());
        using WorkerBench bench = new(pipeline: s_small with { Capacity = 15 }, setup: Partition.Setup("moe-data:router.device=cpu,router.hidden1=8,router.hidden2=0"));
        bench.Deliver(150);
        bench.Start();

        bench.AwaitRecords(150);
        await bench.EndAsync();
    }
}
