using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using StreamMoe.StreamHost.Arguments;
using StreamMoe.Worker.Configuration;

namespace StreamMoe.StreamHost.Commands;

/// <summary><c>streammoe config</c>: checks a worker's configuration and prints every key, secrets masked.</summary>
/// <remarks>JSON: <c>{"settings": [{"key", "value", "origin", "default", "allowed", "description", "secret"}]}</c>; all but <c>secret</c> are texts.</remarks>
internal static class ConfigCommand
{
    private static readonly JsonWriterOptions s_json = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(TextWriter output, IReadOnlyDictionary<string, string> variables)
    {
        ConfigurationSource source = new(variables);
        Option<string> format = CommonOptions.Format();
        Command command = new("config", "Check the worker's configuration and print every key with its effective value, who set it, default and range; secrets are masked.");
        source.AddTo(command);
        command.Add(format);
        command.SetAction(parsed =>
        {
            IReadOnlyList<ConfigurationEntry> entries = source.Read(parsed).Entries;
            if (parsed.GetValue(format) == "json") WriteJson(output, entries);
            else WriteText(output, entries);
            return ExitCode.Done;
        });
        return command;
    }

    private static void WriteText(TextWriter output, IReadOnlyList<ConfigurationEntry> entries)
    {
        string section = "";
        foreach (ConfigurationEntry entry in entries)
        {
            string own = entry.Key.Split(':')[0];
            if (own != section) output.WriteLine(section.Length == 0 ? own : $"{Environment.NewLine}{own}");
            section = own;
            string origin = entry.Origin == ConfigurationEntry.ByDefault ? "" : $"   (from {entry.Origin}; default {Shown(entry.Default)})";
            output.WriteLine($"  {entry.Key} = {Shown(entry.Value)}{origin}");
            output.WriteLine($"      {entry.Description[..^1]} ({entry.Allowed}).");
        }
    }

    private static string Shown(string value) => value.Length == 0 ? "(empty)" : value;

    private static void WriteJson(TextWriter output, IReadOnlyList<ConfigurationEntry> entries)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes, s_json))
        {
            json.WriteStartObject();
            json.WriteStartArray("settings");
            foreach (ConfigurationEntry entry in entries)
            {
                json.WriteStartObject();
                json.WriteString("key", entry.Key);
                json.WriteString("value", entry.Value);
                json.WriteString("origin", entry.Origin);
                json.WriteString("default", entry.Default);
                json.WriteString("allowed", entry.Allowed);
                json.WriteString("description", entry.Description);
                json.WriteBoolean("secret", entry.IsSecret);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
    }
}
