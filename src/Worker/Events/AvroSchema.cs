using System.Text.Json;

namespace StreamMoe.Worker.Events;

/// <summary>An Avro schema, as far as reading values needs it: types by name resolved, logical types that mean something known.</summary>
/// <remarks>Source: Apache Avro 1.12, specification, "Schema Declaration" and "Logical Types".</remarks>
internal sealed class AvroSchema
{
    // A schema has no more names and levels than people write.
    private const int MostTypes = 10_000, MaxDepth = 64;

    private AvroSchema(string text, AvroType root) => (Text, Root) = (text, root);

    /// <value>The schema as it was given.</value>
    public string Text { get; }

    /// <value>The type of a value.</value>
    public AvroType Root { get; }

    /// <summary>Reads a schema.</summary>
    /// <returns>Null when the text is no schema of a record that can be read.</returns>
    public static AvroSchema? Parse(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = MaxDepth });
            Dictionary<string, AvroType> named = new(StringComparer.Ordinal);
            int types = 0;
            AvroType root = Read(document.RootElement, "", named, ref types);
            return root.Kind == AvroKind.Record ? new AvroSchema(text, root) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static AvroType Read(JsonElement schema, string space, Dictionary<string, AvroType> named, ref int types)
    {
        if (++types > MostTypes) throw new InvalidDataException("The schema has too many types.");
        if (schema.ValueKind == JsonValueKind.Array)
        {
            List<AvroType> branches = [];
            foreach (JsonElement branch in schema.EnumerateArray()) branches.Add(Read(branch, space, named, ref types));
            return new AvroType(AvroKind.Union) { Items = branches };
        }
        if (schema.ValueKind == JsonValueKind.String) return Named(schema.GetString()!, space, named);
        JsonElement type = schema.GetProperty("type");
        if (type.ValueKind != JsonValueKind.String) return Read(type, space, named, ref types);
        string logical = schema.TryGetProperty("logicalType", out JsonElement word) ? word.GetString() ?? "" : "";
        switch (type.GetString())
        {
            case "record" or "error":
            {
                AvroType record = new(AvroKind.Record);
                string inner = Declare(schema, space, named, record);
                foreach (JsonElement field in schema.GetProperty("fields").EnumerateArray())
                {
                    record.Names.Add(field.GetProperty("name").GetString()!);
                    record.Items.Add(Read(field.GetProperty("type"), inner, named, ref types));
                }
                return record;
            }
            case "enum":
            {
                AvroType words = new(AvroKind.Enum);
                Declare(schema, space, named, words);
                foreach (JsonElement symbol in schema.GetProperty("symbols").EnumerateArray()) words.Names.Add(symbol.GetString()!);
                return words;
            }
            case "fixed":
            {
                AvroType bytes = new(AvroKind.Fixed) { Size = schema.GetProperty("size").GetInt32(), Logical = logical, Scale = ScaleOf(schema) };
                Declare(schema, space, named, bytes);
                return bytes;
            }
            case "array": return new AvroType(AvroKind.Array) { Items = { Read(schema.GetProperty("items"), space, named, ref types) } };
            case "map": return new AvroType(AvroKind.Map) { Items = { Read(schema.GetProperty("values"), space, named, ref types) } };
            case { } plain:
            {
                AvroType found = Named(plain, space, named);
                return logical.Length == 0 || found.Names.Count > 0 ? found : new AvroType(found.Kind) { Logical = logical, Scale = ScaleOf(schema) };
            }
            default: throw new InvalidDataException("A type has no name.");
        }
    }

    private static int ScaleOf(JsonElement schema) => schema.TryGetProperty("scale", out JsonElement scale) ? scale.GetInt32() : 0;

    private static string Declare(JsonElement schema, string space, Dictionary<string, AvroType> named, AvroType type)
    {
        string name = schema.GetProperty("name").GetString()!;
        if (schema.TryGetProperty("namespace", out JsonElement own) && own.GetString() is { } given) space = given;
        if (name.LastIndexOf('.') is >= 0 and int dot) space = name[..dot];
        named[space.Length > 0 && !name.Contains('.') ? $"{space}.{name}" : name] = type;
        return space;
    }

    private static AvroType Named(string name, string space, Dictionary<string, AvroType> named) => name switch
    {
        "null" => new(AvroKind.Null),
        "boolean" => new(AvroKind.Boolean),
        "int" or "long" => new(AvroKind.Long),
        "float" => new(AvroKind.Float),
        "double" => new(AvroKind.Double),
        "bytes" => new(AvroKind.Bytes),
        "string" => new(AvroKind.String),
        _ => named.TryGetValue(space.Length > 0 && !name.Contains('.') ? $"{space}.{name}" : name, out AvroType? type) || named.TryGetValue(name, out type) ? type
            : throw new InvalidDataException($"The schema names the type '{name}', which it does not declare."),
    };
}
