using System.Text;

namespace StreamMoe.StreamHost.Arguments;

/// <summary>A file that an option names to be written: checked before any work, and never something else than a file of its own.</summary>
/// <remarks>Symbolic links are followed and stay. Where the option's content is written from beginning to end, a pipe or a device such as
/// <c>/dev/stdout</c> may take it; a device is never replaced.</remarks>
internal sealed class OutputFile
{
    private readonly string _option, _path;
    private readonly FileIdentity _found;

    private OutputFile(string option, string path, FileIdentity found) => (_option, _path, _found) = (option, path, found);

    /// <value>Where it is written: the end of all links.</value>
    public string Place => _found.Place;

    /// <value>True when it is this process's standard output, given by one of its names.</value>
    public bool IsStandardOutput => _found.Kind == FileKind.Stream && !_found.IsNull && _found.Key == FileIdentity.Of("/dev/stdout").Key && Path.GetFullPath(_path) is "/dev/stdout" or "/dev/fd/1" or "/proc/self/fd/1";

    /// <summary>Looks at what an option names.</summary>
    /// <param name="option">The option, as <c>--report</c>.</param>
    /// <param name="path">The file; one that is there may be overwritten. Null when the option was not given.</param>
    /// <param name="example">A name for the text, as <c>report.html</c>.</param>
    /// <param name="mayBeStream">True when a pipe or a device may take it.</param>
    /// <returns>Null when the option was not given.</returns>
    /// <exception cref="UsageException">It cannot be written; the text says why and what to do.</exception>
    public static OutputFile? Of(string option, string? path, string example, bool mayBeStream)
    {
        if (path is null) return null;
        if (path.Trim().Length == 0) throw new UsageException($"{option} was empty; must be the name of a file to write, as in {example}.");
        FileIdentity found = Identify(option, path);
        OutputFile file = new(option, path, found);
        switch (found.Kind)
        {
            case FileKind.Folder: throw new UsageException($"{option} was '{path}', which is a folder; must be the name of a file to write.");
            case FileKind.Stream when mayBeStream: break;
            case FileKind.Stream: throw new UsageException($"{option} was '{path}', which is a pipe or a device; its content cannot be streamed. Name a file.");
            case FileKind.Other: throw new UsageException($"{option} was '{path}', which is no file; name a file.");
            default: file.TryFolder(); break;
        }
        return file;
    }

    /// <summary>Refuses outputs that are an input, or each other, however they are written.</summary>
    /// <param name="outputs">The outputs; null for options that were not given.</param>
    /// <param name="inputs">What is read: a name for the text, and a path, null for none.</param>
    /// <exception cref="UsageException">Two of them are the same file.</exception>
    public static void CheckApart(IEnumerable<OutputFile?> outputs, params IEnumerable<(string Name, string? Path)> inputs)
    {
        Dictionary<string, string> taken = [];
        foreach ((string name, string? path) in inputs)
            if (path is not null and not "-" && Identify(name, path) is { Kind: not FileKind.Missing } input) taken.TryAdd(input.Key, $"{name}, which is read");
        if (OperatingSystem.IsLinux() && Identify("standard output", "/dev/stdout") is { Kind: FileKind.Regular } standard) taken.TryAdd(standard.Key, "where standard output goes");
        foreach (OutputFile? output in outputs)
        {
            if (output is null || output._found.IsNull) continue;
            if (!taken.TryAdd(output._found.Key, output._option))
                throw new UsageException($"{output._option} was '{output._path}', which is the same file as {taken[output._found.Key]}; name another file.");
        }
    }

    /// <summary>Opens it for writing from the beginning.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public Stream Open() => IsStandardOutput ? Console.OpenStandardOutput()
        : _found.Kind == FileKind.Stream ? new FileStream(Place, FileMode.Open, FileAccess.Write, FileShare.ReadWrite) : File.Create(Place);

    /// <summary>Writes it whole or not at all: to a file beside it that then takes its name. A pipe or a device is given the text.</summary>
    /// <exception cref="IOException">The disk is full, or the folder has gone; an earlier file stays as it was.</exception>
    public void Write(string text)
    {
        if (_found.Kind == FileKind.Stream)
        {
            using Stream stream = Open();
            stream.Write(Encoding.UTF8.GetBytes(text));
            return;
        }
        string beside = BesideOf(Place);
        try
        {
            File.WriteAllText(beside, text, new UTF8Encoding(false));
            File.Move(beside, Place, overwrite: true);
        }
        catch (Exception)
        {
            File.Delete(beside);
            throw;
        }
    }

    private static FileIdentity Identify(string option, string path)
    {
        try
        {
            return FileIdentity.Of(path);
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            throw new UsageException($"{option} was '{path}', which cannot be looked at: {e.Message}");
        }
    }

    /// <summary>Tries to make a file beside it.</summary>
    private void TryFolder()
    {
        string folder = FolderOf(Place);
        if (File.Exists(folder)) throw new UsageException($"{_option} was '{_path}', but '{folder}' is a file; name a file in a folder.");
        if (!Directory.Exists(folder)) throw new UsageException($"{_option} was '{_path}', but the folder '{folder}' does not exist; create it, or name a file elsewhere.");
        try
        {
            string trial = BesideOf(Place);
            File.Create(trial).Dispose();
            File.Delete(trial);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{_option} was '{_path}', but no file can be written in '{folder}': {e.Message} Name a file elsewhere.");
        }
    }

    /// <summary>A file beside it, for what becomes it when it is whole.</summary>
    private static string BesideOf(string path) => Path.Combine(FolderOf(path), $".{Path.GetFileName(path)}.{Environment.ProcessId}.tmp");

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;
}
