using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using StreamMoe.Tests.Common;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Figures;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Fuzz;

/// <summary>Damaged JSON events: each is an event, a late label, or a dead letter with its reason, and nothing is lost.</summary>
public sealed class EventFuzzTests
{
    private static readonly byte[][] s_events =
    [
        [.. """{"id":"e-17","time":"2026-11-21T20:00:00Z","features":{"a":0.43,"b":-5.6e-2,"c":"v0"},"label":"UP"}"""u8],
        [.. """{"features":[1,null,"\u0076\n"],"label":1,"more":{"x":[true,{}]}}"""u8],
        [.. """{"id":12,"label":"DÖWN"}"""u8],
        [.. """{"time":"2026-02-28T23:59:60.1234567890+23:59","features":{"c":null,"b":1e308,"a":-0.0},"label":true,"id":"\ud83d\ude00"}"""u8],
    ];

    private static readonly Mutation s_mutation = new(s_events,
        "{", "}", "[", "]", "\"", ":", ",", "\\", "\\u", "\\ud800", "\\udc00", "null", "true", "1e309", "\"id\":", "\"id\":\"\",", "\"label\":", "\"features\":{", "\"features\":[", "\"a\":1,", "\"time\":\"", "[[[[[[[[[",
        "{\"a\":", "\"label\":\"NEW\",", "0000-00-00T99:99:99Z", "9999-12-31T23:59:60-23:59");

    [Fact]
    public void Event_SomeDamaged_AreDecodedOrHaveAReason() => Decode(FuzzCases.Quick);

    [Fact, Trait("Category", "Slow")]
    public void Event_ManyDamaged_AreDecodedOrHaveAReason() => Decode(FuzzCases.Events);

    [Fact]
    public void Inference_SomeDamagedEvents_EndAsPredictionDeadLetterOrHeld() => Infer(FuzzCases.Quick);

    [Fact, Trait("Category", "Slow")]
    public void Inference_ManyDamagedEvents_EndAsPredictionDeadLetterOrHeld() => Infer(FuzzCases.InferredSchemas);

    [Fact]
    public void Event_SomeOfAnyShape_AreDecodedOrHaveAReason() => Structured(FuzzCases.Quick);

    [Fact, Trait("Category", "Slow")]
    public void Event_ManyOfAnyShape_AreDecodedOrHaveAReason() => Structured(FuzzCases.StructuredEvents);

    private static void Decode(int cases)
    {
        double[] row = new double[3];
        (int accepted, int refused) = FuzzRun.Run(cases, s_mutation.Make, bytes => Decode(NewDecoder(), bytes, row));
        Assert.True(accepted > cases / 20 && refused > cases / 20, $"{accepted} accepted, {refused} refused");
    }

    private static EventDecoder NewDecoder() => new(Partition.Declared(["UP"], ["v0", "v1"], maxClasses: 20, maxValues: 20));

    private static bool Decode(EventDecoder decoder, byte[] bytes, double[] row)
    {
        if (!decoder.TryDecode(Partition.Record(7, bytes), row))
        {
            if (!decoder.Error.StartsWith("events-0@7: ", StringComparison.Ordinal) || decoder.Error.Length is < 30 or > 2000) Assert.Fail($"The error is {decoder.Error}");
            return false;
        }
        if (decoder.HasNewValues) decoder.AddNewValues(row);
        if (decoder.Label == EventDecoder.NewLabel) decoder.AddNewLabel();
        if (decoder.Label is < -1 or >= 20 || decoder.Id.IsEmpty || decoder.Time < 0 || decoder.Time > DateTime.MaxValue.Ticks) Assert.Fail($"Label {decoder.Label}, time {decoder.Time}");
        if (!decoder.HasFeatures) return true;
        for (int i = 0; i < 3; i++)
            if (double.IsInfinity(row[i]) || (i == 2 && row[i] is < 0 or >= 20)) Assert.Fail($"Feature {i} is {row[i]}.");
        return true;
    }

    private static void Infer(int cases)
    {
        LearningSetup setup = Partition.Setup(schema: new SchemaOptions { InferFrom = 1, MaxClasses = 5, MaxValues = 5 });
        (int accepted, int refused) = FuzzRun.Run(cases, s_mutation.Make, bytes =>
        {
            using LearnerProcessor processor = Partition.Create(null, setup, capacity: 4);
            OutputBatch outputs = new();
            SourceRecord[] records = [Partition.Record(0, bytes), Partition.Record(1, bytes), Partition.Record(2, s_events[0]), Partition.Record(3, s_events[1])];
            processor.Process(records, outputs);
            PartitionFigures figures = processor.Figures;
            long dead = figures.DeadLetters.Sum();
            if (figures.Predictions + dead + figures.Held + figures.Labels != records.Length)
                Assert.Fail($"{figures.Predictions} predictions, {dead} dead letters, {figures.Held} held, {figures.Labels} labels of {records.Length} records");
            if (processor.Schema?.AttributeCount > SchemaInference.MostAttributes) Assert.Fail($"The schema has {processor.Schema.AttributeCount} attributes.");
            return dead == 0;
        });
        Assert.True(accepted > cases / 20 && refused > cases / 20, $"{accepted} accepted, {refused} refused");
    }

    private static void Structured(int cases) => Prop.ForAll(Values(3).ToArbitrary(), json =>
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        if (Decode(NewDecoder(), bytes, new double[3])) JsonDocument.Parse(bytes).Dispose();
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(cases));

    /// <summary>Well-formed JSON with the keys of events in places where they may and may not stand.</summary>
    private static Gen<string> Values(int depth)
    {
        Gen<string> scalar = Gen.Elements("null", "true", "1", "-0.5e3", "1e400", "\"UP\"", "\"v0\"", "\"\"", "\"2026-11-21T20:00:00Z\"", "\"\\uD800\"", "{}", "[]", "[1,2,\"v1\"]", "123456789012345678901234567890");
        if (depth == 0) return scalar;
        Gen<string> key = Gen.Elements("id", "time", "features", "label", "a", "b", "c", "\\u0061", "");
        Gen<string> member = from name in key from value in Values(depth - 1) select $"\"{name}\":{value}";
        Gen<string> someObject = from count in Gen.Choose(0, 5) from members in member.ArrayOf(count) select "{" + string.Join(",", members) + "}";
        Gen<string> someArray = from count in Gen.Choose(0, 4) from values in Values(depth - 1).ArrayOf(count) select "[" + string.Join(",", values) + "]";
        return depth == 3 ? someObject : Gen.Frequency((4, scalar), (3, someObject), (1, someArray));
    }
}
