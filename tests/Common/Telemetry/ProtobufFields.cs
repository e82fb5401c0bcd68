using System.Buffers.Binary;
using System.Text;

namespace StreamMoe.Tests.Common.Telemetry;

/// <summary>The fields of one message of Protocol Buffers, by number: as much of the encoding as OTLP needs.</summary>
internal sealed class ProtobufFields
{
    private readonly List<(int Number, ulong Value, byte[] Bytes)> _fields = [];

    public ProtobufFields(byte[] message)
    {
        for (int at = 0; at < message.Length;)
        {
            ulong tag = Number(message, ref at);
            (int number, int wire) = ((int)(tag >> 3), (int)(tag & 7));
            switch (wire)
            {
                case 0: _fields.Add((number, Number(message, ref at), [])); break;
                case 1: _fields.Add((number, BinaryPrimitives.ReadUInt64LittleEndian(message.AsSpan(at)), [])); at += 8; break;
                case 5: _fields.Add((number, BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(at)), [])); at += 4; break;
                case 2:
                    int length = (int)Number(message, ref at);
                    _fields.Add((number, 0, message[at..(at + length)]));
                    at += length;
                    break;
                default: throw new InvalidDataException($"Field {number} has wire type {wire}.");
            }
        }
    }

    public bool Has(int number) => _fields.Any(f => f.Number == number);

    public IEnumerable<ProtobufFields> Messages(int number) => _fields.Where(f => f.Number == number).Select(f => new ProtobufFields(f.Bytes));

    public string Text(int number) => Encoding.UTF8.GetString(Bytes(number));

    public byte[] Bytes(int number) => _fields.Where(f => f.Number == number).Select(f => f.Bytes).LastOrDefault() ?? [];

    public ulong Value(int number) => _fields.LastOrDefault(f => f.Number == number).Value;

    /// <summary>A list of attributes as OTLP has them.</summary>
    public IReadOnlyDictionary<string, string> Attributes(int number) => Messages(number).ToDictionary(a => a.Text(1), a => a.Messages(2).Single() is var v && v.Has(1) ? v.Text(1)
        : v.Has(3) ? ((long)v.Value(3)).ToString(System.Globalization.CultureInfo.InvariantCulture) : "");

    private static ulong Number(byte[] message, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = message[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
    }
}
