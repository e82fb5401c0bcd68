using System.CommandLine;
using System.Globalization;
using StreamMoe.DriftMoe.Gating;
using StreamMoe.DriftMoe.Presets;

namespace StreamMoe.StreamHost.Arguments;

/// <summary>The options of a command that say what predictions are to be good at.</summary>
internal sealed class ObjectiveSource
{
    private readonly Option<string?> _objective = new("--objective")
    {
        Description = "What predictions are to be good at: accuracy, every class alike (balanced), or the least expected cost (with --cost). The model's option objective.",
        HelpName = "accuracy|balanced|cost",
    };

    private readonly Option<string?> _cost = new("--cost")
    {
        Description = "A CSV file of what mistakes cost: class,cost (a missed one of that class) or label,prediction,cost. A mistake that is not listed costs 1.",
        HelpName = "file",
    };

    public void AddTo(Command command)
    {
        _objective.AcceptOnlyFromAmong([.. Enum.GetNames<Objective>().Select(n => n.ToLowerInvariant())]);
        command.Add(_objective);
        command.Add(_cost);
    }

    /// <summary>The settings that a model with an option <c>objective</c> gets; empty when neither option is given.</summary>
    /// <exception cref="UsageException">The two contradict each other, or the file cannot be read.</exception>
    public IReadOnlyList<KeyValuePair<string, string>> Settings(ParseResult parsed)
    {
        (string? objective, string? file) = (parsed.GetValue(_objective), parsed.GetValue(_cost));
        if (file is null) return objective is null ? [] : [new("objective", objective)];
        if (objective is not (null or "cost")) throw new UsageException($"--cost was given with --objective {objective}; it goes with --objective cost alone.");
        return [new("objective", "cost"), new("costs", ReadCosts(file))];
    }

    /// <summary>Gives the settings to a model.</summary>
    /// <param name="preset">The model.</param>
    /// <param name="settings">As of <see cref="Settings"/>.</param>
    /// <returns>The model with them; as it was when it has no objective.</returns>
    public static LearnerPreset Apply(LearnerPreset preset, IReadOnlyList<KeyValuePair<string, string>> settings)
        => settings.Count > 0 && preset.Known.Any(o => o.Name == settings[0].Key) ? PresetCatalogue.Create(preset.Name, [.. preset.Options, .. settings]) : preset;

    private static string ReadCosts(string file)
    {
        if (!File.Exists(file)) throw new UsageException($"--cost: the file '{file}' was not found.");
        List<string> entries = [];
        int number = 0;
        foreach (string line in File.ReadLines(file))
        {
            number++;
            string[] cells = [.. line.Split(',').Select(c => c.Trim().Trim('"'))];
            if (line.Trim().Length == 0 || (number == 1 && !IsNumber(cells[^1]))) continue;
            if (cells.Length is not (2 or 3) || !IsNumber(cells[^1]) || cells.Any(c => c.Length == 0 || c.AsSpan().IndexOfAny(";>") >= 0))
                throw new UsageException($"--cost: {file}:{number}: found '{line}'; must be class,cost or label,prediction,cost, names without ; and >.");
            entries.Add($"{string.Join('>', cells[..^1])}:{cells[^1]}");
        }
        return entries.Count > 0 ? string.Join(';', entries) : throw new UsageException($"--cost: {file} has no line with a cost; must have class,cost or label,prediction,cost.");
    }

    private static bool IsNumber(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
