using System.Text.RegularExpressions;

namespace StreamMoe.StreamHost.Tests.Docs;

/// <summary>A command line that a document shows.</summary>
/// <param name="Where">Document and line.</param>
/// <param name="Text">The line as it is printed, without its comment and without what stands before the program in a unit file.</param>
/// <remarks>In the documents a word of capitals (FILE, N, DIR) stands for something of the reader's, and brackets for what may be left out.
/// A text with either is a pattern: it is parsed, not run.</remarks>
internal sealed partial record ShownCommand(string Where, string Text)
{
    /// <value>Every command line of every document; the same text once.</value>
    public static IReadOnlyList<ShownCommand> All { get; } = [.. Extract().DistinctBy(c => c.Text)];

    /// <value>Those of the program itself.</value>
    public static IEnumerable<ShownCommand> OfTheProgram => All.Where(c => c.Program is "./streammoe" or "streammoe" or "/opt/streammoe/streammoe");

    /// <value>The words, without variables set for the command, and without quotes.</value>
    public IReadOnlyList<string> Words => [.. WordPattern().Matches(Text).Select(m => m.Value.Trim('"', '\'')).SkipWhile(w => VariablePattern().IsMatch(w))];

    /// <value>The program's name as it is written.</value>
    public string Program => Words[0];

    /// <value>Whether it has placeholders or brackets, so that it cannot be run as it stands.</value>
    public bool IsPattern => Text.Contains('[') || Text.Contains('…') || Words.Skip(1).Any(w => PlaceholderPattern().IsMatch(w));

    /// <value>The program's arguments; brackets opened, and a number for each placeholder that stands for one.</value>
    public string[] Arguments => [.. Words.Skip(1).Select(w => w.Trim('[', ']')).Select(w => w is "N" or "G" or "P" ? "1" : w)];

    /// <inheritdoc/>
    public override string ToString() => $"{Where}: {Text}";

    private static IEnumerable<ShownCommand> Extract()
    {
        foreach (Document document in Document.All)
        {
            foreach ((int line, string text) in document.CodeLines().Concat(document.CodeSpans()))
            {
                string command = CommentPattern().Replace(text, "");
                if (command.StartsWith("ExecStart=", StringComparison.Ordinal)) command = command["ExecStart=".Length..];
                if (ProgramPattern().IsMatch(command)) yield return new ShownCommand($"{document.Name}:{line}", command);
            }
        }
    }

    /// <summary>What a command begins with; the program's bare name is a command only with something behind it.</summary>
    [GeneratedRegex(@"^([A-Za-z_]+=\S+ )*((\./streammoe|/opt/streammoe/streammoe)( |$)|streammoe [a-z-]|\./test( |$)|docker/check( |$)|benchmarks/\S+\.sh( |$)|dotnet [a-z]|docker [a-z])")]
    private static partial Regex ProgramPattern();

    [GeneratedRegex(@"\s+#.*$|\s+$")]
    private static partial Regex CommentPattern();

    [GeneratedRegex("""("[^"]*"|'[^']*'|[^\s"'])+""")]
    private static partial Regex WordPattern();

    [GeneratedRegex("^[A-Za-z_]+=")]
    private static partial Regex VariablePattern();

    [GeneratedRegex(@"(^|[=/])[A-Z]+($|[/\]]|\.[a-z])")]
    private static partial Regex PlaceholderPattern();
}
