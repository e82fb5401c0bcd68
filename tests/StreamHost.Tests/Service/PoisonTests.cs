using System.Text;
using System.Text.Json;
using StreamMoe.StreamHost.Tests.Commands;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Kafka.Outputs;

namespace StreamMoe.StreamHost.Tests.Service;

/// <summary>Records that cannot be used, through a worker process and back again.</summary>
[Trait("Category", "Slow")]
public sealed class PoisonTests(ITestOutputHelper output)
{
    private const int MaxBytes = 200;

    private static readonly (string Reason, byte[]? Value)[] s_poison =
    [
        ("null-value", null),
        ("not-utf8", [(byte)'{', (byte)'"', 0xff, 0xfe, (byte)'"', (byte)':', (byte)'1', (byte)'}']),
        ("not-json", "{\"features\":[1,2"u8.ToArray()),
        ("too-deep", Encoding.UTF8.GetBytes(new string('[', 300) + new string(']', 300))),
        ("not-an-object", "[1,2,3]"u8.ToArray()),
        ("duplicate-key", "{\"features\":{\"attrib1\":1,\"attrib1\":2}}"u8.ToArray()),
        ("missing-features-and-label", "{\"id\":\"e-1\"}"u8.ToArray()),
        ("label-without-id", "{\"label\":\"groupA\"}"u8.ToArray()),
        ("wrong-type", "{\"features\":[1,2,\"three\"]}"u8.ToArray()),
        ("wrong-length", "{\"features\":[1,2]}"u8.ToArray()),
        ("not-finite", "{\"features\":[1,2,1e999]}"u8.ToArray()),
        ("bad-text", "{\"features\":[1,2,3],\"label\":\"\\ud800\"}"u8.ToArray()),
        ("bad-time", "{\"time\":\"yesterday\",\"features\":[1,2,3]}"u8.ToArray()),
        ("bad-id", "{\"id\":[],\"features\":[1,2,3]}"u8.ToArray()),
        ("unknown-class", "{\"features\":[1,2,3],\"label\":\"groupC\"}"u8.ToArray()),
    ];

    [Fact]
    public void PoisonOfEveryKind_IsADeadLetterWithItsReasonAndTheRestGoesOn()
    {
        using ServiceBench bench = new(output, 1, "model:preset=naive-bayes", "schema:maxClasses=2", "schema:inferFrom=20", "schema:strict=true", $"kafka:maxDeadLetterBytes={MaxBytes}");
        bench.Feed("sea:function=1", 100);
        bench.Brokers.Send(bench.EventTopic, 0, s_poison.Select((p, i) => (i % 2 == 0 ? Encoding.UTF8.GetBytes($"k{i}") : null, p.Value)));
        bench.Feed("sea:function=1", 100);
        WorkerGroup group = bench.Group("poison");
        using (WorkerProcess worker = group.Start())
        {
            group.AwaitAll(worker);
            Assert.Equal(0, worker.Stop());
        }

        KafkaRecord[] records = [.. bench.Brokers.Read(group.DeadLetterTopic)];
        Assert.Equal(s_poison.Select(p => p.Reason), records.Select(r => DeadLetter.Of(r).Reason));
        for (int i = 0; i < s_poison.Length; i++)
        {
            byte[]? sent = s_poison[i].Value;
            Assert.Equal(i % 2 == 0 ? $"k{i}" : null, records[i].HasKey ? Encoding.UTF8.GetString(records[i].Key) : null);
            Assert.Equal(sent is null, !records[i].HasValue);
            Assert.Equal(sent is null ? [] : sent.AsSpan(0, Math.Min(sent.Length, MaxBytes)).ToArray(), records[i].Value.ToArray());
            Assert.Equal($"{bench.EventTopic}-0@{100 + i}", DeadLetter.Of(records[i]).SourceText);
            Assert.Equal(sent?.Length > MaxBytes ? $"{sent.Length} {Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(sent))}" : null, DeadLetter.Of(records[i]).Truncated);
        }
        OutputLog outputs = group.Outputs();
        Assert.Equal(200, outputs.Counts["prediction"]);

        JsonElement list = Cli.Json(["dead-letters", "list", .. group.Arguments]);
        Assert.Equal(s_poison.Length, list.GetProperty("count").GetInt32());
        JsonElement redriven = Cli.Json(["dead-letters", "redrive", "--reason", "bad-time", .. group.Arguments]);
        Assert.Equal(1, redriven.GetProperty("sent").GetInt32());
        KafkaRecord back = bench.Brokers.Read(bench.EventTopic)[^1];
        Assert.Equal(s_poison.Single(p => p.Reason == "bad-time").Value, back.Value.ToArray());
    }
}
