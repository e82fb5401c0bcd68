using System.Security.Cryptography;
using System.Text;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Pipeline;

/// <summary>A record that cannot be used becomes a dead letter with its reason, leaves no trace in the state, and the next one goes on.</summary>
public sealed class DeadLetterTests
{
    public static TheoryData<string, string, string> Poison => new()
    {
        { "not-json", "", "not one JSON object" },
        { "not-json", "{\"features\":{\"a\":1}", "not one JSON object" },
        { "not-json", "hello", "not one JSON object" },
        { "not-json", "{\"features\":{}} {}", "not one JSON object" },
        { "not-json", "{\"features\":{\"a\":+1}}", "not one JSON object" },
        { "not-finite", "{\"features\":{\"a\":NaN}}", "NaN stands where a value must" },
        { "not-finite", "{\"features\":[1, -Infinity, null]}", "-Infinity stands where" },
        { "not-json", "{\"features\":{},}", "not one JSON object" },
        { "too-deep", "{\"x\":[[[[[[[[1]]]]]]]]}", "deeper than 8" },
        { "not-an-object", "[{\"features\":{}}]", "an array" },
        { "not-an-object", "17", "a number" },
        { "not-an-object", "null", "null" },
        { "duplicate-key", "{\"features\":{\"a\":1,\"b\":2,\"a\":1}}", "'a'" },
        { "duplicate-key", "{\"features\":{\"a\":1,\"\\u0061\":1}}", "'a'" },
        { "duplicate-key", "{\"id\":\"1\",\"features\":{},\"id\":\"1\"}", "'id'" },
        { "duplicate-key", "{\"label\":null,\"features\":{},\"label\":\"UP\"}", "'label'" },
        { "duplicate-key", "{\"features\":{},\"features\":{}}", "'features'" },
        { "missing-features-and-label", "{}", "neither" },
        { "missing-features-and-label", "{\"id\":\"e1\",\"features\":null,\"label\":null}", "neither" },
        { "label-without-id", "{\"label\":\"UP\"}", "\"id\"" },
        { "wrong-type", "{\"features\":{\"a\":\"1\"}}", "numeric" },
        { "wrong-type", "{\"features\":{\"a\":true}}", "a boolean" },
        { "wrong-type", "{\"features\":{\"a\":{}}}", "an object" },
        { "wrong-type", "{\"features\":{\"c\":1}}", "nominal" },
        { "wrong-type", "{\"features\":{\"c\":[false]}}", "nominal" },
        { "flat-event", "{\"id\":\"e1\",\"amount\":1,\"country\":\"DK\",\"label\":\"UP\"}", "'amount', 'country'. If these are the features, set events:shape to flat" },
        { "flat-event", "{\"id\":\"e1\",\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1}", "and 1 keys more" },
        { "wrong-type", "{\"features\":\"a\"}", "\"features\" is a text" },
        { "wrong-type", "{\"features\":{},\"label\":1.5}", "1.5" },
        { "wrong-type", "{\"features\":{},\"label\":[]}", "an array" },
        { "wrong-type", "{\"features\":{},\"label\":\"\"}", "empty" },
        { "wrong-length", "{\"features\":[1,2]}", "array of 2; expected 3" },
        { "wrong-length", "{\"features\":[1,2,\"v0\",4]}", "array of 4; expected 3" },
        { "not-finite", "{\"features\":{\"a\":1e999}}", "'1e999'" },
        { "not-finite", "{\"features\":[1,-1e400,null]}", "'b'" },
        { "bad-text", "{\"features\":{\"c\":\"\\ud800\"}}", "surrogate" },
        { "bad-text", "{\"id\":\"\\udc00x\",\"features\":{}}", "surrogate" },
        { "bad-text", "{\"\\ud800\":1,\"features\":{}}", "surrogate" },
        { "bad-time", "{\"time\":true,\"features\":{}}", "a boolean" },
        { "bad-time", "{\"time\":1e25,\"features\":{}}", "'1e25'" },
        { "bad-time", "{\"time\":\"2026-02-30T00:00:00Z\",\"features\":{}}", "RFC 3339" },
        { "bad-time", "{\"time\":\"2026-02-03T00:00:00\",\"features\":{}}", "RFC 3339" },
        { "bad-id", "{\"id\":true,\"features\":{}}", "a boolean" },
        { "bad-id", "{\"id\":\"\",\"features\":{}}", "0 bytes" },
        { "bad-id", "{\"id\":\"" + new string('x', 1025) + "\",\"features\":{}}", "1025 bytes" },
        { "unknown-class", "{\"features\":{},\"label\":\"SIDEWAYS\"}", "schema:maxClasses" },
        { "unknown-class", "{\"id\":\"e\",\"label\":\"SIDEWAYS\"}", "'SIDEWAYS'" },
        { "unknown-value", "{\"features\":{\"c\":\"v9\"}}", "schema:maxValues" },
        { "text-too-long", "{\"features\":{\"c\":\"" + new string('v', 1025) + "\"}}", "1025 bytes" },
        { "text-too-long", "{\"features\":{},\"label\":\"" + new string('v', 600_000) + "\"}", "600000 bytes" },
    };

