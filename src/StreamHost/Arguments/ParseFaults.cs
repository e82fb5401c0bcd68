using System.CommandLine;
using System.CommandLine.Parsing;
using StreamMoe.Streams.Options;

namespace StreamMoe.StreamHost.Arguments;

/// <summary>What is wrong with a command line, in words that name the nearest command or option.</summary>
internal static class ParseFaults
{
    /// <summary>The faults of a parsed command line; none when it can be run.</summary>
    /// <remarks>A word that begins with two hyphens and is no option would otherwise be taken for a stream or a file.</remarks>
    public static IReadOnlyList<string> Of(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string[] extra = [.. parsed.UnmatchedTokens];
        if (command.Subcommands.Count > 0 && parsed.Errors.Count > 0 && !extra.Any(IsOption)) return [UnknownCommand(command, extra.FirstOrDefault())];

        List<string> faults = [];
        string[] options = [.. command.Options.Select(o => o.Name)];
        string[] words = [.. parsed.Tokens.Select(t => t.Value)];
        string[] mistaken = [.. extra.Where(IsOption), .. Arguments(parsed).Where(IsOption)];
        foreach (string option in mistaken.Distinct()) faults.Add($"{NameOf(command)}has no option '{option}'.{NearestName.Hint(option, options)}");
        foreach (string word in extra.Where(w => !IsOption(w)))
        {
            int place = Array.IndexOf(words, word);
            if (place == 0 || !mistaken.Contains(words[place - 1])) faults.Add($"'{word}' is one argument too many for '{command.Name}'; put blanks inside an argument in quotes.");
        }
        // What an unknown option took away from the others is not the fault.
        faults.AddRange(parsed.Errors.Select(Text).Where(m => !extra.Any(w => m.StartsWith("Unrecognized", StringComparison.Ordinal) && m.Contains($"'{w}'", StringComparison.Ordinal))));
        return faults;
    }

    /// <summary>A fault in one line; one of a closed list with the option's name.</summary>
    private static string Text(ParseError error)
    {
        string[] lines = error.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length > 1 && error.SymbolResult is OptionResult { Tokens.Count: > 0 } option
            ? $"{option.Option.Name} was '{option.Tokens[^1].Value}'; must be one of {string.Join(", ", lines.Skip(1).Select(l => l.Trim('\'')))}."
            : string.Join(' ', lines);
    }

    private static IEnumerable<string> Arguments(ParseResult parsed)
        => parsed.CommandResult.Command.Arguments.SelectMany(a => parsed.GetResult(a)?.Tokens.Select(t => t.Value) ?? []);

    private static bool IsOption(string word) => word.StartsWith("--", StringComparison.Ordinal) && word.Length > 2;

    private static string UnknownCommand(Command command, string? found)
    {
        string[] known = [.. command.Subcommands.Select(c => c.Name)];
        return found is null ? $"{NameOf(command)}needs a command: {string.Join(", ", known)}."
            : $"{NameOf(command)}has no command '{found}'.{NearestName.Hint(found, known)} Commands: {string.Join(", ", known)}.";
    }

    private static string NameOf(Command command) => command is RootCommand ? "streammoe " : $"'{command.Name}' ";
}
