using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Events;

/// <summary>Formats that people already have, from the first record to predictions.</summary>
public sealed class EventFormatTests
{
    private const string OrderSchema = """
        {"type":"record","name":"Order","namespace":"shop","fields":[
          {"name":"order_no","type":"long"},
          {"name":"ts","type":{"type":"long","logicalType":"timestamp-millis"}},
          {"name":"amount","type":["null",{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}]},
          {"name":"kind","type":{"type":"enum","name":"Kind","symbols":["WEB","SHOP"]}},
          {"name":"day","type":{"type":"int","logicalType":"date"}},
          {"name":"score","type":"double"},
          {"name":"home","type":{"type":"record","name":"Place","fields":[{"name":"city","type":"string"},{"name":"at","type":{"type":"array","items":"float"}}]}},
          {"name":"is_fraud","type":["null","boolean"]}]}
        """;

    [Fact]
    public void Avro_UnionsEnumsLogicalTypesAndRecords_AreFeatures()
    {
        using LearnerProcessor processor = Create(EventFormat.Avro, "id=order_no,label=is_fraud,time=ts", inferFrom: 2);
        SourceRecord[] records = [Record(0, Order(17, 1250, 0, fraud: true)), Record(1, Order(18, null, 1, fraud: false))];
        Add(processor, 7, OrderSchema);

        List<string> found = Partition.Run(processor, records);

        Assert.Equal("amount kind{WEB,SHOP} day score home.city{Aarhus} home.at.1 home.at.2", Show(processor));
        Assert.StartsWith("Prediction | 17 | {\"id\":\"17\",\"time\":\"2025-11-30T17:20:00Z\"", found[1], StringComparison.Ordinal);
        Assert.Equal(["true", "false"], processor.Schema!.Class.Domain!.Values);
        Assert.Equal(2, processor.Figures.Learned);
        Assert.Contains("12.5", Json(processor, Order(1, 1250, 0, fraud: null)), StringComparison.Ordinal);
    }

    [Fact]
    public void Avro_SchemasAreState_AndOneThatIsNotThereMakesDeadLetters()
    {
        using LearnerProcessor processor = Create(EventFormat.Avro, "id=order_no,label=is_fraud,time=ts", inferFrom: 1);
        Add(processor, 7, OrderSchema);
        Add(processor, 8, null);
        Partition.Run(processor, [Record(0, Order(17, 1250, 0, fraud: true))]);
        using LearnerProcessor restored = Partition.Load(Partition.Save(processor), null, Setup(EventFormat.Avro, "id=order_no,label=is_fraud,time=ts", inferFrom: 1));
        foreach (LearnerProcessor one in (LearnerProcessor[])[processor, restored])
        {
            Assert.StartsWith("Prediction", Partition.Run(one, [Record(1, Order(1, 1, 0, false))])[0], StringComparison.Ordinal);
            Assert.Contains("streammoe-reason=not-avro", Partition.Run(one, [Record(2, Order(18, 1, 0, false, schema: 8))])[0], StringComparison.Ordinal);
        }
        EventUnwrapper unwrapper = new(new EventRules(new EventOptions { Format = EventFormat.Avro }, new SchemaOptions()));
        Assert.Equal(9, unwrapper.UnknownSchemaOf(Record(2, Order(1, 1, 0, false, schema: 9))));
        unwrapper.AddSchema(9, null);
        Assert.Null(unwrapper.UnknownSchemaOf(Record(2, Order(1, 1, 0, false, schema: 9))));
    }

    [Fact]
    public void Avro_AddedAndRemovedFields_AreIgnoredAndMissing()
    {
        using LearnerProcessor processor = Create(EventFormat.Avro, "label=y", inferFrom: 1);
        Add(processor, 1, """{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":"int"},{"name":"y","type":"string"}]}""");
        Add(processor, 2, """{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"c","type":"int"},{"name":"y","type":["null","string"],"default":null}]}""");
        Partition.Run(processor, [Record(0, [0, 0, 0, 0, 1, 2, 4, 4, (byte)'U', (byte)'P'])]);
        Assert.StartsWith("Prediction", Partition.Run(processor, [Record(1, [0, 0, 0, 0, 2, 2, 4, 0])])[0], StringComparison.Ordinal);
        Assert.Equal(1, processor.Figures.IgnoredFeatures);
    }

