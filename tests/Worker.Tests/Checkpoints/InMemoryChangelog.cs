using StreamMoe.Worker.Checkpoints;

namespace StreamMoe.Worker.Tests.Checkpoints;

/// <summary>A changelog that can be told to fail after a number of appended values, as a worker that is killed.</summary>
internal sealed class InMemoryChangelog : IChangelog
{
    public Dictionary<string, byte[]> Values { get; } = [];

    public int MaxValueBytes => 300;

    /// <summary>Values that can still be appended.</summary>
    public int Left { get; set; } = int.MaxValue;

    public void Append(int partition, IReadOnlyList<KeyValuePair<string, byte[]?>> entries)
    {
        foreach ((string key, byte[]? value) in entries)
        {
            if (Left-- <= 0) throw new IOException("killed");
            Assert.True(value is null || value.Length <= MaxValueBytes);
            if (value is null) Values.Remove($"{partition}:{key}");
            else Values[$"{partition}:{key}"] = value;
        }
    }

    public IReadOnlyDictionary<string, byte[]> ReadLatest(int partition, Func<string, bool> wanted)
    {
        string prefix = $"{partition}:";
        return Values.Where(v => v.Key.StartsWith(prefix, StringComparison.Ordinal) && wanted(v.Key[prefix.Length..])).ToDictionary(v => v.Key[prefix.Length..], v => v.Value);
    }
}
