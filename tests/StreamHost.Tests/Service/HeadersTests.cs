using System.Globalization;
using System.Text;
using System.Text.Json;
using StreamMoe.StreamHost.Tests.Commands;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Tests.Common.Telemetry;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Records;

namespace StreamMoe.StreamHost.Tests.Service;

/// <summary>Headers of events, from topic to topic, and to the traces that they tell of.</summary>
public sealed class HeadersTests(ITestOutputHelper output)
{
    private static readonly string[] s_settings = ["model:preset=naive-bayes", "schema:inferFrom=20", "events:passHeaders=traceparent,x-shop"];

    [Fact]
    public void Serve_CloudEventsInBinaryMode_AreLearnedFromStartToPrediction_AndADeadLetterGoesBackWhole()
    {
        using OtlpCollector collector = new();
        using ServiceBench bench = new(output, 1, [.. s_settings, $"telemetry:otlpEndpoint={collector.Address}", "telemetry:sample=1"]);
        (byte[]?, byte[]?, IReadOnlyList<RecordHeader>?)[] records = [.. Enumerable.Range(0, 60).Select(Event)];
        records[40].Item2 = "no event"u8.ToArray();
        bench.Brokers.Send(bench.EventTopic, 0, records);
        WorkerGroup group = bench.Group("cloudevents");
        using (WorkerProcess worker = group.Start(null, "events:format=cloudevents"))
        {
            worker.AwaitReady();
            group.AwaitAll(worker);
            Assert.Equal(59, worker.Sum("learned"));
            Assert.Equal(0, worker.Stop());
        }
        // Set no more, the format comes from the checkpoint, and headers are fetched all the same.
        bench.Brokers.Send(bench.EventTopic, 0, [Event(60)]);
        using (WorkerProcess worker = group.Start())
        {
            worker.AwaitReady();
            group.AwaitAll(worker);
            Assert.Equal(0, worker.Stop());
        }

        KafkaRecord[] predictions = [.. bench.Brokers.Read(group.PredictionTopic).OrderBy(r => long.Parse(IdOf(r)[2..], CultureInfo.InvariantCulture))];
        Assert.Equal(60, predictions.Length);
        foreach (KafkaRecord prediction in predictions)
        {
            int i = int.Parse(IdOf(prediction)[2..], CultureInfo.InvariantCulture);
            using JsonDocument json = JsonDocument.Parse(prediction.Value.ToArray());
            Assert.Equal($"2025-11-30T17:20:{i % 60:00}Z", json.RootElement.GetProperty("time").GetString());
            Assert.Equal(Show(Event(i).Headers!.Where(h => h.Name is "traceparent" or "x-shop")), Show(prediction.Headers));
        }

        // The spans of the batches link to the traces of all records, the bad one too.
        Assert.Equal([.. Enumerable.Range(0, 61).Select(i => $"0af7651916cd43dd8448eb211c80319c-{i + 1:x16}")], collector.Spans.SelectMany(s => s.Links).Order());

        Cli redrive = Cli.Run(["dead-letters", "redrive", .. group.Arguments]);
        Assert.Contains("1 records sent back to where they came from; 0 refused", redrive.Output, StringComparison.Ordinal);
        KafkaRecord back = bench.Brokers.Read(bench.EventTopic)[^1];
        Assert.Equal(("no event", Show(Event(40).Headers!)), (Encoding.UTF8.GetString(back.Value), Show(back.Headers)));
    }

    [Fact, Trait("Category", "Slow")]
    public void Serve_Killed_PutsOutTheSameHeadersAgain()
    {
        using ServiceBench bench = new(output, 1, [.. s_settings, "events:format=cloudevents", "checkpoints:everyEvents=700"]);
        bench.Brokers.Send(bench.EventTopic, 0, Enumerable.Range(0, 20_000).Select(Event));
        WorkerGroup group = bench.Group("killed", bench.Brokers.IsReal ? [] : ["kafka:client:session.timeout.ms=3000"]);
        foreach (long enough in (long[])[2000, 9000])
        {
            using WorkerProcess worker = group.Start("w1");
            worker.Await(() => worker.Sum("committed") >= enough, $"commits up to {enough}");
            worker.Kill();
        }
        using (WorkerProcess last = group.Start("w1"))
        {
            last.AwaitReady();
            group.AwaitState(last);
            Assert.Equal(0, last.Stop());
        }
        bench.AssertEqual(bench.Undisturbed().Outputs, group);
    }

    private static (byte[]? Key, byte[]? Value, IReadOnlyList<RecordHeader>? Headers) Event(int i) =>
    (
        null, Encoding.UTF8.GetBytes($$"""{"amount":{{i % 7}},"country":"{{(i % 3 == 0 ? "DK" : "SE")}}","label":"{{(i % 3 == 0 ? "UP" : "DOWN")}}"}"""),
        [
            Partition.Header("ce_specversion", "1.0"), Partition.Header("ce_id", $"e-{i}"), Partition.Header("ce_source", "/shop"), Partition.Header("ce_type", "order"),
            Partition.Header("ce_time", $"2025-11-30T17:20:{i % 60:00}Z"), Partition.Header("content-type", "application/json"),
            new("x-shop", [(byte)i, 0, 255]), Partition.Header("traceparent", $"00-0af7651916cd43dd8448eb211c80319c-{i + 1:x16}-01"), new("x-shop", null),
        ]
    );

    private static string IdOf(KafkaRecord prediction)
    {
        using JsonDocument json = JsonDocument.Parse(prediction.Value.ToArray());
        return json.RootElement.GetProperty("id").GetString()!;
    }

    private static string Show(IEnumerable<RecordHeader> headers) => string.Join(" | ", headers.Select(h => $"{h.Name}={(h.Value is null ? "null" : Convert.ToHexString(h.Value))}"));
}
