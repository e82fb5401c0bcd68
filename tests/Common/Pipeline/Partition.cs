using System.Text;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.Streams;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.Tests.Common.Pipeline;

/// <summary>Makes learners of one partition and drives them over written records.</summary>
internal static class Partition
{
    public const long Start = 1_763_755_200_000; // 2025-11-21T20:00:00Z

    public static PartitionId Source { get; } = new("events", 0);

    public static LearnerId Learner { get; } = new("events", 0);

    /// <summary>Two numeric attributes, a nominal one, and no class or value known yet.</summary>
    public static Schema Declared(string[]? classes = null, string[]? values = null, int maxClasses = 1024, int maxValues = 1024) => new("events",
        [SchemaAttribute.Numeric("a"), SchemaAttribute.Numeric("b"), SchemaAttribute.Nominal("c", values ?? [], maxValues)],
        SchemaAttribute.Nominal("class", classes ?? [], maxClasses));

    public static LearningSetup Setup(string model = "naive-bayes", SchemaOptions? schema = null, LabelOptions? labels = null)
    {
        return new LearningSetup(PresetCatalogue.Parse(model), 1, schema ?? new SchemaOptions(), labels ?? new LabelOptions());
    }

    /// <summary>A learner that begins with nothing at an offset of the partition; null: without a source, to be loaded.</summary>
    public static LearnerProcessor Create(Schema? declared, LearningSetup? setup = null, int capacity = 64, int threads = 1, int maxDeadLetterBytes = 900_000, long? from = 0)
    {
        LearnerProcessor processor = new(Learner, setup ?? Setup(), declared, capacity, threads, maxDeadLetterBytes);
        if (from is { } offset) processor.Join(Source, SourceKind.Events, offset);
        return processor;
    }

    /// <summary>Next offset of its only partition.</summary>
    public static long NextOf(LearnerProcessor processor) => processor.Sources.Single().Next;

    /// <summary>Records of these values at offsets 0, 1, …, one a second; null for a null value.</summary>
    public static SourceRecord[] Records(params string?[] values)
        => [.. values.Select((v, i) => Record(i, v is null ? null : Encoding.UTF8.GetBytes(v)))];

    public static SourceRecord Record(long offset, byte[]? value, byte[]? key = null, long? timestamp = null)
        => new(Source, offset, timestamp ?? Start + 1000 * offset, key, value);

    /// <summary>A header whose value is a text.</summary>
    public static RecordHeader Header(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));

    /// <summary>Takes all records in, cut at these places, and shows everything that is put out.</summary>
    public static List<string> Run(LearnerProcessor processor, ReadOnlySpan<SourceRecord> records, params ReadOnlySpan<int> cuts)
    {
        OutputBatch outputs = new();
        int from = 0;
        foreach (int cut in cuts)
        {
            processor.Process(records[from..cut], outputs);
            from = cut;
        }
        processor.Process(records[from..], outputs);
        return Show(outputs);
    }

    /// <summary>Everything put out for the records by a new processor.</summary>
    public static List<string> Run(Schema? declared, params string?[] values)
    {
        using LearnerProcessor processor = Create(declared);
        return Run(processor, Records(values));
    }

    /// <summary>Every output record as one line: kind, key, value, headers, with bytes as Latin-1 so that each one counts.</summary>
    public static List<string> Show(OutputBatch outputs)
    {
        List<string> lines = [];
        for (int i = 0; i < outputs.Count; i++)
        {
            string headers = string.Concat((outputs.HeadersOf(i) ?? []).Select(h => $" | {h.Name}={(h.Value is null ? "null" : Latin(h.Value))}"));
            string key = outputs.KeyOf(i) is byte[] bytes ? Latin(bytes) : "-";
            lines.Add($"{outputs.KindOf(i)} | {key} | {(outputs.IsNull(i) ? "null" : Latin(outputs.ValueOf(i)))}{headers}");
        }
        return lines;
    }

    /// <summary>The state as a checkpoint's bytes.</summary>
    public static byte[] Save(LearnerProcessor processor) => CheckpointFile.ToBytes(
        new CheckpointHeader("test", 1, "events-0", NextOf(processor), new Dictionary<string, string>()) { Schema = processor.LearnerSchema }, processor.Sections);

    /// <summary>A learner that goes on from a state.</summary>
    public static LearnerProcessor Load(byte[] state, Schema? declared, LearningSetup? setup = null, int capacity = 64)
    {
        LearnerProcessor processor = Create(declared, setup, capacity, from: null);
        processor.Load(CheckpointFile.Read(state, "memory"));
        foreach (SourceState source in processor.Sources.ToArray()) processor.Meet(source, Source);
        return processor;
    }

    /// <summary>The bytes of the sections that hold the state itself: without the place in the order log.</summary>
    public static string StateOf(byte[] checkpoint)
    {
        CheckpointInspection found = CheckpointFile.Inspect(checkpoint, "memory");
        return string.Join('\n', found.Parts.Where(p => p.Name != OrderState.SectionName).Select(p => $"{p.Name} {Convert.ToHexString(checkpoint.AsSpan((int)p.From, (int)p.Length))}"));
    }

    /// <summary>The same of a learner.</summary>
    public static string StateOf(LearnerProcessor processor)
        => StateOf(CheckpointFile.ToBytes(new CheckpointHeader("test", 1, "events-l0", 0, new Dictionary<string, string>()) { Schema = processor.LearnerSchema }, processor.Sections));

    private static string Latin(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
