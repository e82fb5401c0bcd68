using System.Reflection;
using System.Runtime.InteropServices;

namespace StreamMoe.Studies;

/// <summary>Where a page's figures come from.</summary>
internal static class Origin
{
    /// <value>Version of StreamMoE, of .NET, and the CPU.</value>
    public static string Text => $"StreamMoE {Version}, {RuntimeInformation.FrameworkDescription}, {Cpu()}";

    private static string Version => typeof(Origin).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private static string Cpu()
    {
        const string path = "/proc/cpuinfo";
        if (!File.Exists(path)) return RuntimeInformation.ProcessArchitecture.ToString();
        Dictionary<string, string> first = [];
        foreach (string line in File.ReadLines(path).TakeWhile(line => line.Length > 0))
            if (line.Split(':', 2, StringSplitOptions.TrimEntries) is [var key, var value]) first[key] = value;
        string name = first.GetValueOrDefault("model name", RuntimeInformation.ProcessArchitecture.ToString());
        return first.ContainsKey("cpu family") ? $"{name} (family {first["cpu family"]}, model {first.GetValueOrDefault("model", "?")})" : name;
    }
}
