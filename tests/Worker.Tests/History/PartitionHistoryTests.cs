using System.Buffers;
using System.Text;
using System.Text.Json;
using StreamMoe.DriftMoe;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Figures;
using StreamMoe.Worker.History;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.History;

public sealed class PartitionHistoryTests
{
    private readonly ManualTime _time = new();
    private readonly PartitionFigures _figures = new();
    private readonly AuditWriter _audit = new(Partition.Source.ToString(), new JsonOutput());

    [Fact]
    public void Sample_ADayOfThem_StaysBoundedAndKeepsTheOnlyDip()
    {
        PartitionHistory history = new(_time);
        for (int i = 0; i < 2 * 86_400; i++) Sample(history, i == 50_001 ? 0.123 : 0.9);
        JsonElement all = Read(history, recent: false), recent = Read(history, recent: true);
        Assert.InRange(all.GetProperty("points").GetArrayLength(), PointSeries.MaxPoints / 2, PointSeries.MaxPoints);
        Assert.Equal(PartitionHistory.MaxRecent, recent.GetProperty("points").GetArrayLength());
        Assert.Equal(0.123, all.GetProperty("points").EnumerateArray().Min(p => p[3].GetDouble()), 6);
        Assert.Equal(0.9, all.GetProperty("points").EnumerateArray().Max(p => p[4].GetDouble()), 6);
        double[] times = [.. all.GetProperty("points").EnumerateArray().Select(p => p[1].GetDouble())];
        Assert.Equal(times.Order(), times);
        Assert.InRange(times[^1] - times[0], 86_000, 86_400);
    }

    [Fact]
    public void Sample_Throughput_IsRecordsOverTime()
    {
        PartitionHistory history = new(_time);
        Sample(history, 0.5);
        _figures.Records += 250;
        _time.Advance(TimeSpan.FromSeconds(0.5));
        history.Sample(_figures, 17);
        JsonElement last = Read(history).GetProperty("points").EnumerateArray().Last();
        Assert.Equal(500, last[7].GetDouble(), 0.5);
        Assert.Equal(17, last[8].GetInt64());
    }

    [Fact]
    public void Add_DriftSignalledSeveralTimes_IsOneMarkWithTheirCount()
    {
        PartitionHistory history = new(_time);
        Tell(history, PoolEventKind.Drift, 20_031, -1, "mixture", "adwin");
        Tell(history, PoolEventKind.Drift, 20_063, -1, "mixture", "adwin");
        Tell(history, PoolEventKind.Warning, 20_095, -1, "mixture", "adwin");
        Tell(history, PoolEventKind.Drift, 40_020, -1, "mixture", "adwin");
        JsonElement[] marks = [.. Read(history).GetProperty("marks").EnumerateArray()];
        Assert.Equal([(20_031, "drift", 2), (40_020, "drift", 1), (20_095, "warning", 1)],
            marks.Select(m => (m.GetProperty("position").GetInt32(), m.GetProperty("kind").GetString(), m.GetProperty("count").GetInt32())));
    }

    /// <summary>Offsets of several partitions are no sequence: a mark stands where the learner was, and says whose record it was.</summary>
    [Fact]
    public void Add_SeveralPartitions_PositionsAreTheLearnersOwn()
    {
        PartitionHistory history = new(_time);
        OutputBatch outputs = new();
        outputs.Number = 5001;
        _audit.Write(outputs, 0, new SourceRecord(new PartitionId("events", 1), 17, 0, null, null), new PoolEvent(PoolEventKind.Drift, 0, 1, -1, "mixture", []) { Detector = "adwin" });
        outputs.Number = 5002;
        _audit.Write(outputs, 0, new SourceRecord(new PartitionId("events", 3), 900_000, 0, null, null), new PoolEvent(PoolEventKind.Promote, 0, 2, 4, "net", []));
        _figures.Records = 5004;
        _figures.NextOffset = 18;

        history.Add(outputs, 0, _figures);
        history.Sample(_figures, 0);

        JsonElement found = Read(history);
        Assert.Equal(5001, found.GetProperty("marks")[0].GetProperty("position").GetInt64());
        Assert.Equal([(5001L, "events-1@17"), (5002L, "events-3@900000")], found.GetProperty("audit").EnumerateArray().Select(a => (a.GetProperty("position").GetInt64(), a.GetProperty("source").GetString()!)));
        Assert.Equal(5002, found.GetProperty("experts")[0].GetProperty("events")[0][0].GetInt64());
        Assert.Equal(5004, found.GetProperty("points")[0][0].GetInt64());
    }

