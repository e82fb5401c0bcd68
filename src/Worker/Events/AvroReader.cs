using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace StreamMoe.Worker.Events;

/// <summary>Writes an Avro value as the JSON of an event: fields named id, time and label as such, all others as features.</summary>
/// <remarks>
/// Nothing is allocated by a length that the value tells: every length is compared with the bytes that are left. Unions give their value, enums their symbol,
/// decimals their number; dates and timestamps give the seconds since 1970, or, for the event's time, an ISO time; bytes give base64, which is a text.
/// Source: Apache Avro 1.12, specification, "Binary encoding".
/// </remarks>
internal sealed class AvroReader(EventRules rules)
{
    private const int MaxDepth = 16, MostItems = 1_000_000;

    /// <summary>Writes a value.</summary>
    /// <exception cref="BadEventException">The bytes are no value of the schema.</exception>
    public void Write(AvroSchema schema, ReadOnlySpan<byte> bytes, IBufferWriter<byte> json)
    {
        AvroType record = schema.Root;
        using Utf8JsonWriter writer = new(json);
        int i = 0;
        // Features come first as they come; what is named otherwise is kept aside, as the JSON has it beside them.
        ArrayBufferWriter<byte> aside = new(64);
        using (Utf8JsonWriter other = new(aside, new JsonWriterOptions { SkipValidation = true }))
        {
            writer.WriteStartObject();
            other.WriteStartObject();
            bool features = false;
            for (int f = 0; f < record.Items.Count; f++)
            {
                string name = record.Names[f];
                bool isTime = Is(name, rules.Time);
                if (isTime || Is(name, rules.Id) || Is(name, rules.Label))
                {
                    other.WritePropertyName(name);
                    Value(record.Items[f], bytes, ref i, other, 1, isTime);
                    continue;
                }
                if (!features) writer.WriteStartObject("features");
                features = true;
                writer.WritePropertyName(name);
                Value(record.Items[f], bytes, ref i, writer, 1, false);
            }
            if (features) writer.WriteEndObject();
            other.WriteEndObject();
        }
        if (i != bytes.Length) throw Bad($"{bytes.Length - i} bytes follow the value; was it written with another schema?");
        using JsonDocument rest = JsonDocument.Parse(aside.WrittenMemory);
        foreach (JsonProperty member in rest.RootElement.EnumerateObject()) member.WriteTo(writer);
        writer.WriteEndObject();
    }

    private static bool Is(string name, ReadOnlySpan<byte> key) => name.Length == key.Length && Encoding.UTF8.GetBytes(name).AsSpan().SequenceEqual(key);

    private static void Value(AvroType type, ReadOnlySpan<byte> bytes, ref int i, Utf8JsonWriter json, int depth, bool isTime)
    {
        if (depth > MaxDepth) throw Bad($"values are nested deeper than {MaxDepth}.");
        switch (type.Kind)
        {
            case AvroKind.Null: json.WriteNullValue(); break;
            case AvroKind.Boolean: json.WriteBooleanValue(Take(bytes, ref i, 1)[0] != 0); break;
            case AvroKind.Long: WriteLong(json, Long(bytes, ref i), type.Logical, isTime); break;
            case AvroKind.Float: WriteNumber(json, BinaryPrimitives.ReadSingleLittleEndian(Take(bytes, ref i, 4))); break;
            case AvroKind.Double: WriteNumber(json, BinaryPrimitives.ReadDoubleLittleEndian(Take(bytes, ref i, 8))); break;
            case AvroKind.Bytes: WriteBytes(json, Take(bytes, ref i, Length(bytes, ref i)), type); break;
            case AvroKind.Fixed: WriteBytes(json, Take(bytes, ref i, type.Size), type); break;
            case AvroKind.String:
                ReadOnlySpan<byte> text = Take(bytes, ref i, Length(bytes, ref i));
                if (!Utf8.IsValid(text)) throw new BadEventException(DeadLetterReason.NotUtf8, "a text of the Avro value is not valid UTF-8.");
                json.WriteStringValue(text);
                break;
            case AvroKind.Enum: json.WriteStringValue(type.Names[Index(bytes, ref i, type.Names.Count, "symbol")]); break;
            case AvroKind.Union: Value(type.Items[Index(bytes, ref i, type.Items.Count, "branch")], bytes, ref i, json, depth + 1, isTime); break;
            case AvroKind.Record:
                json.WriteStartObject();
                for (int f = 0; f < type.Items.Count; f++)
                {
                    json.WritePropertyName(type.Names[f]);
                    Value(type.Items[f], bytes, ref i, json, depth + 1, false);
                }
                json.WriteEndObject();
                break;
            default: Blocks(type, bytes, ref i, json, depth); break;
        }
    }

