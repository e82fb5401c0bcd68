using System.IO.Compression;
using System.Text;
using StreamMoe.Streams;
using StreamMoe.Streams.Files;

namespace StreamMoe.Streams.Tests.Files;

/// <summary>A temporary folder of small stream files.</summary>
public sealed class TextFiles : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("streammoe-files-").FullName;

    public string PathOf(string name) => Path.Combine(_folder, name);

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        string path = PathOf(name);
        File.WriteAllBytes(path, path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? Gzip(bytes) : bytes);
        return path;
    }

    public string WriteRaw(string name, byte[] bytes)
    {
        File.WriteAllBytes(PathOf(name), bytes);
        return PathOf(name);
    }

    public static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Optimal)) gzip.Write(bytes);
        return packed.ToArray();
    }

    /// <summary>Reads all instances of a stream from where it stands.</summary>
    public static List<Instance> ReadAll(InstanceStream stream)
    {
        List<Instance> rows = [];
        double[] features = new double[stream.Schema.AttributeCount];
        while (stream.Next(features, out int label)) rows.Add(new Instance([.. features], label));
        return rows;
    }

    public static List<Instance> ReadAll(string path, StreamFileOptions? options = null)
    {
        using StreamFileReader stream = StreamFile.Open(path, options);
        return ReadAll(stream);
    }

    /// <summary>Schema as one line: <c>relation: a, b{x,y} -> class{p,q}</c>.</summary>
    public static string Show(Schema schema)
        => $"{schema.Relation}: {string.Join(", ", schema.Attributes.Select(Show))} -> {Show(schema.Class)}";

    /// <summary>Instances as <c>1 ? 2 -> 0</c>; −1 is no label.</summary>
    public static string Show(IEnumerable<Instance> rows) => string.Join("; ", rows.Select(r => r.ToString()));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Show(SchemaAttribute attribute)
        => attribute.Domain is NominalDomain domain ? $"{attribute.Name}{{{string.Join(",", domain.Values)}}}" : attribute.Name;
}

/// <summary>Features and label of one row; equal when all bits are.</summary>
public sealed record Instance(double[] Features, int Label)
{
    public bool Equals(Instance? other)
        => other is not null && Label == other.Label
            && Features.Select(Bits).SequenceEqual(other.Features.Select(Bits));

    public override int GetHashCode() => HashCode.Combine(Label, Features.Length);

    public override string ToString()
        => $"{string.Join(" ", Features.Select(f => double.IsNaN(f) ? "?" : f.ToString("R", System.Globalization.CultureInfo.InvariantCulture)))} -> {Label}";

    private static long Bits(double value) => double.IsNaN(value) ? -1 : BitConverter.DoubleToInt64Bits(value);
}
