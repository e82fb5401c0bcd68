using System.Collections;

namespace StreamMoe.Worker.Configuration;

/// <summary>Reads the settings that stand in environment variables: <c>STREAMMOE__SECTION__KEY</c>, letters of either case.</summary>
/// <remarks>Below <c>kafka:client:</c> and <c>model:options:</c> a further <c>__</c>, or an underscore, is a dot:
/// <c>STREAMMOE__KAFKA__CLIENT__SASL_PASSWORD</c> is <c>kafka:client:sasl.password</c>.</remarks>
internal static class ConfigurationVariables
{
    private const string Prefix = "STREAMMOE__";

    /// <summary>The variables of this process.</summary>
    public static IReadOnlyDictionary<string, string> OfThisProcess()
        => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(v => (string)v.Key, v => (string?)v.Value ?? "", StringComparer.Ordinal);

    /// <summary>The settings among some variables, by name; all others are left alone.</summary>
    public static IEnumerable<ConfigurationSetting> Read(IReadOnlyDictionary<string, string> variables)
    {
        foreach ((string name, string value) in variables.OrderBy(v => v.Key, StringComparer.Ordinal))
            if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
                yield return new ConfigurationSetting(KeyOf(name[Prefix.Length..]), value, name) { AnyCase = true };
    }

    /// <summary>The variable that sets a key.</summary>
    public static string NameOf(string key) => Prefix + key.Replace(":", "__").Replace('.', '_').ToUpperInvariant();

    private static string KeyOf(string name)
    {
        string key = name.Replace("__", ":");
        foreach (string prefix in (string[])[ConfigurationSetting.ClientPrefix, ConfigurationSetting.ModelPrefix])
            if (key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                return ConfigurationSetting.Normal(prefix + key[prefix.Length..].Replace('_', '.'));
        return key;
    }
}
