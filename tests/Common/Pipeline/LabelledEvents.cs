using System.Globalization;
using System.Text;
using StreamMoe.Streams;
using StreamMoe.Worker.Records;

namespace StreamMoe.Tests.Common.Pipeline;

/// <summary>Instances of a stream as labelled events.</summary>
internal static class LabelledEvents
{
    /// <summary>The next instances of a stream, features alternately by name and in schema order.</summary>
    public static SourceRecord[] Draw(InstanceStream stream, int count)
    {
        InstanceBlock block = new(stream.Schema.AttributeCount, count);
        stream.Fill(block, count);
        byte[] key = "k"u8.ToArray();
        return [.. Enumerable.Range(0, count).Select(r => Partition.Record(r, Encoding.UTF8.GetBytes(Event(stream.Schema, block, r)), key))];
    }

    private static string Event(Schema schema, InstanceBlock block, int row)
    {
        IEnumerable<string> values = schema.Attributes.Select((a, i) => a.Domain is NominalDomain domain
            ? $"\"{domain[(int)block.Row(row)[i]]}\"" : block.Row(row)[i].ToString("R", CultureInfo.InvariantCulture));
        string features = row % 2 == 0
            ? $"{{{string.Join(',', schema.Attributes.Zip(values, (a, v) => $"\"{a.Name}\":{v}"))}}}" : $"[{string.Join(',', values)}]";
        return $"{{\"id\":\"e-{row}\",\"features\":{features},\"label\":\"{schema.ClassName(block.Labels[row])}\"}}";
    }
}
