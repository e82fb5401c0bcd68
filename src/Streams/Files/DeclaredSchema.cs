using System.Text.Json;
using StreamMoe.Streams.Files.Text;

namespace StreamMoe.Streams.Files;

/// <summary>What a schema file says, before it is known which column is the class.</summary>
/// <param name="Relation">The stream's name, or null.</param>
/// <param name="Attributes">All attributes, the class among them, in the file's order.</param>
/// <param name="Class">Name of the class; one of the attributes, nominal.</param>
internal sealed record DeclaredSchema(string? Relation, IReadOnlyList<SchemaAttribute> Attributes, string Class)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <exception cref="StreamFileException">The file is missing or does not hold a schema.</exception>
    public static DeclaredSchema Read(string path, int cap)
    {
        try
        {
            if (Directory.Exists(path)) throw new StreamFileException($"{path}: is a folder; expected a schema file.");
            using JsonDocument document = JsonText.Parse(File.ReadAllBytes(path), Strict);
            return Read(path, document.RootElement, cap);
        }
        catch (JsonException e)
        {
            throw new StreamFileException($"{path}: is not JSON: {JsonFault.Of(e)}", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new StreamFileException($"{path}: no such file.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StreamFileException($"{path}: cannot be read: {e.Message}", e);
        }
    }

    private static DeclaredSchema Read(string path, JsonElement root, int cap)
    {
        CheckKeys(path, "the schema", root, "relation", "attributes", "class");
        if (!root.TryGetProperty("attributes", out JsonElement list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() < 2)
            throw new StreamFileException($"{path}: 'attributes' must be a list of at least 2 attributes, the class among them.");
        List<SchemaAttribute> attributes = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (JsonElement item in list.EnumerateArray())
        {
            SchemaAttribute attribute = ReadAttribute(path, $"attribute {attributes.Count + 1}", item, cap);
            if (!names.Add(attribute.Name)) throw new StreamFileException($"{path}: attribute {Snippet.Of(attribute.Name)} is declared twice; names must be distinct.");
            attributes.Add(attribute);
        }
        string className = Text(path, "the schema", root, "class") ?? attributes[^1].Name;
        SchemaAttribute theClass = attributes.Find(a => a.Name == className)
            ?? throw new StreamFileException($"{path}: 'class' is {Snippet.Of(className)}, which is not an attribute. The attributes are {Snippet.List(names, 20)}.");
        if (!theClass.IsNominal) throw new StreamFileException($"{path}: the class {Snippet.Of(className)} is numeric; it must be nominal.");
        return new DeclaredSchema(Text(path, "the schema", root, "relation"), attributes, className);
    }

    private static SchemaAttribute ReadAttribute(string path, string where, JsonElement item, int cap)
    {
        CheckKeys(path, where, item, "name", "type", "values", "cap");
        string? name = Text(path, where, item, "name");
        if (string.IsNullOrEmpty(name)) throw new StreamFileException($"{path}: {where} has no 'name'.");
        string? type = Text(path, where, item, "type");
        if (type is not ("numeric" or "nominal"))
            throw new StreamFileException($"{path}: attribute {Snippet.Of(name)} has the type {(type is null ? "(none)" : Snippet.Of(type))}; must be 'numeric' or 'nominal'.");
        bool hasValues = item.TryGetProperty("values", out JsonElement valueList);
        bool hasCap = item.TryGetProperty("cap", out JsonElement capElement);
        if (type == "numeric")
        {
            if (hasValues || hasCap) throw new StreamFileException($"{path}: attribute {Snippet.Of(name)} is numeric; 'values' and 'cap' belong to nominal ones.");
            return SchemaAttribute.Numeric(name);
        }
        List<string> values = hasValues ? ReadValues(path, name, valueList) : [];
        if (values.Count > NominalDomain.LargestCap)
            throw new StreamFileException($"{path}: attribute {Snippet.Of(name)} declares {values.Count} values; at most {NominalDomain.LargestCap} can be learned.");
        if (hasCap && (capElement.ValueKind != JsonValueKind.Number || !capElement.TryGetInt32(out cap) || cap < Math.Max(1, values.Count) || cap > NominalDomain.LargestCap))
            throw new StreamFileException($"{path}: 'cap' of {Snippet.Of(name)} is {Raw(capElement)}; must be in [{Math.Max(1, values.Count)}, {NominalDomain.LargestCap}].");
        return SchemaAttribute.Nominal(name, values, cap);
    }

    private static List<string> ReadValues(string path, string name, JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array) throw new StreamFileException($"{path}: 'values' of {Snippet.Of(name)} must be a list of strings.");
        List<string> values = [];
        HashSet<string> distinct = new(StringComparer.Ordinal);
        foreach (JsonElement item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String) throw new StreamFileException($"{path}: a value of {Snippet.Of(name)} is {Raw(item)}; must be a string.");
            string value = item.GetString()!;
            if (!distinct.Add(value)) throw new StreamFileException($"{path}: attribute {Snippet.Of(name)} declares the value {Snippet.Of(value)} twice; values must be distinct.");
            values.Add(value);
        }
        return values;
    }

    private static string? Text(string path, string where, JsonElement item, string key)
    {
        if (!item.TryGetProperty(key, out JsonElement value)) return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString()
            : throw new StreamFileException($"{path}: '{key}' of {where} is {Raw(value)}; must be a string.");
    }

    private static void CheckKeys(string path, string where, JsonElement item, params ReadOnlySpan<string> allowed)
    {
        if (item.ValueKind != JsonValueKind.Object) throw new StreamFileException($"{path}: {where} is not an object in braces.");
        foreach (JsonProperty property in item.EnumerateObject())
            if (!allowed.Contains(property.Name))
                throw new StreamFileException($"{path}: {where} has the unknown key {Snippet.Of(property.Name)}; known are {string.Join(", ", allowed.ToArray())}.");
    }

    /// <summary>A value as it stands in the file, cut when it is long.</summary>
    private static string Raw(JsonElement value) => value.GetRawText() is { Length: > 40 } text ? text[..40] + "…" : value.GetRawText();
}
