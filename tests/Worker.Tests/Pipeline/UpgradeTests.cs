using System.Buffers.Binary;
using System.Security.Cryptography;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Tests.Common;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Checkpoints;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Pipeline;

/// <summary>A partition whose checkpoints another build, or one with other defaults, has written.</summary>
public sealed class UpgradeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LogLines _log = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Restore_OptionsThatNobodySetAnyMore_GoesOnWithTheSameStateAndTellsOnce()
    {
        SourceRecord[] records = MixedRecords.Draw(3, 300);
        LearningSetup before = Partition.Setup("hoeffding-tree:gracePeriod=20", labels: new LabelOptions { MaxCount = 5 });
        using LearnerProcessor writer = Partition.Create(Partition.Declared(), before);
        Partition.Run(writer, records);
        Write(CheckpointFit.HeaderOf(before, Partition.Learner, writer.LearnerSchema), Partition.NextOf(writer), [.. writer.Sections, OrderState.Begin(OrderPosition.BeginningOf(Guid.Empty), 0).ToSection()]);

        Restore(Partition.Setup("hoeffding-tree"), Partition.NextOf(writer));

        string line = Assert.Single(_log.Messages, m => m.StartsWith("112 ", StringComparison.Ordinal));
        Assert.EndsWith("taken from the checkpoint, not from this build's defaults: gracePeriod is 20 (200 by default), labels:maxCount is 5 (100000 by default).", line, StringComparison.Ordinal);
        Assert.Throws<CheckpointException>(() => Restore(Partition.Setup("hoeffding-tree:gracePeriod=21"), Partition.NextOf(writer)));
    }

    [Fact]
    public void Restore_AnotherFormat_RefusedThoughAFreshModelIsAllowed()
    {
        LearningSetup setup = Partition.Setup();
        string path = Write(CheckpointFit.HeaderOf(setup, Partition.Learner), 5, [new("partition", w => w.Write(1))]);
        byte[] bytes = File.ReadAllBytes(path);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), 2);
        int head = 16 + BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12));
        SHA256.HashData(bytes.AsSpan(0, head)).CopyTo(bytes, head);
        File.WriteAllBytes(path, bytes);

        CheckpointFormatException fault = Assert.Throws<CheckpointFormatException>(() => Restore(setup, 5));

        Assert.Contains("it has format 2, which StreamMoE 0.1.0 wrote; this build reads 3", fault.Message);
        Assert.Contains("allowFreshModel does not cover it", fault.Message);
        Assert.Equal([Path.GetFileName(path)], Directory.GetFiles(Path.GetDirectoryName(path)!).Select(Path.GetFileName));
    }

    [Fact]
    public void Restore_NothingCommittedButCheckpointsBeyondTheBeginning_RefusedUnlessAllowed()
    {
        LearningSetup setup = Partition.Setup();
        Write(CheckpointFit.HeaderOf(setup, Partition.Learner), 50, [new("partition", w => w.Write(1))]);

        CheckpointException fault = Assert.Throws<CheckpointException>(() => Restore(setup, null, allowFresh: false));

        Assert.Contains("no offset is committed, but the store has a checkpoint of offset 50", fault.Message);
        Assert.Equal(0, Restore(setup, null));
    }

    /// <summary>A worker that died between its first checkpoint and its first commit.</summary>
    [Fact]
    public void Restore_NothingCommittedAndTheFirstCheckpointAlone_Begins()
    {
        LearningSetup setup = Partition.Setup();
        Assert.Equal(0, Restore(setup, null, allowFresh: false));

        Assert.Equal(0, Restore(setup, null, allowFresh: false));
    }

    private DirectoryCheckpointStore Store() => new(_folder.File("state"), "group", 3);

    private string Write(CheckpointHeader header, long offset, IReadOnlyList<CheckpointSection> sections) => Store().Write(Partition.Learner, offset, offset, header, sections).Name;

    private long Restore(LearningSetup setup, long? committed, bool allowFresh = true)
    {
        LearnerFactory factory = new("events", setup, new PipelineOptions(), new CheckpointOptions { AllowFreshModel = allowFresh }, WorkerBench.CommitInterval, 900_000,
            Store(), Partition.Declared(), null, new ManualTime(), _log);
        SourcePosition[] sources = [new(Partition.Source, SourceKind.Events, 0, 0, committed)];
        return factory.Restore(new LearnerAssignment(0, null, _ => sources), new CollectedOutputs().Open(0), _ => { }, CancellationToken.None).Sources.Single().From;
    }
}
