using System.Text.Json;
using StreamMoe.Streams.Files;
using StreamMoe.Streams.Files.Text;
using StreamMoe.Streams.Options;

namespace StreamMoe.Worker.Configuration;

/// <summary>Reads the settings of a JSON file: objects within objects, or keys joined by colons.</summary>
/// <remarks>Values are texts, numbers, true and false. Comments and trailing commas are allowed.</remarks>
internal static class ConfigurationFile
{
    private static readonly JsonDocumentOptions s_options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>Reads a file; its keys are not checked yet.</summary>
    /// <param name="path">The file; also the origin of its settings.</param>
    /// <param name="faults">Receives what is wrong with it.</param>
    public static List<ConfigurationSetting> Read(string path, List<string> faults)
    {
        List<ConfigurationSetting> settings = [];
        try
        {
            if (Directory.Exists(path))
            {
                faults.Add($"{path}: is a folder; must be a JSON file.");
                return settings;
            }
            using JsonDocument document = JsonText.Parse(File.ReadAllBytes(path), s_options);
            if (document.RootElement.ValueKind == JsonValueKind.Object) Add("", document.RootElement);
            else faults.Add($"{path}: found {Kind(document.RootElement)}; must be an object in braces.");
        }
        catch (JsonException e)
        {
            faults.Add($"{path}: is not JSON: {JsonFault.Of(e)}");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            faults.Add($"{path}: the file '{path}' was not found.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            faults.Add($"{path}: cannot be read: {e.Message}");
        }
        return settings;

        void Add(string prefix, JsonElement element)
        {
            foreach (JsonProperty member in element.EnumerateObject())
            {
                string key = ConfigurationSetting.Normal(prefix + member.Name);
                JsonElement value = member.Value;
                if (value.ValueKind == JsonValueKind.Object) Add(prefix + member.Name + ":", value);
                else if (value.ValueKind is JsonValueKind.Array or JsonValueKind.Null)
                    faults.Add($"{path}: {key} was {Kind(value)}; must be a text, a number, true or false.");
                else if (settings.Exists(s => s.Key == key)) faults.Add($"{path}: {key} stands there twice.");
                else settings.Add(new ConfigurationSetting(key, value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText(), path));
            }
        }
    }

    /// <summary>Reads only the model of a file, for commands that know no other section; those may stand there all the same.</summary>
    /// <exception cref="OptionException">The file is missing, is no configuration, or has a section that there is not.</exception>
    public static IReadOnlyList<ConfigurationSetting> ReadModel(string path)
    {
        List<string> faults = [];
        List<ConfigurationSetting> settings = Read(path, faults);
        List<ConfigurationSetting> model = [];
        foreach (ConfigurationSetting setting in settings)
        {
            string section = setting.Key.Split(':')[0];
            if (section == "model")
            {
                model.Add(setting);
                if (ConfigurationKeys.Unknown(setting) is { } fault) faults.Add(fault);
            }
            else if (!ConfigurationKeys.Sections.Contains(section) && !faults.Exists(f => f.StartsWith($"{path}: unknown section '{section}'", StringComparison.Ordinal)))
                faults.Add($"{path}: unknown section '{section}'.{NearestName.Hint(section, ConfigurationKeys.Sections)} Sections: {string.Join(", ", ConfigurationKeys.Sections)}.");
        }
        return faults.Count == 0 ? model : throw new OptionException(faults);
    }

    private static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.Null => "null",
        _ => element.GetRawText(),
    };
}
