using StreamMoe.StreamHost.Arguments;
using StreamMoe.Streams;

namespace StreamMoe.StreamHost.Replay;

/// <summary>Which partition an instance goes to: in turn, or by the value of an attribute.</summary>
internal sealed class PartitionSplit
{
    private const string RoundRobin = "round-robin", Hash = "hash:";

    private readonly int _partitions, _attribute;

    private PartitionSplit(int partitions, int attribute) => (_partitions, _attribute) = (partitions, attribute);

    /// <summary>Reads <c>round-robin</c> or <c>hash:ATTRIBUTE</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="partitions">Partitions, ≥ 1.</param>
    /// <param name="schema">What instances look like.</param>
    /// <exception cref="UsageException">It is neither, or there is no such attribute.</exception>
    public static PartitionSplit Parse(string text, int partitions, Schema schema)
    {
        if (text == RoundRobin) return new PartitionSplit(partitions, -1);
        if (!text.StartsWith(Hash, StringComparison.Ordinal))
            throw new UsageException($"--split was '{text}'; must be {RoundRobin}, or {Hash}ATTRIBUTE, which sends instances with the same value of that attribute to the same partition.");
        string name = text[Hash.Length..];
        int attribute = schema.Attributes.ToList().FindIndex(a => a.Name == name);
        if (attribute < 0) throw new UsageException($"--split was '{text}'; there is no attribute '{name}'. Attributes: {string.Join(", ", schema.Attributes.Take(20).Select(a => a.Name))}{(schema.AttributeCount > 20 ? ", …" : "")}.");
        return new PartitionSplit(partitions, attribute);
    }

    /// <summary>The partition of an instance.</summary>
    public int Of(long position, ReadOnlySpan<double> features)
    {
        if (_attribute < 0) return (int)(position % _partitions);
        // A finaliser of 64 bits (murmur3's), so that near values do not go to near partitions.
        ulong bits = (ulong)BitConverter.DoubleToInt64Bits(features[_attribute]);
        bits = (bits ^ (bits >> 33)) * 0xff51afd7ed558ccdUL;
        bits = (bits ^ (bits >> 33)) * 0xc4ceb9fe1a85ec53UL;
        return (int)((bits ^ (bits >> 33)) % (ulong)_partitions);
    }
}