    [Fact]
    public void Avro_AnyDamage_IsADeadLetterAndTakesNoMemoryThatTheBytesOnlyClaim()
    {
        using LearnerProcessor processor = Create(EventFormat.Avro, "id=order_no,label=is_fraud,time=ts", inferFrom: 1);
        Add(processor, 7, OrderSchema);
        byte[] good = Order(17, 1250, 0, fraud: true);
        Partition.Run(processor, [Record(0, good)]);
        Random random = new(4);
        for (int i = 1; i < 3000; i++)
        {
            byte[] bytes = [.. good.Take(i % 7 == 0 ? random.Next(1, good.Length) : good.Length)];
            for (int n = random.Next(3); n >= 0; n--) bytes[random.Next(Math.Min(5, bytes.Length - 1), bytes.Length)] = (byte)random.Next(256);
            string kind = Partition.Run(processor, [Record(i, bytes)])[^1].Split(' ')[0];
            Assert.True(kind is "Prediction" or "DeadLetter");
        }
        byte[] claims = [0, 0, 0, 0, 7, .. Number(1), .. Number(1764523200000), .. Number(1), .. Number(int.MaxValue)];
        Assert.Contains("stand where 0 bytes are left", Partition.Run(processor, [Record(3000, claims)])[0], StringComparison.Ordinal);
    }

