namespace StreamMoe.Worker.Configuration;

/// <summary>One key as somebody set it.</summary>
/// <param name="Key">The key: <c>section:key</c>, <c>kafka:client:name</c> or <c>model:options:name</c>, where names are joined by dots.</param>
/// <param name="Text">The value as it was written.</param>
/// <param name="Origin">Who set it: the path of a file, the name of a variable, or <see cref="CommandLine"/>.</param>
internal sealed record ConfigurationSetting(string Key, string Text, string Origin)
{
    /// <summary>Origin of what was given by --set.</summary>
    public const string CommandLine = "--set";

    /// <summary>Begins the keys of librdkafka's own properties.</summary>
    public const string ClientPrefix = "kafka:client:";

    /// <summary>Begins the keys of the model's options.</summary>
    public const string ModelPrefix = "model:options:";

    /// <summary>True for a variable, whose letters may be of either case.</summary>
    public bool AnyCase { get; init; }

    /// <summary>Brings a key into its form: below the prefixes further colons are dots.</summary>
    public static string Normal(string key)
    {
        if (key.StartsWith(ClientPrefix, StringComparison.Ordinal)) return ClientPrefix + key[ClientPrefix.Length..].Replace(':', '.').ToLowerInvariant();
        return key.StartsWith(ModelPrefix, StringComparison.Ordinal) ? ModelPrefix + key[ModelPrefix.Length..].Replace(':', '.') : key;
    }
}