    [Fact]
    public void Outputs_OfTwoPartitions_HaveTheNumbersOfTheLearnersRecords()
    {
        using LearnerProcessor processor = Partition.Create(Partition.Declared(["UP", "DOWN"]));
        PartitionId other = new("events", 1);
        processor.Join(other, Worker.Order.SourceKind.Events, 500);
        OutputBatch outputs = new();
        byte[] value = """{"features":{"a":1},"label":"UP"}"""u8.ToArray();
        processor.Process([Partition.Record(0, value), new SourceRecord(other, 500, 0, null, value), new SourceRecord(other, 502, 0, null, value), Partition.Record(7, value)], outputs);

        Assert.Equal([0L, 1, 2, 3], Enumerable.Range(0, outputs.Count).Select(outputs.NumberOf));
    }

    [Fact]
    public void Add_DriftsWithoutEnd_StayBoundedAndAllAreCounted()
    {
        PartitionHistory history = new(_time);
        for (int i = 0; i < 3_000; i++) Tell(history, PoolEventKind.Drift, 5_000L * i, -1, "mixture", "adwin");
        JsonElement[] marks = [.. Read(history).GetProperty("marks").EnumerateArray()];
        Assert.InRange(marks.Length, MarkList.MaxMarks / 2, MarkList.MaxMarks);
        Assert.Equal(3_000, marks.Sum(m => m.GetProperty("count").GetInt32()));
        Assert.Equal(0, marks[0].GetProperty("position").GetInt64());
        Assert.Equal(5_000L * 2_999, marks[^1].GetProperty("position").GetInt64());
        Assert.Equal(PartitionHistory.MaxAudits, Read(history).GetProperty("audit").GetArrayLength());
    }

    [Fact]
    public void Add_ChangesOfAnExpert_AreItsTimeline()
    {
        PartitionHistory history = new(_time);
        Describe((2, "neighbours", PoolMemberState.Active, 0.25), (7, "net", PoolMemberState.Active, 0.75));
        Sample(history, 0.9);
        Tell(history, PoolEventKind.Prune, 8_000, 2, "neighbours");
        Sample(history, 0.9); // still with the picture of before: it must not bring the expert back
        Describe((2, "neighbours", PoolMemberState.Parked, 0), (7, "net", PoolMemberState.Active, 1));
        Sample(history, 0.9);
        Tell(history, PoolEventKind.Spawn, 20_100, 2, "neighbours");
        Tell(history, PoolEventKind.Promote, 25_000, 2, "neighbours");
        JsonElement expert = Read(history).GetProperty("experts")[0];
        Assert.Equal("neighbours", expert.GetProperty("kind").GetString());
        Assert.Equal(["active", "parked", "trial", "active"], expert.GetProperty("states").EnumerateArray().Select(s => s[2].GetString()));
        Assert.Equal([8_000, 20_100, 25_000], expert.GetProperty("states").EnumerateArray().Skip(1).Select(s => s[0].GetInt64()));
        Assert.Equal(["prune", "spawn", "promote"], expert.GetProperty("events").EnumerateArray().Select(s => s[2].GetString()));
        Assert.Equal([0.0, 1.0], Read(history).GetProperty("points").EnumerateArray().Last()[9].EnumerateArray().Select(s => s.GetDouble()));
    }

    [Fact]
    public void Add_ExpertsWithoutEnd_StayBounded()
    {
        PartitionHistory history = new(_time);
        for (int e = 0; e < 200; e++)
            for (int i = 0; i < 3; i++) Tell(history, PoolEventKind.Prune + i, 10 * e + i, e, "net");
        for (int i = 0; i < 1_000; i++) Tell(history, i % 2 == 0 ? PoolEventKind.Spawn : PoolEventKind.Drop, 100_000 + i, 0, "net");
        JsonElement experts = Read(history).GetProperty("experts");
        Assert.Equal(PartitionHistory.MaxExperts, experts.GetArrayLength());
        Assert.InRange(experts[0].GetProperty("states").GetArrayLength(), 1, ExpertTimeline.MaxEntries);
        Assert.InRange(experts[0].GetProperty("events").GetArrayLength(), 1, ExpertTimeline.MaxEntries);
        Assert.Equal(100_999, experts[0].GetProperty("events").EnumerateArray().Last()[0].GetInt64());
    }

    [Fact]
    public void Add_SignalsOfSingleExperts_DoNotPushDecisionsOut()
    {
        PartitionHistory history = new(_time);
        Tell(history, PoolEventKind.Promote, 10, 3, "net");
        for (int i = 0; i < 200; i++) Tell(history, PoolEventKind.Warning, 20 + i, 3, "net", "hddm-a");
        JsonElement[] audit = [.. Read(history).GetProperty("audit").EnumerateArray()];
        Assert.Equal(1 + PartitionHistory.MaxAudits, audit.Length);
        Assert.Equal("promote", audit[0].GetProperty("kind").GetString());
        Assert.Equal(0.25, audit[0].GetProperty("evidence").GetProperty("value").GetDouble());
        Assert.Empty(Read(history).GetProperty("marks").EnumerateArray());
    }

