namespace StreamMoe.StreamHost.Arguments;

/// <summary>What stands at a path.</summary>
internal enum FileKind
{
    /// <summary>Nothing.</summary>
    Missing,

    /// <summary>A file with content of its own.</summary>
    Regular,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A pipe, or a device that takes bytes one after the other, such as a terminal and <c>/dev/null</c>.</summary>
    Stream,

    /// <summary>A disk, a socket, or something else that no command writes to.</summary>
    Other,
}
