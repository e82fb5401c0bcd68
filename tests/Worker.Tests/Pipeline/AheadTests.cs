using System.Text;
using StreamMoe.Streams;
using StreamMoe.Tests.Common;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Pipeline;

/// <summary>Records that are read before their turn bring what they would have brought in it, to the bit; outputs that are made later are the same.</summary>
public sealed class AheadTests
{
    private static readonly LabelOptions s_tight = new() { MaxCount = 9, MaxAge = TimeSpan.FromSeconds(60), MaxSkew = TimeSpan.FromSeconds(20) };

    [Theory]
    [InlineData("Other", true)]
    [InlineData("Missing", true)]
    [InlineData("DeadLetter", true)]
    [InlineData("Other", false)]
    public void Process_ReadAheadByAnyDistance_SameOutputsAndState(string onNewValue, bool isDeclared)
    {
        for (int seed = 1; seed <= 40; seed++)
        {
            SourceRecord[] records = MixedRecords.Draw(seed, 400, ids: 4 + seed % 9);
            Schema? declared = isDeclared ? Partition.Declared(maxClasses: 2 + seed % 5, maxValues: 2 + seed % 11) : null;
            SchemaOptions schema = new() { InferFrom = 15, MaxClasses = 2 + seed % 5, MaxValues = 2 + seed % 11, OnNewValue = Enum.Parse<NewValueAction>(onNewValue) };
            LearningSetup setup = Partition.Setup("hoeffding-tree:gracePeriod=10", schema, s_tight);
            using LearnerProcessor inTurn = Partition.Create(declared, setup);
            List<string> expected = Partition.Run(inTurn, records);

            using LearnerProcessor ahead = Partition.Create(declared, setup, capacity: 1 + seed % 50);
            (List<string> found, int read) = RunAhead(ahead, records, new Random(seed));
            Assert.Equal(expected, found);
            Assert.Equal(Partition.Save(inTurn), Partition.Save(ahead));
            Assert.True(read > 0, "No record was read ahead.");
        }
    }

    [Fact]
    public void Decode_ValuesKnown_EveryRecordIsReadAhead()
    {
        using LearnerProcessor processor = Partition.Create(Partition.Declared(["UP", "DOWN"], ["v"]));
        DecodedRecords decoded = new();
        processor.Ahead!.Decode(Partition.Records("""{"features":[1,2,"v"],"label":"UP"}""", "{", """{"id":"e","label":"DOWN"}"""), decoded);
        Assert.Equal([DecodeOutcome.Good, DecodeOutcome.Bad, DecodeOutcome.Good], Enumerable.Range(0, 3).Select(i => decoded[i].Outcome));
    }

    [Fact]
    public void Decode_ValueOrClassThatMayBecomeKnown_WaitsForItsTurn()
    {
        using LearnerProcessor processor = Partition.Create(Partition.Declared(["UP"], ["v"]));
        DecodedRecords decoded = new();
        SourceRecord[] records = Partition.Records("""{"features":[1,2,"w"],"label":"UP"}""", """{"features":[1,2,"v"],"label":"DOWN"}""");
        processor.Ahead!.Decode(records, decoded);
        Assert.Equal([DecodeOutcome.Unread, DecodeOutcome.Unread], Enumerable.Range(0, 2).Select(i => decoded[i].Outcome));

        processor.Process(records, new OutputBatch());
        processor.Ahead!.Decode(records, decoded);
        Assert.Equal([DecodeOutcome.Good, DecodeOutcome.Good], Enumerable.Range(0, 2).Select(i => decoded[i].Outcome));
        Assert.Equal((1, 1), ((int)decoded.FeaturesOf(0)[2], decoded[1].Label));
    }

    [Fact]
    public void ReadAheadLearnedAndPutOut_KnownValues_NothingIsAllocatedButByTheLearner()
    {
        using LearnerProcessor processor = Partition.Create(Partition.Declared(["UP", "DOWN"], ["v"]), Partition.Setup("no-change"));
        SourceRecord[] records = [.. Enumerable.Range(0, 6 * 256).Select(i => Partition.Record(i, Encoding.UTF8.GetBytes($$"""{"id":"e{{i}}","features":[1,2,"v"],"label":"UP"}"""), [1]))];
        DecodedRecords decoded = new();
        OutputBatch outputs = new();
        int from = 0;
        Run();
        Assert.Equal(0, Allocation.Of(Run));

        void Run()
        {
            outputs.Clear();
            ReadOnlySpan<SourceRecord> some = records.AsSpan(from, 256);
            from += 256;
            processor.Ahead!.Decode(some, decoded);
            processor.Process(some, decoded, processor.Writer.Into(outputs));
        }
    }

    /// <summary>Takes records in by random batches, each read up to three batches before its turn; what is learned is put out up to two batches later.</summary>
    private static (List<string> Lines, int Read) RunAhead(LearnerProcessor processor, SourceRecord[] records, Random random)
    {
        OutputBatch outputs = new();
        LateTarget target = new(processor.Writer, outputs, random);
        Queue<(int From, int Count, DecodedRecords Decoded)> ahead = [];
        int from = 0, read = 0;
        while (from < records.Length || ahead.Count > 0)
        {
            if (from < records.Length && ahead.Count < 3 && random.Next(3) > 0)
            {
                int count = Math.Min(records.Length - from, random.Next(1, 30));
                DecodedRecords decoded = new();
                processor.Ahead?.Decode(records.AsSpan(from, count), decoded);
                read += Enumerable.Range(0, decoded.Count).Count(i => decoded[i].Outcome != DecodeOutcome.Unread);
                ahead.Enqueue((from, count, decoded));
                from += count;
            }
            else if (ahead.TryDequeue(out (int From, int Count, DecodedRecords Decoded) next))
            {
                processor.Process(records.AsSpan(next.From, next.Count), next.Decoded.Count > 0 ? next.Decoded : null, target);
            }
        }
        target.WriteAll();
        return (Partition.Show(outputs), read);
    }

    private sealed class LateTarget(BatchWriter writer, OutputBatch outputs, Random random) : ILearnedTarget
    {
        private readonly Queue<LearnedBatch> _waiting = [];

        public LearnedBatch Put(LearnedBatch batch)
        {
            _waiting.Enqueue(batch);
            while (_waiting.Count > random.Next(3)) writer.Write(_waiting.Dequeue(), outputs);
            return new LearnedBatch(64);
        }

        public void WriteAll()
        {
            while (_waiting.TryDequeue(out LearnedBatch? batch)) writer.Write(batch, outputs);
        }
    }
}
