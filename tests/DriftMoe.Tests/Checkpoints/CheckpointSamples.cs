using System.Buffers.Binary;
using System.Security.Cryptography;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Tests.Checkpoints;

/// <summary>A small checkpoint with everything that a checkpoint can have.</summary>
internal static class CheckpointSamples
{
    public static Schema Schema { get; } = new("garden",
        [SchemaAttribute.Numeric("height"), SchemaAttribute.Nominal("colour", ["red", "grün"], cap: 7)], SchemaAttribute.Nominal("kind", ["rose", "tulip"], cap: 3));

    public static CheckpointHeader Header { get; } = new("moe-data", 42, "events-3", 1187, new Dictionary<string, string>
    {
        ["topK"] = "3",
        ["router.interval"] = "256",
        ["labels:maxCount"] = "1000",
    })
    { Generation = 5, Schema = new LearnerSchema(Schema) };

    public static IReadOnlyList<CheckpointSection> Sections { get; } =
    [
        new("learner", writer => { writer.Mark("tree"); writer.Write([1.5, -0.0, double.NaN]); }),
        new("empty", _ => { }),
        new("worker", writer => writer.Write("held back")),
    ];

    public static byte[] Bytes => CheckpointFile.ToBytes(Header, Sections);

    /// <summary>A checkpoint that says it has another format, with digests that fit.</summary>
    public static byte[] OfFormat(int format)
    {
        byte[] bytes = Bytes;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), format);
        int head = 16 + BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12));
        SHA256.HashData(bytes.AsSpan(0, head)).CopyTo(bytes, head);
        SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32)).CopyTo(bytes, bytes.Length - 32);
        return bytes;
    }
}
