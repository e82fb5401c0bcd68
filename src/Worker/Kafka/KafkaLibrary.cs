using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace StreamMoe.Worker.Kafka;

/// <summary>Finds and loads librdkafka, the native library under Confluent.Kafka, once a process.</summary>
/// <remarks>The library is the one that came with the program (built with <c>-p:UseLibrdkafkaRedist=true</c>), else the system's
/// <c>librdkafka.so.1</c>. Nothing but Kafka needs it: a program that never calls <see cref="EnsureLoaded"/> runs without.</remarks>
internal static class KafkaLibrary
{
    private const string Name = "librdkafka";

    /// <summary>Where the library is looked for, in this order.</summary>
    internal static readonly string[] Candidates = [Name, "librdkafka.so.1", "librdkafka.1.dylib"];

    private static readonly Lazy<nint> s_handle = new(Load, LazyThreadSafetyMode.ExecutionAndPublication);

    /// <summary>Loads the library, and fills in what an old one lacks. Any thread; cheap after the first call.</summary>
    /// <exception cref="KafkaLibraryException">There is none, or it is older than 1.5.2; the text says what to install.</exception>
    public static void EnsureLoaded() => _ = s_handle.Value;

    /// <value>The loaded library, for native calls that Confluent.Kafka does not offer.</value>
    /// <exception cref="KafkaLibraryException">As <see cref="EnsureLoaded"/>.</exception>
    internal static nint Handle => s_handle.Value;

    /// <value>The loaded library's version, for example <c>2.0.2</c>.</value>
    /// <exception cref="KafkaLibraryException">As <see cref="EnsureLoaded"/>.</exception>
    public static string Version
    {
        get
        {
            EnsureLoaded();
            return Library.VersionString;
        }
    }

    /// <summary>Opens the first library that is there.</summary>
    /// <exception cref="KafkaLibraryException">None of them is.</exception>
    internal static nint Open(IEnumerable<string> candidates)
    {
        foreach (string candidate in candidates)
            if (NativeLibrary.TryLoad(candidate, typeof(Library).Assembly, null, out nint handle)) return handle;
        throw new KafkaLibraryException($"Kafka needs the native library librdkafka, and none was found (looked for {string.Join(", ", candidates)}). "
            + "Install it: on Debian and Ubuntu 'apt-get install librdkafka1', on Fedora 'dnf install librdkafka', on Alpine 'apk add librdkafka'; "
            + "or build the program with -p:UseLibrdkafkaRedist=true, which brings it along.");
    }

    private static nint Load()
    {
        nint handle = Open(Candidates);
        NativeLibrary.SetDllImportResolver(typeof(Library).Assembly, (name, _, _) => name == Name ? handle : 0);
        try
        {
            _ = Library.Version;
        }
        catch (Exception e) when (e is DllNotFoundException or FileLoadException or EntryPointNotFoundException)
        {
            throw new KafkaLibraryException($"The librdkafka that was found cannot be used: {e.Message} "
                + "Version 1.5.2 or later is needed, 2.1 or later is best; update the package librdkafka1.", e);
        }
        LeaderEpochStandIn.InstallWhereMissing();
        return handle;
    }
}
