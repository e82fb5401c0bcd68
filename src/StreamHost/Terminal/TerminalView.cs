using Spectre.Console;

namespace StreamMoe.StreamHost.Terminal;

/// <summary>A writer, and what it can show.</summary>
/// <param name="Writer">Receives the text.</param>
/// <param name="Kind">What it leads to.</param>
/// <param name="Width">Columns that may be used, in [<see cref="LeastWidth"/>, <see cref="MostWidth"/>].</param>
internal sealed record TerminalView(TextWriter Writer, TerminalKind Kind, int Width)
{
    /// <summary>Fewest columns that are counted on: 60.</summary>
    public const int LeastWidth = 60;

    /// <summary>Most columns that are used: 120; longer lines are hard to read.</summary>
    public const int MostWidth = 120;

    /// <summary>Columns of what is no terminal: 80.</summary>
    public const int PlainWidth = 80;

    /// <summary>Finds out about a writer: only the process's own standard output and error can be a terminal.</summary>
    /// <remarks>NO_COLOR (see no-color.org) and TERM=dumb make a terminal a plain one; what .NET itself sends to any
    /// terminal when it opens it (that the keypad sends characters) stays.</remarks>
    public static TerminalView Of(TextWriter writer)
    {
        bool isTerminal = (ReferenceEquals(writer, Console.Out) && !Console.IsOutputRedirected) || (ReferenceEquals(writer, Console.Error) && !Console.IsErrorRedirected);
        TerminalKind kind = KindOf(isTerminal, Environment.GetEnvironmentVariable("NO_COLOR"), Environment.GetEnvironmentVariable("TERM"));
        return new TerminalView(writer, kind, kind == TerminalKind.None ? PlainWidth : Math.Clamp(ColumnsOfWindow(), LeastWidth, MostWidth));
    }

    /// <summary>What may be shown, by the two environment variables that have a say.</summary>
    internal static TerminalKind KindOf(bool isTerminal, string? noColor, string? term)
    {
        if (!isTerminal) return TerminalKind.None;
        return string.IsNullOrEmpty(noColor) && term is not ("dumb" or "" or null) ? TerminalKind.Rich : TerminalKind.Plain;
    }

    /// <summary>What draws on a rich terminal: the sixteen colours that the user has chosen for it.</summary>
    public IAnsiConsole Canvas()
    {
        IAnsiConsole canvas = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.Standard,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(Writer),
        });
        canvas.Profile.Width = Width;
        canvas.Profile.Capabilities.Unicode = true;
        return canvas;
    }

    private static int ColumnsOfWindow()
    {
        try
        {
            return Console.WindowWidth is > 0 and var width ? width : PlainWidth;
        }
        catch (Exception e) when (e is IOException or PlatformNotSupportedException)
        {
            return PlainWidth;
        }
    }
}