    [Fact]
    public void Add_DeadLetters_KeepsTheNewestAndShowsNoControlCharacters()
    {
        PartitionHistory history = new(_time);
        for (int i = 0; i < 30; i++)
        {
            OutputBatch outputs = new();
            byte[] value = Encoding.UTF8.GetBytes("a\0b\u001b[31m\u202e" + new string('x', 400));
            DeadLetterWriter.Write(outputs, Partition.Record(i, value), DeadLetterReason.NotJson, $"events-0@{i}: not one JSON object.", 1000);
            history.Add(outputs, 0, _figures);
        }
        JsonElement[] letters = [.. Read(history).GetProperty("deadLetters").EnumerateArray()];
        Assert.Equal(PartitionHistory.MaxDeadLetters, letters.Length);
        Assert.Equal("events-0@29", letters[^1].GetProperty("source").GetString());
        Assert.Equal("not-json", letters[^1].GetProperty("reason").GetString());
        string shown = letters[^1].GetProperty("value").GetString()!;
        Assert.StartsWith("a\ufffdb\ufffd[31m\ufffdxxx", shown);
        Assert.InRange(shown.Length, 100, LiveJson.MostValueBytes);
        Assert.Equal(411, letters[^1].GetProperty("bytes").GetInt32());
    }

    [Fact]
    public void WriteSince_OnlyWhatIsNew()
    {
        PartitionHistory history = new(_time);
        Tell(history, PoolEventKind.Prune, 10, 1, "net");
        Sample(history, 0.5);
        (JsonElement first, double time) = ReadSince(history, 0, 0);
        Assert.Equal(1, first.GetProperty("audit").GetArrayLength());
        Assert.Equal(1, first.GetProperty("points").GetArrayLength());
        Tell(history, PoolEventKind.Spawn, 20, 2, "tree");
        (JsonElement second, _) = ReadSince(history, first.GetProperty("serial").GetInt64(), time);
        Assert.Equal("spawn", Assert.Single(second.GetProperty("audit").EnumerateArray()).GetProperty("kind").GetString());
        Assert.Equal(2, Assert.Single(second.GetProperty("experts").EnumerateArray()).GetProperty("id").GetInt32());
        Assert.Empty(second.GetProperty("points").EnumerateArray());
    }

    [Fact]
    public void Add_ALearnersOwnRun_IsReadBackInFull()
    {
        PartitionHistory history = new(_time);
        using LearnerProcessor processor = Partition.Create(null, Partition.Setup("naive-bayes"));
        OutputBatch outputs = new();
        processor.Process(Partition.Records([.. Enumerable.Range(0, 1_200).Select(i => $$"""{"features":{"a":{{i % 7}},"b":{{i % 3}}},"label":"{{(i % 2 == 0 ? "x" : "y")}}"}""")]), outputs);
        processor.Process([Partition.Record(1_200, "nonsense"u8.ToArray())], outputs);
        history.Add(outputs, 0, processor.Figures);
        JsonElement shown = Read(history);
        Assert.Equal("schema", Assert.Single(shown.GetProperty("audit").EnumerateArray()).GetProperty("kind").GetString());
        Assert.Equal("nonsense", Assert.Single(shown.GetProperty("deadLetters").EnumerateArray()).GetProperty("value").GetString());
    }

    private void Describe(params (int Id, string Kind, PoolMemberState State, double Share)[] members)
        => _figures.Details = new PartitionDetails(new PoolSnapshot([.. members.Select(m => new PoolMember(m.Id, m.Kind, m.State, m.Share))], 0, double.NaN), [], []);

    private void Sample(PartitionHistory history, double accuracy)
    {
        _time.Advance(TimeSpan.FromSeconds(0.5));
        _figures.Records++;
        _figures.WindowAccuracy = accuracy;
        history.Sample(_figures, 0);
    }

    private void Tell(PartitionHistory history, PoolEventKind kind, long offset, int expert, string about, string detector = "")
    {
        OutputBatch outputs = new() { Number = offset };
        _audit.Write(outputs, 0, Partition.Record(offset, null), new PoolEvent(kind, 0, offset, expert, about, [new("value", 0.25)]) { Detector = detector });
        history.Add(outputs, 0, _figures);
    }

    private static JsonElement Read(PartitionHistory history, bool recent = true) => Json(json => history.Write(json, recent));

    private static (JsonElement, double) ReadSince(PartitionHistory history, long serial, double time)
    {
        double last = 0;
        return (Json(json => last = history.WriteSince(json, serial, time)), last);
    }

    private static JsonElement Json(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        using JsonDocument document = JsonDocument.Parse(bytes.WrittenMemory);
        return document.RootElement.Clone();
    }
}
