using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using StreamMoe.StreamHost.Tests.Commands;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Kafka.Outputs;
using StreamMoe.Worker.Records;

namespace StreamMoe.StreamHost.Tests.Service;

/// <summary><c>dead-letters list|redrive</c>.</summary>
public sealed class DeadLettersCommandTests
{
    [Fact]
    public void List_Letters_ShowsWhereReasonSourceAndCounts()
    {
        using TestBrokers brokers = new();
        (string[] settings, string events) = Prepare(brokers);

        Cli all = Cli.Run(["dead-letters", "list", .. settings]);
        JsonElement one = Cli.Json(["dead-letters", "list", "--reason", "not-json", .. settings]);

        Assert.Equal(0, all.ExitCode);
        Assert.Contains($"@0  not-json  {events}-1@7  4 bytes  no", all.Output);
        Assert.Contains($"@2  too-deep  {events}-0@9  4 bytes kept of 400  deep", all.Output);
        Assert.Contains("4 dead letters in ", all.Output);
        Assert.Equal(2, one.GetProperty("count").GetInt32());
        JsonElement letter = one.GetProperty("deadLetters")[0];
        Assert.Equal(($"{events}-1@7", 4, false), (letter.GetProperty("source").GetString(), letter.GetProperty("length").GetInt32(), letter.GetProperty("truncated").GetBoolean()));
        Assert.Equal(JsonValueKind.Null, one.GetProperty("deadLetters")[1].GetProperty("length").ValueKind);
    }

    [Fact]
    public void Redrive_Letters_SendsKeysAndValuesToTheirPartitionsAndRefusesTheRest()
    {
        using TestBrokers brokers = new();
        (string[] settings, string events) = Prepare(brokers);

        Cli run = Cli.Run(["dead-letters", "redrive", .. settings]);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("2 records sent back to where they came from; 2 refused", run.Output);
        Assert.Contains("only the first 4 bytes of its value were kept (400 abcd)", run.Error);
        Assert.Contains("it came from topic 'elsewhere'", run.Error);
        Assert.Equal(["0 null null", "1 key bad!"], brokers.Read(events).Select(r => $"{r.Partition} {Text(r.HasKey, r.Key)} {Text(r.HasValue, r.Value)}"));
    }

    [Fact]
    public void Redrive_ReasonAndLimit_SendsThoseAlone()
    {
        using TestBrokers brokers = new();
        (string[] settings, string events) = Prepare(brokers);

        JsonElement run = Cli.Json(["dead-letters", "redrive", "--reason", "not-json", "--limit", "1", .. settings]);

        Assert.Equal(1, run.GetProperty("sent").GetInt32());
        Assert.Equal("bad!", Text(true, Assert.Single(brokers.Read(events)).Value));
    }

    [Fact]
    public void List_NoBroker_SaysSo()
    {
        Cli run = Cli.Run("dead-letters", "list", "--set", "kafka:bootstrapServers=127.0.0.1:1");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("no broker at 127.0.0.1:1 answered within 10 s", run.Error);
    }

    private static (string[] Settings, string EventTopic) Prepare(TestBrokers brokers)
    {
        (string events, string letters) = (brokers.Name("events"), brokers.Name("dead-letters"));
        brokers.CreateTopic(events, 2);
        brokers.CreateTopic(letters, 1);
        KafkaSettings settings = new(new KafkaOptions { BootstrapServers = brokers.Addresses });
        using SharedProducer producer = new(() => new KafkaRecordProducer(settings, NullLogger.Instance));
        List<OutputRecord> records = [];
        Add("key", "bad!", "not-json", "no", $"{events}-1@7");
        Add(null, null, "not-json", "nothing", $"{events}-0@8");
        Add("key", "cut!", "too-deep", "deep", $"{events}-0@9", "400 abcd");
        Add("key", "far!", "too-deep", "deep", "elsewhere-0@1");
        new RecordSender(producer, new PartitionId(letters, 0), NullLogger.Instance).Send(records.Count, i => records[i]);
        return (["--set", $"kafka:bootstrapServers={brokers.Addresses}", "--set", $"kafka:eventTopic={events}", "--set", $"kafka:deadLetterTopic={letters}"], events);

        void Add(string? key, string? value, string reason, string error, string source, string? truncated = null)
        {
            List<RecordHeader> headers = [Header("streammoe-reason", reason), Header("streammoe-error", error), Header("streammoe-source", source)];
            if (truncated is not null) headers.Add(Header("streammoe-truncated", truncated));
            records.Add(new OutputRecord(letters, key is null ? null : Encoding.UTF8.GetBytes(key), value is null ? null : Encoding.UTF8.GetBytes(value), headers, 0));
        }
    }

    private static RecordHeader Header(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));

    private static string Text(bool there, ReadOnlySpan<byte> bytes) => there ? Encoding.UTF8.GetString(bytes) : "null";
}
