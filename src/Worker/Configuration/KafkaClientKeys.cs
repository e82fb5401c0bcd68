namespace StreamMoe.Worker.Configuration;

/// <summary>What may stand under <c>kafka:client:</c>: librdkafka's own properties, less those that the worker must set itself.</summary>
/// <remarks>A property whose value is in a file (a mounted secret) is given as <c>name.file</c> = path; its last line end is cut off.</remarks>
internal static class KafkaClientKeys
{
    private const string FileSuffix = ".file";

    private static readonly string[] s_secretEndings = ["password", "secret", "key", "token", "key.pem", "oauthbearer.config"];

    /// <summary>The refused properties, each with the reason.</summary>
    public static readonly IReadOnlyDictionary<string, string> Refused = new Dictionary<string, string>
    {
        ["enable.auto.commit"] = "the worker commits an offset only together with the outputs before it",
        ["enable.auto.offset.store"] = "the worker commits an offset only together with the outputs before it",
        ["isolation.level"] = "only committed records are learned; an aborted one would stay in the model for good",
        ["enable.idempotence"] = "without it a retry writes an output twice or out of order",
        ["transactional.id"] = "it is made of group, topic and learner, so that a new owner fences the old one",
        ["group.protocol"] = "the worker hands learners over by the classic protocol's rebalance",
        ["partition.assignment.strategy"] = "cooperative-sticky keeps the learners where they are in a rebalance",
        ["bootstrap.servers"] = "give it as kafka:bootstrapServers",
        ["metadata.broker.list"] = "give it as kafka:bootstrapServers",
        ["group.id"] = "give it as kafka:groupId",
        ["auto.offset.reset"] = "the worker says itself where it starts; an offset that is gone is an error, never skipped",
        ["enable.partition.eof"] = "the worker sets it where it reads a topic to its end",
    };

    /// <summary>Whether the value must not be shown.</summary>
    public static bool IsSecret(string key) => s_secretEndings.Any(ending => key == ending || key.EndsWith('.' + ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the value may be shown: a path, or a property of librdkafka that holds no secret. Anything else, a misspelt name too, may hold one.</summary>
    public static bool MayBeShown(string key) => key.EndsWith(FileSuffix, StringComparison.Ordinal) || KafkaClientHarmless.Names.Contains(key);

    /// <summary>The value, or stars for one that is set and may be a secret.</summary>
    public static string Masked(string key, string value) => value.Length > 0 && !MayBeShown(key) ? "********" : value;

    /// <summary>What is wrong with the properties, one sentence each; empty when nothing is.</summary>
    public static IEnumerable<string> Faults(IReadOnlyDictionary<string, string> client)
    {
        foreach ((string key, string value) in client)
        {
            string property = PropertyOf(key);
            if (Refused.TryGetValue(property, out string? reason)) yield return $"client:{key} cannot be set: {reason}.";
            else if (property.StartsWith("dotnet.", StringComparison.Ordinal)) yield return $"client:{key} cannot be set: only librdkafka's own properties can.";
            else if (property != key && client.ContainsKey(property)) yield return $"client:{property} and client:{key} were both given; give one of them.";
            else if (property != key && !File.Exists(value)) yield return $"client:{key} was '{value}'; must be a file that holds the value of {property}. Nothing is there.";
        }
    }

    /// <summary>The properties as librdkafka takes them: values that are in files are read.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static IEnumerable<KeyValuePair<string, string>> Resolved(IReadOnlyDictionary<string, string> client)
    {
        foreach ((string key, string value) in client)
        {
            string property = PropertyOf(key);
            yield return KeyValuePair.Create(property, property == key ? value : File.ReadAllText(value).TrimEnd('\r', '\n'));
        }
    }

    private static string PropertyOf(string key) => key.EndsWith(FileSuffix, StringComparison.Ordinal) ? key[..^FileSuffix.Length] : key;
}
