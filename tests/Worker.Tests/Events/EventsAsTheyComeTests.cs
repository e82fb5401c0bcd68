using System.Text;
using StreamMoe.Streams;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Pipeline;

namespace StreamMoe.Worker.Tests.Events;

/// <summary>Events that are not quite what is expected are used as far as they go, and nothing vanishes without a word.</summary>
public sealed class EventsAsTheyComeTests
{
    private const string Up = ",\"label\":\"UP\"}", Down = ",\"label\":\"DOWN\"}";

    [Fact]
    public void Infer_BooleansObjectsArraysAndNulls_BecomeWhatTheyShow()
    {
        string[] values =
        [
            """{"features":{"new":true,"user":{"age":41,"home":{"city":"Aarhus","x":null}},"at":[1.5,2],"gone":null,"tags":["a","b"]},"label":"UP"}""",
            """{"features":{"at":[3,4],"new":false,"user":{"home":{"city":"Odense"},"age":12},"gone":null},"label":"DOWN"}""",
        ];
        using LearnerProcessor processor = Infer(new SchemaOptions { InferFrom = 2 }, null, out List<string> found, values);
        Assert.Equal("new{true,false} user.age user.home.city{Aarhus,Odense} at.1 at.2", Show(processor.Schema!));
        Assert.Contains("\"ignored\":[\"user.home.x\",\"gone\",\"tags\"]", found[0], StringComparison.Ordinal);
        Assert.Equal(["true", "41", "Aarhus", "1.5", "2"], Row(processor, values[0]));
        Assert.Equal(["false", "12", "Odense", "3", "4"], Row(processor, values[1]));
        Assert.Equal(["?", "7", "?", "?", "9"], Row(processor, """{"features":{"user":{"age":"7","home":5},"at":[null,9,10],"tags":["z"],"gone":3}}"""));
    }

    [Fact]
    public void Infer_DeeperOrLongerThanTheCap_IsLeftOutInBothPhases()
    {
        string deep = """{"features":{"a":1,"l1":{"l2":{"l3":{"l4":{"l5":{"l6":5}}}}}},"label":"UP"}""";
        using LearnerProcessor processor = Infer(new SchemaOptions { InferFrom = 1 }, null, out _, deep);
        Assert.Equal("a", Show(processor.Schema!));
        Assert.Equal(["1"], Row(processor, deep));
        string longer = $"{{\"features\":{{\"v\":[{string.Join(',', Enumerable.Range(0, 1100))}]}}{Up}";
        using LearnerProcessor wide = Infer(new SchemaOptions { InferFrom = 1 }, null, out _, longer);
        Assert.Equal(EventRules.MaxArray, wide.Schema!.AttributeCount);
        Assert.Equal("1023", Row(wide, longer)[^1]);
    }

