using System.Text.Json;
using StreamMoe.Tests.Common;

namespace StreamMoe.Streams.Tests.Generators;

/// <summary>What MOA gave for each configuration and seed; see tests/Golden/streams/README.md.</summary>
internal static class GoldenManifest
{
    private static readonly Lazy<Dictionary<(string Name, int Seed), Entry>> s_entries = new(Read);

    public static Entry Of(string name, int seed) => s_entries.Value[(name, seed)];

    public static IEnumerable<string> Names => s_entries.Value.Keys.Select(k => k.Name).Distinct();

    private static Dictionary<(string, int), Entry> Read()
    {
        using Stream file = GoldenFiles.Open("streams", "manifest.json.gz");
        JsonSerializerOptions options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
        return JsonSerializer.Deserialize<Entry[]>(file, options)!.ToDictionary(e => (e.Name, e.Seed));
    }

    /// <summary>One configuration with one seed. Attributes: 0 = numeric, else the number of nominal values.</summary>
    public sealed record Entry(string Name, int Seed, int Classes, int[] Attributes, Run Fresh, Run? AfterRestart)
    {
        [System.Text.Json.Serialization.JsonPropertyName("after_restart_draw1_restart")]
        public Run? AfterRestartDrawRestart { get; init; }
    }

    /// <summary>Hash and class counts after so many instances.</summary>
    public sealed record Run(Dictionary<int, string> Sha256, Dictionary<int, int[]> ClassCounts);
}
