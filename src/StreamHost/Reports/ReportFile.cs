using System.Text;
using StreamMoe.StreamHost.Commands;

namespace StreamMoe.StreamHost.Reports;

/// <summary>Writes a report whole or not at all: to a file beside it that then takes its name.</summary>
internal static class ReportFile
{
    /// <summary>Finds out, before hours of work, whether the file can be written.</summary>
    /// <exception cref="UsageException">It cannot; the text says why and what to do.</exception>
    public static void Check(string path)
    {
        if (path.Trim().Length == 0) throw new UsageException("--report was empty; must be the name of a file to write, as in report.html.");
        if (Directory.Exists(path)) throw new UsageException($"--report was '{path}', which is a folder; must be the name of a file to write.");
        string folder = FolderOf(path);
        if (!Directory.Exists(folder)) throw new UsageException($"--report was '{path}', but the folder '{folder}' does not exist; create it, or name a file elsewhere.");
        try
        {
            string trial = BesideOf(path);
            File.Create(trial).Dispose();
            File.Delete(trial);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--report was '{path}', but no file can be written in '{folder}': {e.Message} Name a file elsewhere.");
        }
    }

    /// <summary>Writes the file, in place of one that may be there.</summary>
    /// <exception cref="IOException">The disk is full, or the folder has gone; an earlier file stays as it was.</exception>
    public static void Write(string path, string text)
    {
        string beside = BesideOf(path);
        try
        {
            File.WriteAllText(beside, text, new UTF8Encoding(false));
            File.Move(beside, path, overwrite: true);
        }
        catch (Exception)
        {
            File.Delete(beside);
            throw;
        }
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;

    private static string BesideOf(string path) => Path.Combine(FolderOf(path), $".{Path.GetFileName(path)}.{Environment.ProcessId}.tmp");
}