    private const string Good = """{"features":{"a":1,"b":2,"c":"v0"},"label":"UP"}""";

    [Theory]
    [MemberData(nameof(Poison))]
    public void BadRecord_IsADeadLetterAndLeavesNoTrace(string reason, string value, string message)
    {
        using LearnerProcessor poisoned = Create(), clean = Create();
        SourceRecord bad = Partition.Record(1, Encoding.UTF8.GetBytes(value), "key"u8.ToArray());
        SourceRecord first = Partition.Record(0, Encoding.UTF8.GetBytes(Good)), last = Partition.Record(2, Encoding.UTF8.GetBytes(Good));

        List<string> found = Partition.Run(poisoned, [first, bad, last]);

        Assert.StartsWith($"DeadLetter | key | {value} | streammoe-reason={reason} | streammoe-error=events-0@1: ", found[1], StringComparison.Ordinal);
        Assert.Contains(message, found[1], StringComparison.Ordinal);
        Assert.EndsWith(" | streammoe-source=events-0@1", found[1], StringComparison.Ordinal);
        Assert.DoesNotContain("truncated", found[1], StringComparison.Ordinal);
        found.RemoveAt(1);
        Assert.Equal(Partition.Run(clean, [first, last]), found);
        Assert.Equal(1, poisoned.Figures.DeadLetters.Sum());
        Assert.Equal(clean.Schema!.Attributes[2].Domain!.Values, poisoned.Schema!.Attributes[2].Domain!.Values);
        Assert.Equal(clean.Schema.Class.Domain!.Values, poisoned.Schema.Class.Domain!.Values);
    }

    [Fact]
    public void NullValue_StaysNull()
    {
        string found = Assert.Single(Partition.Run(Partition.Declared(), [null]));
        Assert.StartsWith("DeadLetter | - | null | streammoe-reason=null-value | ", found, StringComparison.Ordinal);
    }

    [Fact]
    public void NotUtf8_KeepsEveryByteAndNamesTheFirstBadOne()
    {
        using LearnerProcessor processor = Create();
        string found = Assert.Single(Partition.Run(processor, [Partition.Record(0, [.. "{\"id\":\""u8, 0xC3, 0x28, .. "\"}"u8])]));
        Assert.StartsWith("DeadLetter | - | {\"id\":\"\u00C3(\"} | streammoe-reason=not-utf8 | streammoe-error=events-0@0: byte 7 ", found, StringComparison.Ordinal);
    }

