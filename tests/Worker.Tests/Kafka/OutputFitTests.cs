using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Kafka.Outputs;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Kafka;

/// <summary>What is written where an output is larger than its topic takes: always something, and never more than fits.</summary>
public sealed class OutputFitTests
{
    private static readonly KafkaOptions s_options = new();

    [Theory]
    [InlineData(1_000_000, 0)]
    [InlineData(999_800, 100)]
    [InlineData(400_000, 700_000)]
    [InlineData(65, 999_900)]
    [InlineData(10, 1_000_000)]
    [InlineData(3_000_000, 3_000_000)]
    public void Prediction_LargerThanTheClientTakes_BecomesADeadLetterThatFits(int keyBytes, int valueBytes)
    {
        byte[] key = Bytes(keyBytes, 'k'), value = Bytes(valueBytes, 'v');
        OutputRecord written = KafkaBench.Fit().Of(Prediction(key, value, predictionBytes: 1_000_000));

        DeadLetter letter = LetterOf(written);
        Assert.Equal(("dead-letters", "prediction-too-large", "events-0@17"), (written.Topic, letter.Reason, letter.SourceText));
        Assert.StartsWith("events-0@17: its prediction, which has the record's key, has ", letter.Error, StringComparison.Ordinal);
        Assert.InRange(SizeOf(written), 0, 1_000_000);
        AssertTold(letter, key, value);
    }

    [Fact]
    public void DeadLetter_ThatFits_IsUntouchedToTheLastByte()
    {
        byte[] key = Bytes(50_000, 'k');
        OutputRecord letter = DeadLetterOf(key, Bytes(800_000, 'v'));
        OutputRecord written = KafkaBench.Fit().Of(letter);
        Assert.Same(key, written.Key);
        Assert.Same(letter.Value, written.Value);
    }