    /// <summary>An array or a map: blocks of items, each with its number, or minus its number and its bytes; 0 ends it.</summary>
    private static void Blocks(AvroType type, ReadOnlySpan<byte> bytes, ref int i, Utf8JsonWriter json, int depth)
    {
        bool map = type.Kind == AvroKind.Map;
        if (map) json.WriteStartObject();
        else json.WriteStartArray();
        long items = 0;
        for (long count; (count = Long(bytes, ref i)) != 0;)
        {
            if (count < 0)
            {
                count = -count;
                Long(bytes, ref i);
            }
            if (count < 0 || (items += count) > MostItems) throw Bad($"an array or map has more than {MostItems:N0} items.");
            for (; count > 0; count--)
            {
                if (map)
                {
                    ReadOnlySpan<byte> name = Take(bytes, ref i, Length(bytes, ref i));
                    if (!Utf8.IsValid(name)) throw new BadEventException(DeadLetterReason.NotUtf8, "a key of the Avro value is not valid UTF-8.");
                    json.WritePropertyName(name);
                }
                Value(type.Items[0], bytes, ref i, json, depth + 1, false);
            }
        }
        if (map) json.WriteEndObject();
        else json.WriteEndArray();
    }

    private static void WriteLong(Utf8JsonWriter json, long value, string logical, bool isTime)
    {
        long perSecond = logical switch
        {
            "timestamp-millis" or "local-timestamp-millis" or "time-millis" => 1000,
            "timestamp-micros" or "local-timestamp-micros" or "time-micros" => 1_000_000,
            "timestamp-nanos" or "local-timestamp-nanos" => 1_000_000_000,
            _ => 0,
        };
        if (logical == "date") json.WriteNumberValue(value * 86_400m);
        else if (perSecond == 0) json.WriteNumberValue(value);
        else if (!isTime) json.WriteNumberValue(value / (decimal)perSecond);
        else
        {
            decimal ticks = DateTime.UnixEpoch.Ticks + decimal.Floor(value * ((decimal)TimeSpan.TicksPerSecond / perSecond));
            if (ticks < 0 || ticks > DateTime.MaxValue.Ticks) throw new BadEventException(DeadLetterReason.BadTime, $"the time {value} ({logical}) is outside the years 1 to 9999.");
            json.WriteStringValue(new DateTime((long)ticks, DateTimeKind.Utc).ToString("O"));
        }
    }

    /// <summary>A number; what is not finite is missing.</summary>
    private static void WriteNumber(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value)) json.WriteNumberValue(value);
        else json.WriteNullValue();
    }

    private static void WriteBytes(Utf8JsonWriter json, ReadOnlySpan<byte> bytes, AvroType type)
    {
        if (type.Logical == "decimal" && bytes.Length <= 64)
        {
            // Unscaled, two's complement, largest byte first.
            BigInteger unscaled = new(bytes, isUnsigned: false, isBigEndian: true);
            json.WriteRawValue($"{unscaled}e{-type.Scale}");
        }
        else json.WriteBase64StringValue(bytes);
    }

    private static long Long(ReadOnlySpan<byte> bytes, ref int i)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (i >= bytes.Length) throw Bad("the value ends early.");
            byte b = bytes[i++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80) return (long)(value >> 1) ^ -(long)(value & 1);
        }
        throw Bad("a number has more than ten bytes.");
    }

    private static int Length(ReadOnlySpan<byte> bytes, ref int i)
    {
        long length = Long(bytes, ref i);
        return length >= 0 && length <= bytes.Length - i ? (int)length : throw Bad($"a text or bytes of length {length} stand where {bytes.Length - i} bytes are left.");
    }

    private static int Index(ReadOnlySpan<byte> bytes, ref int i, int count, string what)
    {
        long index = Long(bytes, ref i);
        return index >= 0 && index < count ? (int)index : throw Bad($"{what} {index} is none of {count}.");
    }

    private static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> bytes, ref int i, int length)
    {
        if (length > bytes.Length - i) throw Bad("the value ends early.");
        i += length;
        return bytes.Slice(i - length, length);
    }

    private static BadEventException Bad(string text) => new(DeadLetterReason.NotAvro, $"the value is not what its Avro schema says: {text}");
}
