using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;
using StreamMoe.Tests.Common;

namespace StreamMoe.Experts.Tests.Trees;

/// <summary>The instances of one golden stream, in memory.</summary>
internal sealed class GoldenStream
{
    private static readonly Dictionary<string, GoldenStream> Loaded = [];

    private static readonly Dictionary<string, string> CatalogueNames = new()
    {
        ["led_a"] = "led-abrupt", ["sea_a"] = "sea-abrupt", ["rbf_f"] = "rbf-fast", ["agr_a"] = "agrawal-abrupt",
    };

    private static readonly JsonElement Manifest = ReadManifest();

    private GoldenStream(JsonElement description)
    {
        Description = description;
        Name = description.GetProperty("stream").GetString()!;
        Count = description.GetProperty("n").GetInt32();
        ClassCount = description.GetProperty("classes").GetInt32();
        string[] kinds = [.. description.GetProperty("attributes").EnumerateArray().Select(a => a.GetString()!)];
        AttributeCount = kinds.Length;
        Schema = new Schema(Name, kinds.Select(Attribute), SchemaAttribute.Nominal("class", Names(ClassCount)));
        (Features, Labels) = ReadInstances();
        Weights = [.. Enumerable.Range(0, Count).Select(WeightOf)];
    }

    public JsonElement Description { get; }

    public string Name { get; }

    public int Count { get; }

    public int ClassCount { get; }

    public int AttributeCount { get; }

    public Schema Schema { get; }

    public double[] Features { get; }

    public int[] Labels { get; }

    public double[] Weights { get; }

    public static IEnumerable<JsonElement> Descriptions => Manifest.GetProperty("streams").EnumerateArray();

    public ReadOnlySpan<double> Row(int i) => Features.AsSpan(i * AttributeCount, AttributeCount);

    public JsonElement Run(string learner) => Description.GetProperty("runs").EnumerateArray().Single(r => r.GetProperty("learner").GetString() == learner);

    public static GoldenStream Get(string name)
    {
        lock (Loaded)
        {
            if (!Loaded.TryGetValue(name, out GoldenStream? stream))
                Loaded.Add(name, stream = new GoldenStream(Descriptions.Single(s => s.GetProperty("stream").GetString() == name)));
            return stream;
        }
    }

    /// <summary>The predicted classes of a run, one an instance.</summary>
    public int[] Predictions(JsonElement run)
    {
        string[] parts = ["trees", .. run.GetProperty("predictions_file").GetString()!.Split('/')];
        using StreamReader reader = new(GoldenFiles.Open(parts));
        return [.. reader.ReadToEnd().Trim().Select(c => Convert.ToInt32(c.ToString(), 16))];
    }

    private static JsonElement ReadManifest()
    {
        using Stream file = GoldenFiles.Open("trees", "manifest.json");
        return JsonDocument.Parse(file).RootElement.Clone();
    }

    private static SchemaAttribute Attribute(string kind, int index)
    {
        string name = $"a{index}";
        return kind == "numeric" ? SchemaAttribute.Numeric(name) : SchemaAttribute.Nominal(name, Names(int.Parse(kind["nominal(".Length..^1], CultureInfo.InvariantCulture)));
    }

    private static IEnumerable<string> Names(int count) => Enumerable.Range(0, count).Select(i => i.ToString());

    private double WeightOf(int i)
    {
        string rule = Description.GetProperty("weights").GetString()!;
        return rule == "1" ? 1 : rule.StartsWith("0.5*(1 + i mod 4)", StringComparison.Ordinal) ? 0.5 * (1 + i % 4)
            : throw new InvalidDataException($"Unknown weight rule '{rule}'.");
    }

    private (double[] Features, int[] Labels) ReadInstances()
    {
        byte[] all = Description.TryGetProperty("instances_file", out JsonElement file) ? ReadFile(file.GetString()!) : Generate();
        Assert.Equal(Description.GetProperty("instances_sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(all)));
        double[] features = new double[Count * AttributeCount];
        int[] labels = new int[Count];
        for (int i = 0, at = 0; i < Count; i++, at += 4)
        {
            for (int a = 0; a < AttributeCount; a++, at += 8) features[i * AttributeCount + a] = BinaryPrimitives.ReadDoubleLittleEndian(all.AsSpan(at));
            labels[i] = BinaryPrimitives.ReadInt32LittleEndian(all.AsSpan(at));
        }
        return (features, labels);
    }

    private static byte[] ReadFile(string name)
    {
        using MemoryStream bytes = new();
        using Stream file = GoldenFiles.Open(["trees", .. name.Split('/')]);
        file.CopyTo(bytes);
        return bytes.ToArray();
    }

    private byte[] Generate()
    {
        using InstanceStream stream = StreamCatalogue.Open(CatalogueNames[Name]);
        byte[] bytes = new byte[Count * (8 * AttributeCount + 4)];
        double[] features = new double[AttributeCount];
        for (int i = 0, at = 0; i < Count; i++, at += 4)
        {
            Assert.True(stream.Next(features, out int label));
            for (int a = 0; a < AttributeCount; a++, at += 8) BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(at), features[a]);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), label);
        }
        return bytes;
    }
}
