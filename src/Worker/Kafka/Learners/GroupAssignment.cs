using System.Buffers.Binary;
using System.Text;

namespace StreamMoe.Worker.Kafka.Learners;

/// <summary>What a member of a consumer group is assigned, in the bytes of Kafka's consumer protocol (version, then topics with their partitions; all big-endian).</summary>
internal static class GroupAssignment
{
    /// <summary>Whether partitions of a topic are assigned. Bytes that are no assignment assign nothing.</summary>
    public static bool Has(ReadOnlySpan<byte> assignment, string topic)
    {
        if (!TrySkip(ref assignment, sizeof(short)) || !TryRead(ref assignment, out int topics)) return false;
        for (; topics > 0; topics--)
        {
            if (assignment.Length < sizeof(short)) return false;
            int length = BinaryPrimitives.ReadInt16BigEndian(assignment);
            assignment = assignment[sizeof(short)..];
            if (length < 0 || length > assignment.Length) return false;
            string name = Encoding.UTF8.GetString(assignment[..length]);
            assignment = assignment[length..];
            if (!TryRead(ref assignment, out int partitions)) return false;
            if (partitions > 0 && name == topic) return true;
            if (partitions < 0 || !TrySkip(ref assignment, (long)partitions * sizeof(int))) return false;
        }
        return false;
    }

    private static bool TryRead(ref ReadOnlySpan<byte> from, out int value)
    {
        bool found = BinaryPrimitives.TryReadInt32BigEndian(from, out value);
        return found && TrySkip(ref from, sizeof(int));
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> from, long bytes)
    {
        if (bytes > from.Length) return false;
        from = from[(int)bytes..];
        return true;
    }
}
