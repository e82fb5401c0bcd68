using System.Text;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Pipeline;

/// <summary>A clock that is not believed: single records of another time, or a few, move nothing, and are told.</summary>
public sealed class TimeJumpTests
{
    private static readonly long s_2038 = new DateTimeOffset(2038, 1, 19, 3, 14, 7, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private static readonly LabelOptions s_minute = new() { MaxAge = TimeSpan.FromMinutes(1) };

    private long _offset, _second;

    [Theory]
    [InlineData(1)]
    [InlineData(8)] // one fewer than the evidence needs
    public void FewRecordsOf2038_ExpireNothing_AndAgesGoOnAsBefore(int records)
    {
        using LearnerProcessor processor = Partition.Create(Partition.Declared(["UP", "DOWN"]), Partition.Setup(labels: s_minute));
        Run(processor, Event("first"), Normal(), Normal());
        for (int i = 0; i < records; i++) Run(processor, At(s_2038, Labelled));
        Run(processor, Label("first"));

        Assert.Equal((records, 0, 1), (processor.Figures.TimeJumps, processor.Figures.Expired, processor.Figures.Joined));

        Run(processor, Event("second"));
        for (int i = 0; i < 60; i++) Run(processor, Normal());
        Assert.Equal(0, processor.Figures.Expired);
        Run(processor, Normal());
        Assert.Equal(1, processor.Figures.Expired); // a minute and a second later, as ever
        Run(processor, Label("second"));
        Assert.Equal(1, processor.Figures.Joined);
    }

    [Fact]
    public void AsManyAsTheEvidenceNeeds_MoveEventTime()
    {
        using LearnerProcessor processor = Partition.Create(Partition.Declared(["UP", "DOWN"]), Partition.Setup(labels: s_minute));
        Run(processor, Event("first"), Normal());
        for (int i = 0; i < 9; i++) Run(processor, At(s_2038 + i, Labelled));

        Assert.Equal((8, 1), (processor.Figures.TimeJumps, processor.Figures.Expired));
    }

    [Fact]
    public async Task LoneJumps_AreToldOnceAMinute_WithRecordAndCount()
    {
        LogLines log = new();
        using WorkerBench bench = new(pipeline: new PipelineOptions { Capacity = 4, Linger = TimeSpan.FromMilliseconds(5), Queue = 16 }, log: log);
        void Append(params long[] times)
        {
            foreach (long time in times) bench.Source.Append(Partition.Source, null, Encoding.UTF8.GetBytes("""{"features":[1,2,"v0"],"label":"UP"}"""), time);
        }
        Append(Partition.Start, Partition.Start + 1, s_2038, Partition.Start + 2);
        Append(s_2038, Partition.Start + 3, Partition.Start + 4, Partition.Start + 5);
        Append(Partition.Start + 6, Partition.Start + 7, s_2038, Partition.Start + 9);
        Append(Partition.Start + 10, Partition.Start + 11, Partition.Start + 12, Partition.Start + 13);
        bench.Source.Assign(Partition.Source);
        bench.Source.DeliverTo(Partition.Source, 4);
        bench.Source.Do(_ => bench.AwaitRecords(4));
        bench.Source.DeliverTo(Partition.Source, 8);
        bench.Source.Do(_ => bench.AwaitRecords(8));
        bench.Source.DeliverTo(Partition.Source, 12);
        bench.Source.Do(_ => bench.AwaitRecords(12));
        bench.Source.Do(_ => bench.Time.Advance(TimeSpan.FromMinutes(1)));
        bench.Source.DeliverTo(Partition.Source, 16);
        bench.Source.Do(_ => bench.AwaitRecords(16));
        bench.Start();
        await bench.EndAsync();

        string[] told = log.Of(132);
        Assert.Equal(2, told.Length);
        Assert.StartsWith("events-l0: the record events-0@2 has the time 2038-01-19T03:14:07Z, far ahead of the event time 2025-11-21T20:00:00.001Z.", told[0], StringComparison.Ordinal);
        Assert.Contains("Such records so far: 1.", told[0], StringComparison.Ordinal);
        Assert.Contains("events-0@10", told[1], StringComparison.Ordinal);
        Assert.Contains("Such records so far: 3.", told[1], StringComparison.Ordinal);
    }

    private static string Labelled => """{"features":{"a":1},"label":"UP"}""";

    private long NextTime => Partition.Start + 1000 * _second++;

    private SourceRecord Event(string id) => At(NextTime, $$$"""{"id":"{{{id}}}","features":{"a":1}}""");

    private SourceRecord Label(string id) => At(NextTime, $$"""{"id":"{{id}}","label":"UP"}""");

    private SourceRecord Normal() => At(NextTime, Labelled);

    private SourceRecord At(long time, string value) => Partition.Record(_offset++, Encoding.UTF8.GetBytes(value), timestamp: time);

    private static void Run(LearnerProcessor processor, params SourceRecord[] records) => Partition.Run(processor, records);
}
