namespace StreamMoe.StreamHost.Commands;

/// <summary>The program's exit codes.</summary>
internal static class ExitCode
{
    /// <summary>The command did what it was asked to do.</summary>
    public const int Done = 0;

    /// <summary>Something failed while running: a bad row, a damaged file, a full disk.</summary>
    public const int Failed = 1;

    /// <summary>The command line or the configuration is wrong; nothing was run.</summary>
    public const int Usage = 2;

    /// <summary>Stopped by Ctrl-C; what was reached by then has been printed.</summary>
    public const int Interrupted = 130;
}
