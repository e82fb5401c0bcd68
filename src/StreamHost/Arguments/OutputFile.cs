namespace StreamMoe.StreamHost.Arguments;

/// <summary>Finds out, before any work, whether a file that an option names can be written.</summary>
internal static class OutputFile
{
    /// <summary>Tries to make a file beside it.</summary>
    /// <param name="option">The option that named the file, as <c>--report</c>.</param>
    /// <param name="path">The file; one that is there may be overwritten.</param>
    /// <param name="example">A name for the text, as <c>report.html</c>.</param>
    /// <exception cref="UsageException">It cannot be written; the text says why and what to do.</exception>
    public static void Check(string option, string path, string example)
    {
        if (path.Trim().Length == 0) throw new UsageException($"{option} was empty; must be the name of a file to write, as in {example}.");
        if (Directory.Exists(path)) throw new UsageException($"{option} was '{path}', which is a folder; must be the name of a file to write.");
        string folder = FolderOf(path);
        if (File.Exists(folder)) throw new UsageException($"{option} was '{path}', but '{folder}' is a file; name a file in a folder.");
        if (!Directory.Exists(folder)) throw new UsageException($"{option} was '{path}', but the folder '{folder}' does not exist; create it, or name a file elsewhere.");
        try
        {
            string trial = BesideOf(path);
            File.Create(trial).Dispose();
            File.Delete(trial);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{option} was '{path}', but no file can be written in '{folder}': {e.Message} Name a file elsewhere.");
        }
    }

    /// <summary>A file beside it, for what becomes it when it is whole.</summary>
    public static string BesideOf(string path) => Path.Combine(FolderOf(path), $".{Path.GetFileName(path)}.{Environment.ProcessId}.tmp");

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;
}
