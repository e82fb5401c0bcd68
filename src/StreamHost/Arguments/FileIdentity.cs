using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace StreamMoe.StreamHost.Arguments;

/// <summary>What a path leads to, symbolic links followed: the place, its kind, and whether it is the same as another, however the two are written.</summary>
/// <param name="Place">The path at the end of all links.</param>
/// <param name="Kind">What the entry is.</param>
/// <param name="Key">Equal for two paths that lead to the same file, hard links too.</param>
/// <param name="IsNull">True for <c>/dev/null</c>.</param>
internal sealed partial record FileIdentity(string Place, FileKind Kind, string Key, bool IsNull = false)
{
    // Of statx(2) and inode(7) on Linux, whose layout is the same on every architecture.
    private const int CurrentFolder = -100, BasicStats = 0x7ff, ModeAt = 28, InodeAt = 32, DeviceOfNodeAt = 128, DeviceAt = 136, Size = 256;
    private const int Format = 0xF000, Fifo = 0x1000, Character = 0x2000, FolderFormat = 0x4000, Regular = 0x8000;
    private const int MostLinks = 40;

    /// <summary>Looks at a path.</summary>
    /// <exception cref="IOException">Its links lead in a circle.</exception>
    public static FileIdentity Of(string path)
    {
        string place = Path.GetFullPath(path);
        if (!OperatingSystem.IsLinux()) return ByNames(place);
        Span<byte> found = stackalloc byte[Size];
        if (Ask(place, found))
        {
            int format = BinaryPrimitives.ReadUInt16LittleEndian(found[ModeAt..]) & Format;
            FileKind kind = format switch { Regular => FileKind.Regular, FolderFormat => FileKind.Folder, Fifo or Character => FileKind.Stream, _ => FileKind.Other };
            bool isNull = format == Character && BinaryPrimitives.ReadUInt64LittleEndian(found[DeviceOfNodeAt..]) == (1 | 3UL << 32);
            return new FileIdentity(kind == FileKind.Regular ? EndOf(place) : place, kind, KeyOf(found), isNull);
        }
        place = EndOf(place);
        string folder = Path.GetDirectoryName(place) ?? place;
        return new FileIdentity(place, FileKind.Missing, Ask(folder, found) ? $"{KeyOf(found)}/{Path.GetFileName(place)}" : place);
    }

    private static FileIdentity ByNames(string place)
    {
        place = EndOf(place);
        return new FileIdentity(place, File.Exists(place) ? FileKind.Regular : Directory.Exists(place) ? FileKind.Folder : FileKind.Missing, place);
    }

    /// <summary>Follows links of the last part of a path, also to a file that is not there.</summary>
    private static string EndOf(string place)
    {
        for (int links = 0; links < MostLinks; links++)
        {
            if (new FileInfo(place).LinkTarget is not { } target) return place;
            place = Path.GetFullPath(target, Path.GetDirectoryName(place)!);
        }
        throw new IOException($"'{place}': too many symbolic links, one after the other.");
    }

    private static bool Ask(string path, Span<byte> found) => Statx(CurrentFolder, path, 0, BasicStats, ref MemoryMarshal.GetReference(found)) == 0;

    private static string KeyOf(ReadOnlySpan<byte> found)
        => $"{BinaryPrimitives.ReadUInt64LittleEndian(found[DeviceAt..]):x}:{BinaryPrimitives.ReadUInt64LittleEndian(found[InodeAt..]):x}";

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte found);
}
