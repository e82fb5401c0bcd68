using System.Globalization;
using System.Text;
using StreamMoe.Worker.Records;

namespace StreamMoe.Tests.Common.Pipeline;

/// <summary>Draws records of every kind: labelled and unlabelled events, labels before and after their events, repetitions, new classes and values, bad ones.</summary>
internal static class MixedRecords
{
    private static readonly string?[] s_bad =
        [null, "", "{", "[1]", "12", "{}", """{"id":"e1"}""", """{"label":"UP"}""", """{"features":[1,2]}""", """{"features":[1,"x","v0"]}""",
         """{"features":{"a":1e999}}""", """{"features":{"a":1,"a":2}}""", """{"id":"e1","id":"e2","features":{}}""", """{"time":"yesterday","features":{}}""", "{} {}"];

    public static SourceRecord[] Draw(int seed, int count, int ids = 12)
    {
        Random random = new(seed);
        SourceRecord[] records = new SourceRecord[count];
        long offset = 0, timestamp = Partition.Start;
        for (int i = 0; i < count; i++)
        {
            timestamp += random.Next(0, 5000);
            byte[]? key = random.Next(3) == 0 ? Encoding.UTF8.GetBytes($"k{random.Next(5)}") : null;
            string? value = Value(random, ids, timestamp, drifted: i > count / 2);
            records[i] = Partition.Record(offset, value is null ? null : Encoding.UTF8.GetBytes(value), key, timestamp);
            offset += random.Next(10) == 0 ? 3 : 1;
        }
        return records;
    }

    private static string? Value(Random random, int ids, long timestamp, bool drifted)
    {
        int kind = random.Next(100);
        if (kind < 8) return s_bad[random.Next(s_bad.Length)];
        string id = $"\"id\":\"e{random.Next(ids)}\"";
        string time = random.Next(4) == 0
            ? $",\"time\":\"{DateTimeOffset.FromUnixTimeMilliseconds(timestamp + random.Next(-40_000, 40_000)):yyyy-MM-ddTHH:mm:ss.fffK}\"" : "";
        double a = random.NextDouble() * 4 - 2, b = random.NextDouble();
        int nominal = random.Next(random.Next(30) == 0 ? 12 : 3);
        string label = random.Next(60) == 0 ? $"rare{random.Next(3)}" : (a > 0) != drifted ? "UP" : "DOWN";
        string features = random.Next(5) switch
        {
            0 => FormattableString.Invariant($"[{a},null,\"v{nominal}\"]"),
            1 => FormattableString.Invariant($"{{\"b\":{b},\"extra\":[1],\"a\":{a}}}"),
            _ => FormattableString.Invariant($"{{\"a\":{a},\"b\":{b},\"c\":\"v{nominal}\"}}"),
        };
        return kind switch
        {
            < 50 => $"{{{id}{time},\"features\":{features},\"label\":\"{label}\"}}",
            < 60 => $"{{\"features\":{features},\"label\":\"{label}\"}}",
            < 75 => $"{{{id}{time},\"features\":{features}}}",
            < 80 => $"{{\"features\":{features}}}",
            _ => string.Create(CultureInfo.InvariantCulture, $"{{{id}{time},\"label\":\"{label}\"}}"),
        };
    }
}