    [Fact]
    public void CloudEvents_StructuredAndPlain_AreEventsAndLateLabels()
    {
        using LearnerProcessor processor = Create(EventFormat.Cloudevents, "label=is_fraud", inferFrom: 1);
        string data = Convert.ToBase64String("{\"amount\":4,\"country\":\"SE\"}"u8);
        List<string> found = Partition.Run(processor, Partition.Records(
            """{"specversion":"1.0","id":"e-1","source":"/shop","type":"order","time":"2025-11-30T17:20:00Z","data":{"amount":3,"country":"DK","is_fraud":true}}""",
            $$"""{"specversion":"1.0","id":"e-2","source":"/shop","type":"order","data_base64":"{{data}}"}""",
            """{"specversion":"1.0","id":"x","source":"/shop","type":"label","data":{"id":"e-2","is_fraud":false}}""",
            """{"amount":5,"country":"DK"}""",
            """{"specversion":"0.3","id":"e-3","source":"/","type":"t","data":{}}""",
            """{"specversion":"1.0","id":"e-4","source":"/","type":"t","data":"text"}"""));
        Assert.Equal("amount country{DK,SE}", Show(processor));
        Assert.StartsWith("Prediction | e-1 | {\"id\":\"e-1\",\"time\":\"2025-11-30T17:20:00Z\"", found[1], StringComparison.Ordinal);
        Assert.Equal((2, 1), (processor.Figures.Learned, processor.Figures.Joined));
        Assert.Equal(["Audit", "Prediction", "Prediction", "Prediction", "DeadLetter", "DeadLetter"], found.Select(f => f.Split(' ')[0]));
        Assert.All(found[4..], f => Assert.Contains("streammoe-reason=not-an-envelope", f, StringComparison.Ordinal));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Debezium_InsertsAreEvents_AnUpdateThatSetsTheLabelIsALateLabel_DeletionsPass(bool connect)
    {
        using LearnerProcessor processor = Create(EventFormat.Debezium, "label=is_fraud", inferFrom: 1);
        string Wrap(string change) => connect ? $"{{\"schema\":{{\"type\":\"struct\"}},\"payload\":{change}}}" : change;
        byte[] Key(int id) => Encoding.UTF8.GetBytes(Wrap($"{{\"no\":{id}}}"));
        string?[] values =
        [
            Wrap("""{"before":null,"after":{"no":1,"amount":3,"is_fraud":true},"op":"r","ts_ms":1764523200000}"""),
            Wrap("""{"before":null,"after":{"no":2,"amount":4,"is_fraud":null},"op":"c","ts_ms":1764523201000}"""),
            Wrap("""{"before":{"no":2,"amount":4,"is_fraud":null},"after":{"no":2,"amount":4,"is_fraud":false},"op":"u","ts_ms":1764523202000}"""),
            Wrap("""{"before":{"no":1,"amount":3,"is_fraud":true},"after":{"no":1,"amount":9,"is_fraud":true},"op":"u","ts_ms":1764523203000}"""),
            Wrap("""{"before":{"no":1,"amount":9,"is_fraud":true},"after":null,"op":"d","ts_ms":1764523204000}"""),
            null,
        ];
        int[] keys = [1, 2, 2, 1, 1, 1];
        List<string> found = Partition.Run(processor, [.. values.Select((v, i) => Partition.Record(i, v is null ? null : Encoding.UTF8.GetBytes(v), Key(keys[i])))]);
        Assert.Equal("no amount", Show(processor));
        Assert.Equal((3, 1, 3, 2), (processor.Figures.Learned, processor.Figures.Joined, processor.Figures.Events, processor.Figures.PassedOver));
        Assert.Contains("{\"id\":\"2\",\"time\":\"2025-11-30T17:20:01Z\"", found[2], StringComparison.Ordinal);
        Assert.DoesNotContain(found, f => f.StartsWith("DeadLetter", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{\"schema\":{\"type\":\"struct\"},\"payload\":{\"features\":{\"a\":1},\"label\":\"UP\"}}")]
    [InlineData("\0\0\0\0\u0005{\"features\":{\"a\":1},\"label\":\"UP\"}")]
    public void Json_InConnectsEnvelopeOrAfterJsonSchemasPrefix_IsJson(string value)
    {
        using LearnerProcessor processor = Create(EventFormat.Json, "", inferFrom: 1);
        Assert.Equal(["Audit", "Prediction"], Partition.Run(processor, Partition.Records(value)).Select(f => f.Split(' ')[0]));
        Assert.Equal("a", Show(processor));
    }

    [Theory]
    [InlineData("""{"features":{"a":1},"label":"UP"}""", "a")]
    [InlineData("""{"specversion":"1.0","id":"1","type":"t","source":"/","data":{"b":1,"label":"UP"}}""", "b")]
    [InlineData("""{"op":"c","after":{"c":1,"label":"UP"}}""", "c")]
    [InlineData("""{"schema":{},"payload":{"op":"c","after":{"d":1,"label":"UP"}}}""", "d")]
    public void Auto_FirstRecordThatTells_DecidesOnceAndForTheStateToo(string value, string attribute)
    {
        using LearnerProcessor processor = Create(EventFormat.Auto, "", inferFrom: 1);
        Partition.Run(processor, Partition.Records("no JSON", value));
        Assert.Equal(attribute, Show(processor));
        using LearnerProcessor restored = Partition.Load(Partition.Save(processor), null, Setup(EventFormat.Auto, "", inferFrom: 1));
        SourceRecord next = Partition.Record(2, """{"features":{"zz":1}}"""u8.ToArray());
        Assert.Equal(Partition.Run(processor, [next]), Partition.Run(restored, [next]));
    }

    private static LearnerProcessor Create(EventFormat format, string map, int inferFrom) => Partition.Create(null, Setup(format, map, inferFrom));

    private static LearningSetup Setup(EventFormat format, string map, int inferFrom)
        => Partition.Setup(schema: new SchemaOptions { InferFrom = inferFrom }) with { Events = new EventOptions { Format = format, Map = map } };

    private static void Add(LearnerProcessor processor, int id, string? schema) => processor.Apply(OrderEntry.SchemaResolved(id, schema), new OutputBatch());

    private static string Show(LearnerProcessor processor)
        => string.Join(' ', processor.Schema!.Attributes.Select(a => a.Domain is { } d ? $"{a.Name}{{{string.Join(',', d.Values)}}}" : a.Name));

    /// <summary>The JSON that a record's event is read from.</summary>
    private static string Json(LearnerProcessor processor, byte[] value)
    {
        EventUnwrapper unwrapper = new(new EventRules(new EventOptions { Format = EventFormat.Avro, Map = "id=order_no,label=is_fraud,time=ts" }, new SchemaOptions()));
        unwrapper.AddSchema(7, OrderSchema);
        Assert.True(unwrapper.TryUnwrap(Record(0, value), out ReadOnlySpan<byte> json));
        Assert.NotNull(processor.Schema);
        return Encoding.UTF8.GetString(json).Replace("1250e-2", "12.5", StringComparison.Ordinal);
    }

    private static SourceRecord Record(long offset, byte[] value) => Partition.Record(offset, value);

    private static byte[] Order(long number, int? cents, int kind, bool? fraud, int schema = 7)
    {
        byte[] id = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(id, schema);
        byte[] amount = cents is { } value ? [.. Number(1), .. Number(new BigInteger(value).ToByteArray(isBigEndian: true).Length), .. new BigInteger(value).ToByteArray(isBigEndian: true)] : Number(0);
        byte[] score = new byte[8], x = new byte[4], y = new byte[4];
        BinaryPrimitives.WriteDoubleLittleEndian(score, 0.5);
        BinaryPrimitives.WriteSingleLittleEndian(x, 1.5f);
        BinaryPrimitives.WriteSingleLittleEndian(y, 2.5f);
        byte[] label = fraud is { } known ? [.. Number(1), known ? (byte)1 : (byte)0] : Number(0);
        return [0, .. id, .. Number(number), .. Number(1764523200000), .. amount, .. Number(kind), .. Number(20_000), .. score, .. Number(6), .. "Aarhus"u8, .. Number(2), .. x, .. y, .. Number(0), .. label];
    }

    /// <summary>A number as Avro writes it: zigzag, seven bits a byte.</summary>
    private static byte[] Number(long value)
    {
        List<byte> bytes = [];
        for (ulong rest = (ulong)((value << 1) ^ (value >> 63)); ; rest >>= 7)
        {
            bytes.Add((byte)(rest < 0x80 ? rest : (rest & 0x7F) | 0x80));
            if (rest < 0x80) return [.. bytes];
        }
    }
}