    [Theory]
    [InlineData(700_000, 700_000)]
    [InlineData(999_950, 10)]
    [InlineData(950_000, 899_999)]
    [InlineData(40, 2_000_000)]
    public void DeadLetter_LargerThanItsTopicTakes_HasAHashedKeyFirst(int keyBytes, int valueBytes)
    {
        byte[] key = Bytes(keyBytes, 'k'), value = Bytes(valueBytes, 'v');
        OutputRecord written = KafkaBench.Fit().Of(DeadLetterOf(key, value, cutTo: 900_000));

        Assert.InRange(SizeOf(written), 0, 1_000_000);
        AssertTold(LetterOf(written), key, value);
        Assert.Equal(keyBytes <= 64 ? key : Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(key))), written.Key);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(700)]
    [InlineData(5_000)]
    public void DeadLetter_OfATopicWithALimitOfItsOwn_Fits(int limit)
    {
        OutputFit fit = KafkaBench.Fit();
        fit.Limits.Lower("dead-letters", limit);
        byte[] key = Bytes(3000, 'k'), value = Bytes(20_000, 'v');
        OutputRecord written = fit.Of(DeadLetterOf(key, value));

        Assert.InRange(SizeOf(written), limit / 2, limit);
        AssertTold(LetterOf(written), key, value);
        Assert.Equal("not-json", LetterOf(written).Reason);
    }

    [Fact]
    public void DeadLetter_RefusedAgainAndAgain_ShrinksToTheLeastAndThenNamesTopicAndRecord()
    {
        OutputFit fit = KafkaBench.Fit();
        OutputRecord letter = DeadLetterOf(Bytes(3000, 'k'), Bytes(500_000, 'v'));
        int refusals = 0;
        OutputException e = Assert.Throws<OutputException>(() =>
        {
            while (refusals++ < 100)
            {
                fit.Limits.Refused(letter);
                letter = fit.Of(letter);
            }
        });
        Assert.InRange(refusals, 10, 40);
        Assert.InRange(SizeOf(letter), 200, 800);
        Assert.Equal("The dead letter of events-0@17 for topic 'dead-letters' cannot be made small enough: the topic takes ", e.Message[..e.Message.IndexOf("takes ", StringComparison.Ordinal)] + "takes ");
    }

    [Fact]
    public void NullValueAndNullKey_StayNull()
    {
        OutputFit fit = KafkaBench.Fit();
        fit.Limits.Lower("dead-letters", 500);
        Assert.Null(fit.Of(DeadLetterOf(Bytes(5000, 'k'), null)).Value);
        Assert.Null(fit.Of(DeadLetterOf(null, Bytes(5000, 'v'))).Key);
    }

    [Fact]
    public void ErrorText_IsCutBetweenCharacters()
    {
        OutputFit fit = KafkaBench.Fit();
        for (int limit = 460; limit < 480; limit++)
        {
            fit = KafkaBench.Fit();
            fit.Limits.Lower("dead-letters", limit);
            OutputRecord written = fit.Of(DeadLetterOf(null, Bytes(500, 'v'), error: string.Concat(Enumerable.Repeat("é€", 60))));
            Assert.DoesNotContain('\uFFFD', LetterOf(written).Error);
        }
    }

    [Fact]
    public void Audit_LargerThanItsTopicTakes_KeepsWhatIsSmall()
    {
        byte[] value = Encoding.UTF8.GetBytes("{\"time\":\"t\",\"source\":{\"topic\":\"events\",\"partition\":0,\"offset\":17},\"kind\":\"schema\",\"attributes\":[" + new string(' ', 1_000_000) + "]}");
        OutputRecord written = KafkaBench.Fit().Of(new OutputRecord("audit", "events-0"u8.ToArray(), value) { Kind = OutputKind.Audit, Origin = Partition.Record(17, null) });

        JsonElement audit = JsonDocument.Parse(written.Value!).RootElement;
        Assert.Equal("schema", audit.GetProperty("kind").GetString());
        Assert.Equal(17, audit.GetProperty("source").GetProperty("offset").GetInt32());
        Assert.Equal(value.Length, audit.GetProperty("omitted").GetInt32());
        Assert.False(audit.TryGetProperty("attributes", out _));
    }

    [Theory]
    [InlineData("2000000", 1_500_000, true)]
    [InlineData("100000", 150_000, false)]
    public void ClientLimit_IsTheConfiguredOne(string limit, int bytes, bool fits)
    {
        OutputFit fit = KafkaBench.Fit(new KafkaSettings(s_options, new Dictionary<string, string> { ["message.max.bytes"] = limit }));
        Assert.Equal(fits ? OutputKind.Prediction : OutputKind.DeadLetter, fit.Of(Prediction(null, Bytes(10, 'v'), bytes)).Kind);
    }

    internal static OutputRecord Prediction(byte[]? key, byte[] value, int predictionBytes)
        => new("predictions", key, Bytes(predictionBytes, 'p')) { Kind = OutputKind.Prediction, Origin = Partition.Record(17, value, key) };

    private static OutputRecord DeadLetterOf(byte[]? key, byte[]? value, int cutTo = int.MaxValue, string error = "events-0@17: the value is not one JSON object.")
    {
        OutputBatch batch = new();
        DeadLetterWriter.Write(batch, Partition.Record(17, value, key), DeadLetterReason.NotJson, error, cutTo);
        return new OutputRecord("dead-letters", batch.KeyOf(0), batch.IsNull(0) ? null : batch.ValueOf(0).ToArray(), batch.HeadersOf(0)) { Kind = OutputKind.DeadLetter, Origin = batch.OriginOf(0) };
    }

    /// <summary>Every byte that is not there is told by length and hash, and redrive refuses the letter; what is whole is not told of.</summary>
    private static void AssertTold(DeadLetter letter, byte[] key, byte[] value)
    {
        List<string> told = [];
        if (!letter.Value!.AsSpan().SequenceEqual(value))
        {
            Assert.True(value.AsSpan().StartsWith(letter.Value));
            told.Add($"{value.Length} {Convert.ToHexStringLower(SHA256.HashData(value))}");
        }
        if (!letter.Key!.AsSpan().SequenceEqual(key)) told.Add($"key {key.Length} {Convert.ToHexStringLower(SHA256.HashData(key))}");
        Assert.Equal(told.Count == 0 ? null : string.Join("; ", told), letter.Truncated);
        Assert.Equal(told.Count > 0, letter.Obstacle is not null);
    }

    private static DeadLetter LetterOf(OutputRecord written) => DeadLetter.Of(new KafkaRecord(written.Topic, 0, 0, 0, written.Key, written.Value, written.Headers ?? []));

    private static long SizeOf(OutputRecord record) => OutputSize.Of(record.Key, record.Value?.Length ?? 0, record.Headers);

    private static byte[] Bytes(int count, char of)
    {
        byte[] bytes = new byte[count];
        Array.Fill(bytes, (byte)of);
        return bytes;
    }
}