    [Fact]
    public void LongValue_IsCutAndItsLengthAndHashAreTold()
    {
        byte[] value = Encoding.UTF8.GetBytes("[" + new string('1', 5000));
        using LearnerProcessor processor = Partition.Create(Partition.Declared(), capacity: 8, maxDeadLetterBytes: 100);

        string found = Assert.Single(Partition.Run(processor, [Partition.Record(0, value)]));

        Assert.Contains(" | [" + new string('1', 99) + " | streammoe-reason", found, StringComparison.Ordinal);
        Assert.EndsWith($" | streammoe-truncated=5001 {Convert.ToHexStringLower(SHA256.HashData(value))}", found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"features\":{\"a\":-0,\"b\":-0.0,\"c\":\"\\u0000\"},\"label\":\"UP\"}")]
    [InlineData("{\"features\":[-0.0,5e-324,null],\"label\":\"\\u0055P\",\"extra\":[[[[[[1]]]]]]}")]
    [InlineData("\uFEFF{ \"label\" : \"UP\" ,\r\n\t\"features\" : { } }")]
    [InlineData("{\"id\":17,\"time\":\"2026-11-21t20:00:60.123456789+01:00\",\"features\":{\"zzz\":null},\"label\":\"UP\"}")]
    [InlineData("{\"id\":null,\"time\":null,\"features\":{\"\\u0061\":1e308},\"label\":\"UP\"}")]
    public void OddButLegalRecord_IsPredicted(string value)
    {
        using LearnerProcessor processor = Create(maxValues: 2);
        Assert.StartsWith("Prediction", Assert.Single(Partition.Run(processor, Partition.Records(value))), StringComparison.Ordinal);
        Assert.Equal(1, processor.Figures.Learned);
    }

    [Theory]
    [InlineData("label")]
    [InlineData("feature")]
    public void LongTextWhileTheSchemaIsInferred_IsNeitherClassNorValue(string where)
    {
        string longText = new('x', 1025);
        string bad = where == "label" ? $"{{\"features\":{{\"c\":\"v\"}},\"label\":\"{longText}\"}}" : $"{{\"features\":{{\"c\":\"{longText}\"}},\"label\":\"UP\"}}";
        using LearnerProcessor processor = Partition.Create(null, Partition.Setup(schema: new SchemaOptions { InferFrom = 2, OnNewValue = NewValueAction.DeadLetter }));
        List<string> found = Partition.Run(processor, Partition.Records("{\"features\":{\"c\":\"v\"},\"label\":\"UP\"}", bad, "{\"features\":{\"c\":\"v\"},\"label\":\"DOWN\"}"));

        Assert.Contains(found, line => line.Contains("streammoe-reason=text-too-long", StringComparison.Ordinal));
        Assert.Equal(["UP", "DOWN"], processor.Schema!.Class.Domain!.Values);
        Assert.Equal(["v"], processor.Schema.Attributes[0].Domain!.Values);
    }

    [Fact]
    public void MoreValuesThanLearnersTake_AreDeadLettersWhateverTheModel()
    {
        using LearnerProcessor processor = Partition.Create(Partition.Declared(["UP"], [.. Enumerable.Range(0, 65_535).Select(i => $"v{i}")], maxValues: int.MaxValue),
            Partition.Setup("hoeffding-tree", new SchemaOptions { MaxValues = 65_536, OnNewValue = NewValueAction.DeadLetter }));
        List<string> found = Partition.Run(processor, Partition.Records(
            """{"features":{"c":"last"},"label":"UP"}""", """{"features":{"c":"one more"},"label":"UP"}""", """{"features":{"c":"last"},"label":"UP"}"""));

        Assert.Equal(["Prediction", "DeadLetter", "Prediction"], found.Select(line => line.Split(' ')[0]));
        Assert.Contains("unknown-value", found[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Reasons_HaveHyphenedNames()
        => Assert.Equal("null-value not-utf8 not-json too-deep not-an-object duplicate-key missing-features-and-label label-without-id wrong-type wrong-length "
            + "not-finite bad-text bad-time bad-id unknown-class unknown-value not-a-label no-schema text-too-long prediction-too-large flat-event not-avro not-an-envelope key-is-id", string.Join(' ', Worker.Events.DeadLetterReasons.Names));

    private static readonly SchemaOptions s_strict = new() { Strict = true, OnNewValue = NewValueAction.DeadLetter };

    private static LearnerProcessor Create(int maxValues = 1)
        => Partition.Create(Partition.Declared(["UP", "DOWN"], ["v0"], maxClasses: 2, maxValues), Partition.Setup(schema: s_strict));
}
