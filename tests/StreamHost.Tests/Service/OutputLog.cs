using System.Globalization;
using System.Text;
using System.Text.Json;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Kafka.Outputs;
using StreamMoe.Worker.Records;

namespace StreamMoe.StreamHost.Tests.Service;

/// <summary>What a group has put out, by source partition in offset order, byte for byte.</summary>
internal sealed class OutputLog
{
    private readonly SortedDictionary<int, List<Line>> _lines = [];

    /// <summary>One record: where it came from, and all of its bytes.</summary>
    public sealed record Line(string Kind, int Partition, long Offset, string Bytes);

    /// <value>Records by kind.</value>
    public Dictionary<string, int> Counts { get; } = [];

    /// <value>Records that were there more than once.</value>
    public int Repeats { get; private set; }

    /// <summary>Reads what a group has put out.</summary>
    public static OutputLog Read(TestBrokers brokers, WorkerGroup group)
    {
        OutputLog log = new();
        foreach (KafkaRecord record in brokers.Read(group.PredictionTopic)) log.Add("prediction", SourceOf(record), record);
        foreach (KafkaRecord record in brokers.Read(group.AuditTopic)) log.Add("audit", SourceOf(record), record);
        foreach (KafkaRecord record in brokers.Read(group.DeadLetterTopic))
        {
            DeadLetter letter = DeadLetter.Of(record);
            log.Add("dead letter", (letter.Source!.Partition, letter.SourceOffset), record);
        }
        foreach (List<Line> lines in log._lines.Values)
            lines.Sort(static (a, b) => a.Offset != b.Offset ? a.Offset.CompareTo(b.Offset) : string.CompareOrdinal(a.Bytes, b.Bytes));
        return log;
    }

    /// <summary>The classes that were predicted for a partition's events, in offset order.</summary>
    public string[] PredictedClasses(int partition)
        => [.. _lines[partition].Where(l => l.Kind == "prediction").Select(l =>
        {
            using JsonDocument json = JsonDocument.Parse(l.Bytes[(l.Bytes.IndexOf('{', StringComparison.Ordinal))..(l.Bytes.LastIndexOf('}') + 1)]);
            return json.RootElement.GetProperty("prediction").GetString()!;
        })];

    /// <summary>Takes repeats out: what is equal in every byte, which names its source.</summary>
    public void DropRepeats()
    {
        foreach ((int partition, List<Line> lines) in _lines.ToArray())
        {
            List<Line> distinct = [.. lines.Distinct()];
            Repeats += lines.Count - distinct.Count;
            _lines[partition] = distinct;
        }
    }

    /// <summary>Fails at the first record that differs.</summary>
    public void AssertEqualTo(OutputLog expected)
    {
        Assert.Equal(expected._lines.Keys, _lines.Keys);
        foreach ((int partition, List<Line> lines) in _lines)
        {
            List<Line> others = expected._lines[partition];
            for (int i = 0; i < Math.Min(lines.Count, others.Count); i++)
                if (lines[i] != others[i]) Assert.Fail($"Source partition {partition}, output {i} of {lines.Count}:\nexpected {others[i]}\nfound    {lines[i]}");
            if (lines.Count != others.Count)
                Assert.Fail($"Source partition {partition}: expected {others.Count} outputs, found {lines.Count}. The first beyond: {(lines.Count > others.Count ? lines[others.Count] : others[lines.Count])}");
        }
    }

    public override string ToString() => $"{string.Join(", ", Counts.Select(c => $"{c.Value} {c.Key}s"))}; {Repeats} repeats";

    /// <summary>What a group has put out, topic by topic in the order of the log.</summary>
    public static IEnumerable<Line> ReadInOrder(TestBrokers brokers, WorkerGroup group) =>
    [
        .. brokers.Read(group.PredictionTopic).Select(r => LineOf("prediction", SourceOf(r), r)),
        .. brokers.Read(group.AuditTopic).Select(r => LineOf("audit", SourceOf(r), r)),
        .. brokers.Read(group.DeadLetterTopic).Select(r => LineOf("dead letter", (DeadLetter.Of(r).Source!.Partition, DeadLetter.Of(r).SourceOffset), r)),
    ];

    /// <summary>All of a record's bytes as a text.</summary>
    public static string BytesOf(byte[]? key, byte[]? value, IReadOnlyList<RecordHeader> headers)
    {
        StringBuilder bytes = new();
        bytes.Append(key is null ? "no key" : Encoding.Latin1.GetString(key)).Append(" | ").Append(value is null ? "no value" : Encoding.Latin1.GetString(value));
        foreach ((string name, byte[]? header) in headers) bytes.Append(" | ").Append(name).Append('=').Append(header is null ? "null" : Encoding.Latin1.GetString(header));
        return bytes.ToString();
    }

    private static Line LineOf(string kind, (int Partition, long Offset) source, KafkaRecord record)
        => new(kind, source.Partition, source.Offset, BytesOf(record.KeyBytes, record.ValueBytes, record.Headers));

    private static (int Partition, long Offset) SourceOf(KafkaRecord record)
    {
        Utf8JsonReader reader = new(record.Value);
        int partition = -1;
        long offset = -1;
        bool inSource = false;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject && inSource) break;
            if (reader.TokenType != JsonTokenType.PropertyName) continue;
            if (reader.CurrentDepth == 1 && reader.ValueTextEquals("source"u8)) inSource = true;
            else if (inSource && reader.ValueTextEquals("partition"u8) && reader.Read()) partition = reader.GetInt32();
            else if (inSource && reader.ValueTextEquals("offset"u8) && reader.Read()) offset = reader.GetInt64();
        }
        return partition >= 0 && offset >= 0 ? (partition, offset)
            : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{record.Topic}-{record.Partition}@{record.Offset} names no source."));
    }

    private void Add(string kind, (int Partition, long Offset) source, KafkaRecord record)
    {
        if (!_lines.TryGetValue(source.Partition, out List<Line>? lines)) _lines[source.Partition] = lines = [];
        lines.Add(LineOf(kind, source, record));
        Counts[kind] = Counts.GetValueOrDefault(kind) + 1;
    }
}
