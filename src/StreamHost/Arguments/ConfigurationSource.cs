using System.CommandLine;
using StreamMoe.Streams.Options;
using StreamMoe.Worker.Configuration;

namespace StreamMoe.StreamHost.Arguments;

/// <summary>The options of a command that say how a worker is configured.</summary>
/// <param name="variables">The environment's variables.</param>
internal sealed class ConfigurationSource(IReadOnlyDictionary<string, string> variables)
{
    private readonly Option<string?> _config = new("--config") { Description = "A JSON file with the worker's configuration; see docs/configuration.md.", HelpName = "file" };
    private readonly Option<string[]> _set = new("--set") { Description = "Set one key; may be repeated. Wins over variables STREAMMOE__SECTION__KEY, which win over the file.", HelpName = "section:key=value" };

    public void AddTo(Command command)
    {
        command.Add(_config);
        command.Add(_set);
    }

    /// <summary>Reads file, variables and --set, later wins.</summary>
    /// <exception cref="Streams.Options.OptionException">All faults.</exception>
    /// <exception cref="UsageException">A --set is not of the form key=value.</exception>
    public WorkerConfiguration Read(ParseResult parsed) => WorkerConfiguration.Load(parsed.GetValue(_config), variables, Settings.Split(parsed.GetValue(_set)));
}
