namespace StreamMoe.Worker.Configuration;

/// <summary>Which keys hold secrets: they are never printed, and never taken from a command line.</summary>
internal static class ConfigurationSecrets
{
    /// <summary>What is printed instead of a secret.</summary>
    public const string Mask = "***";

    // Each with the key of the file that may hold it.
    private static readonly Dictionary<string, string> s_ownSecrets = new(StringComparer.Ordinal) { ["http:token"] = "http:tokenFile", ["telemetry:otlpHeaders"] = "telemetry:otlpHeadersFile" };

    /// <summary>Whether a key's value must not be shown.</summary>
    public static bool IsSecret(string key)
        => s_ownSecrets.ContainsKey(key) || (key.StartsWith(ConfigurationSetting.ClientPrefix, StringComparison.Ordinal) && IsClientSecret(key[ConfigurationSetting.ClientPrefix.Length..]));

    /// <summary>The value, or stars for one that is set and is a secret, or may be: a property of the client that is not known to be harmless.</summary>
    public static string Masked(string key, string value) => value.Length > 0 && !MayBeShown(key) ? Mask : value;

    private static bool MayBeShown(string key)
        => key.StartsWith(ConfigurationSetting.ClientPrefix, StringComparison.Ordinal) ? KafkaClientKeys.MayBeShown(key[ConfigurationSetting.ClientPrefix.Length..]) : !IsSecret(key);

    /// <summary>Why a secret is refused on the command line, and where it may stand.</summary>
    public static string Refusal(string key)
    {
        string file = s_ownSecrets.GetValueOrDefault(key, key + ".file");
        string variable = ConfigurationVariables.NameOf(key);
        return $"{key} is a secret, and a command line is visible in the list of processes; set the variable {variable}, or {file} to a file that holds it.";
    }

    private static bool IsClientSecret(string property)
        => KafkaClientKeys.IsSecret(property) || property.EndsWith("password", StringComparison.Ordinal) || property.EndsWith("passphrase", StringComparison.Ordinal);
}
