using System.Runtime.InteropServices;

namespace StreamMoe.DriftMoe.Checkpoints;

/// <summary>Replaces a file so that whoever looks finds the old one or the new one, whole, also after a loss of power.</summary>
internal static partial class DurableFile
{
    /// <summary>Ending of the file that is written before it takes its place; a crash may leave one behind.</summary>
    public const string TemporaryEnding = ".tmp";

    // Of open(2) and errno(3) on Linux: a folder can be opened for reading; some file systems cannot flush one.
    private const int CloseOnExec = 0x80000, Invalid = 22, NotSupported = 95, ReadOnlyFileSystem = 30;

    /// <summary>Writes beside the place, flushes to the disk, renames over the place, and flushes the folder.</summary>
    /// <param name="path">The place; its folder must exist.</param>
    /// <param name="write">Writes the content; called once.</param>
    /// <exception cref="IOException">Nothing was changed: the previous file, if any, is untouched, and nothing is left beside it.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, for want of rights.</exception>
    public static void Replace(string path, Action<Stream> write)
    {
        string place = Path.GetFullPath(path);
        // A name of its own: a former owner of the partition that is still writing must not get into our file.
        string temporary = $"{place}.{Guid.NewGuid():N}{TemporaryEnding}";
        try
        {
            using (FileStream file = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, place, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
        FlushFolder(Path.GetDirectoryName(place)!);
    }

    /// <summary>Makes a folder and those above it where they are missing, so that they last.</summary>
    /// <exception cref="IOException">A file stands in the way, or the disk failed.</exception>
    /// <exception cref="UnauthorizedAccessException">The rights are missing.</exception>
    public static void MakeFolder(string folder)
    {
        if (Directory.Exists(folder)) return;
        string above = Path.GetDirectoryName(Path.GetFullPath(folder)) ?? folder;
        if (above != folder) MakeFolder(above);
        Directory.CreateDirectory(folder);
        FlushFolder(above);
    }

    /// <summary>Makes renamed, new and deleted names of a folder durable. Does nothing on systems other than Linux.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public static void FlushFolder(string folder)
    {
        if (!OperatingSystem.IsLinux()) return;
        int handle = Open(folder, CloseOnExec);
        if (handle < 0) throw Failure(folder);
        try
        {
            if (Flush(handle) < 0 && Marshal.GetLastPInvokeError() is not (Invalid or NotSupported or ReadOnlyFileSystem)) throw Failure(folder);
        }
        finally
        {
            _ = Close(handle);
        }
    }

    private static IOException Failure(string folder)
        => new($"The folder {folder} cannot be flushed to the disk: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
