namespace StreamMoe.StreamHost.Arguments;

/// <summary>Takes the values of --set, and of options like it, apart.</summary>
internal static class Settings
{
    /// <exception cref="UsageException">A value is not of the form option=value.</exception>
    public static List<KeyValuePair<string, string>> Split(string[]? values, string name = "--set")
    {
        List<KeyValuePair<string, string>> settings = [];
        foreach (string setting in values ?? [])
        {
            int equals = setting.IndexOf('=');
            if (equals <= 0) throw new UsageException($"{name} was '{setting}'; must be of the form option=value.");
            settings.Add(new(setting[..equals].Trim(), setting[(equals + 1)..].Trim()));
        }
        return settings;
    }
}
