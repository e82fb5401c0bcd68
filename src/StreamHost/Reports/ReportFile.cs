using System.Text;
using StreamMoe.StreamHost.Arguments;

namespace StreamMoe.StreamHost.Reports;

/// <summary>Writes a report whole or not at all: to a file beside it that then takes its name.</summary>
internal static class ReportFile
{
    /// <summary>Finds out, before hours of work, whether the file can be written.</summary>
    /// <exception cref="UsageException">It cannot; the text says why and what to do.</exception>
    public static void Check(string path) => OutputFile.Check("--report", path, "report.html");

    /// <summary>Writes the file, in place of one that may be there.</summary>
    /// <exception cref="IOException">The disk is full, or the folder has gone; an earlier file stays as it was.</exception>
    public static void Write(string path, string text)
    {
        string beside = OutputFile.BesideOf(path);
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
}