    [Fact]
    public void Infer_TextsThatAreNumbersAndIdentifiers_AreNamed()
    {
        string[] values = [.. Enumerable.Range(0, 40).Select(i => $"{{\"features\":{{\"q\":\"{i % 3}.5\",\"u\":\"{Guid.NewGuid()}\",\"h\":\"{Guid.NewGuid():N}\",\"t\":\"2026-11-30T20:00:{i:00}Z\",\"c\":\"v{i % 5}\"}}{(i % 2 == 0 ? Up : Down)}")];
        using LearnerProcessor processor = Infer(new SchemaOptions { InferFrom = 40 }, null, out List<string> found, values);
        Assert.Contains("\"numericTexts\":[\"q\"]", found[0], StringComparison.Ordinal);
        Assert.Contains("\"identifiers\":{\"u\":\"uuid\",\"h\":\"hash\",\"t\":\"time\"}", found[0], StringComparison.Ordinal);
        string[] ids = [.. Enumerable.Range(0, 250).Select(i => $"{{\"features\":{{\"order\":\"no {i}\"}}{Up}")];
        Infer(new SchemaOptions { InferFrom = 250 }, null, out List<string> told, ids).Dispose();
        Assert.Contains("\"identifiers\":{\"order\":\"distinct\"}", told[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Infer_IgnoredAndHashedNames_AreObeyed()
    {
        SchemaOptions options = new() { InferFrom = 2, Ignore = "b, user.id", Hash = "u:8,n:4" };
        string[] values = ["""{"features":{"a":1,"b":2,"user":{"id":7,"age":8},"u":"x","n":12345},"label":"UP"}""", """{"features":{"a":1,"b":2,"u":"y","n":12345},"label":"UP"}"""];
        using LearnerProcessor processor = Infer(options, null, out _, values);
        Assert.Equal("a user.age u{#0,#1,#2,#3,#4,#5,#6,#7} n{#0,#1,#2,#3}", Show(processor.Schema!));
        Assert.Equal(Row(processor, values[0], options: options)[3], Row(processor, values[1], options: options)[3]);
        Assert.NotEqual(Row(processor, values[0], options: options)[2], Row(processor, values[1], options: options)[2]);
    }

    [Theory]
    [InlineData("Auto", 2, 1, true)]
    [InlineData("Auto", 1, 2, false)]
    [InlineData("Flat", 1, 2, true)]
    [InlineData("Nested", 2, 1, false)]
    public void FlatEvents_AreTakenWhereMostAre_OrAsConfigured(string configured, int flat, int nested, bool isFlat)
    {
        EventShape shape = Enum.Parse<EventShape>(configured);
        string[] values = [.. Enumerable.Repeat("""{"id":null,"amount":1.5,"country":"DK","label":"hi"}""", flat), .. Enumerable.Repeat("""{"features":{"amount":2},"label":"lo"}""", nested)];
        using LearnerProcessor processor = Infer(new SchemaOptions { InferFrom = shape == EventShape.Nested ? nested : flat + nested }, new EventOptions { Shape = shape }, out List<string> found, values);
        Assert.Equal(isFlat ? "amount country{DK} features.amount" : "amount", Show(processor.Schema!));
        Assert.Contains($"\"shape\":\"{(isFlat ? "flat" : "nested")}\"", string.Concat(found), StringComparison.Ordinal);
        Assert.Equal(isFlat ? 0 : flat, found.Count(f => f.Contains("streammoe-reason=flat-event", StringComparison.Ordinal)));

        byte[] state = Partition.Save(processor);
        using LearnerProcessor restored = Partition.Load(state, null, Setup(new SchemaOptions { InferFrom = shape == EventShape.Nested ? nested : 3 }, new EventOptions { Shape = shape }));
        byte[] again = Encoding.UTF8.GetBytes(values[0]);
        Assert.Equal(Partition.Run(processor, [Partition.Record(9, again)]), Partition.Run(restored, [Partition.Record(9, again)]));
    }

    [Fact]
    public void FlatLateLabel_IsALabel_AndNothingWaitsThatIsAnEvent()
    {
        using LearnerProcessor processor = Partition.Create(Partition.Declared(["UP"], ["v"]), Setup(new SchemaOptions(), new EventOptions { Shape = EventShape.Flat }));
        Partition.Run(processor, Partition.Records("""{"id":"e","a":1,"c":"v"}""", """{"id":"e","label":"UP"}"""));
        Assert.Equal((1, 1, 0), (processor.Figures.Joined, processor.Figures.Learned, processor.Figures.Waiting));
    }

    [Fact]
    public void Map_NamesIdLabelAndTime_WhichAreNeverFeatures()
    {
        EventOptions events = new() { Map = "id=order_no,label=is_fraud,time=ts", Shape = EventShape.Flat };
        using LearnerProcessor processor = Infer(new SchemaOptions { InferFrom = 1 }, events, out List<string> found, """{"order_no":17,"ts":1764523200000,"amount":3,"is_fraud":true,"id":"x"}""");
        Assert.Equal("amount id{x}", Show(processor.Schema!));
        Assert.Contains("\"timeUnit\":\"milliseconds\"", found[0], StringComparison.Ordinal);
        Assert.StartsWith("Prediction | 17 | {\"id\":\"17\",\"time\":\"2025-11-30T17:20:00Z\"", found[1], StringComparison.Ordinal);
        using LearnerProcessor nested = Infer(new SchemaOptions { InferFrom = 1 }, new EventOptions { Map = "label=is_fraud" }, out _, """{"features":{"amount":1,"is_fraud":true},"is_fraud":true}""");
        Assert.Equal("amount", Show(nested.Schema!));
    }

    [Theory]
    [InlineData("1764523200", "2025-11-30T17:20:00Z")]
    [InlineData("1764523200.5", "2025-11-30T17:20:00.5Z")]
    [InlineData("1764523200000", "2025-11-30T17:20:00Z")]
    [InlineData("1764523200000001", "2025-11-30T17:20:00.000001Z")]
    [InlineData("\"1764523200000\"", "2025-11-30T17:20:00Z")]
    [InlineData("1764523200000000100", "2025-11-30T17:20:00.0000001Z")]
    public void Time_AsANumber_IsReadByItsSize(string time, string expected)
        => Assert.Contains($"\"time\":\"{expected}\"", Partition.Run(Partition.Declared(["UP"]), $"{{\"time\":{time},\"features\":{{}}}}")[0], StringComparison.Ordinal);

    [Fact]
    public void Label_WholeNumber_IsOneClassHoweverItIsWritten()
    {
        using LearnerProcessor processor = Partition.Create(Partition.Declared());
        Partition.Run(processor, Partition.Records([.. new[] { "1", "1.0", "10e-1", "\"1\"", "-2.00" }.Select(l => $"{{\"features\":{{}},\"label\":{l}}}")]));
        Assert.Equal(["1", "-2"], processor.Schema!.Class.Domain!.Values);
    }

    [Theory]
    [InlineData("Other", "(other)", 1)]
    [InlineData("Missing", "?", 1)]
    [InlineData("DeadLetter", null, 0)]
    public void NewValueBeyondTheCap_IsWhatIsAskedFor(string asked, string? expected, int counted)
    {
        NewValueAction action = Enum.Parse<NewValueAction>(asked);
        using LearnerProcessor processor = Partition.Create(Partition.Declared(["UP"], ["v0", "v1"], maxValues: 2), Setup(new SchemaOptions { OnNewValue = action }, null));
        List<string> found = Partition.Run(processor, Partition.Records("""{"features":{"c":"v2"},"label":"UP"}""", """{"features":{"c":"v1"},"label":"UP"}"""));
        Assert.Equal(expected is null ? "DeadLetter" : "Prediction", found[0].Split(' ')[0]);
        Assert.Equal(counted, processor.Figures.Features.Totals[(int)FeatureFault.BeyondCap]);
        SchemaOptions options = new() { OnNewValue = action };
        if (expected is not null) Assert.Equal(expected, Row(processor, """{"features":{"c":"v77"}}""", options: options)[2]);
        Assert.Equal("v1", Row(processor, """{"features":{"c":"v1"}}""", options: options)[2]);
    }

    [Fact]
    public void OtherTypes_AreMissingOrNumbers_AndCountedByAttribute()
    {
        using LearnerProcessor processor = Partition.Create(Partition.Declared(["UP"], ["v0"]));
        Assert.Equal(["12.5", "?", "?"], Row(processor, """{"features":{"a":" 12.5 ","b":true,"c":7}}"""));
        Assert.Equal(["?", "?", "?"], Row(processor, """{"features":{"a":"NA","b":{"x":[1]},"c":["v0"]}}"""));
        Assert.Equal(1, processor.Figures.Features.Totals[(int)FeatureFault.NumberAsText]);
        Assert.Equal([1, 2, 2], processor.Figures.Features.Of(FeatureFault.OtherType).ToArray());
    }

    [Fact]
    public void EndInference_NowAndAgain_GivesTheSameState()
    {
        string[] values = [$"{{\"features\":{{\"a\":1}}{Up}", $"{{\"features\":{{\"a\":2}}{Down}"];
        byte[][] states = new byte[2][];
        for (int run = 0; run < 2; run++)
        {
            using LearnerProcessor processor = Partition.Create(null, Setup(new SchemaOptions { InferFrom = 100 }, null));
            Worker.Records.OutputBatch outputs = new();
            processor.Apply(OrderEntry.InferenceEnded(), outputs);
            if (run == 0) processor.Process(Partition.Records(values), outputs);
            else foreach (Worker.Records.SourceRecord record in Partition.Records(values)) processor.Process([record], outputs);
            Assert.True(processor.CanInfer);
            processor.Apply(OrderEntry.InferenceEnded(), outputs);
            Assert.Equal(["Audit", "Prediction", "Prediction"], Partition.Show(outputs).Select(o => o.Split(' ')[0]));
            processor.Apply(OrderEntry.InferenceEnded(), outputs);
            states[run] = Partition.Save(processor);
        }
        Assert.Equal(states[0], states[1]);
    }

    [Fact]
    public void SchemaThatNoRecordFits_IsNotPublished()
    {
        using LearnerProcessor processor = Partition.Create(null, Setup(new SchemaOptions { InferFrom = 2 }, null));
        string twice = """{"features":{"a":1,"a":2},"label":"UP"}""";
        Assert.Empty(Partition.Run(processor, Partition.Records(twice, twice)));
        Assert.True(processor.IsHolding);
        List<string> found = Partition.Run(processor, [.. Enumerable.Range(2, 3).Select(i => Partition.Record(i, Encoding.UTF8.GetBytes($"{{\"features\":{{\"a\":1}}{Up}")))]);
        Assert.Equal(["Audit", "DeadLetter", "DeadLetter", "Prediction", "Prediction", "Prediction"], found.Select(f => f.Split(' ')[0]));
    }

    private static LearningSetup Setup(SchemaOptions schema, EventOptions? events) => Partition.Setup(schema: schema) with { Events = events ?? new EventOptions() };

    private static LearnerProcessor Infer(SchemaOptions schema, EventOptions? events, out List<string> found, params string[] values)
    {
        LearnerProcessor processor = Partition.Create(null, Setup(schema, events));
        found = Partition.Run(processor, Partition.Records(values));
        Assert.NotNull(processor.Schema);
        return processor;
    }

    private static string Show(Schema schema) => string.Join(' ', schema.Attributes.Select(a => a.Domain is { } d ? $"{a.Name}{{{string.Join(',', d.Values)}}}" : a.Name));

    /// <summary>The row that a record becomes, with nominal values by name; it is processed too, and the two agree on what is missing.</summary>
    private static string[] Row(LearnerProcessor processor, string value, EventShape shape = EventShape.Nested, SchemaOptions? options = null)
    {
        Schema schema = processor.Schema!;
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        Partition.Run(processor, [Partition.Record(processor.Sources[0].Next, bytes)]);
        EventDecoder decoder = new(schema, new EventRules(new EventOptions(), options ?? new SchemaOptions()), shape);
        double[] row = new double[schema.AttributeCount];
        Assert.True(decoder.TryDecode(Partition.Record(0, bytes), row));
        decoder.AddNewValues(row);
        return [.. row.Select((v, i) => double.IsNaN(v) ? "?" : schema.Attributes[i].Domain is { } d ? d[(int)v] : v.ToString("R", System.Globalization.CultureInfo.InvariantCulture))];
    }
}
