using System.Text.Json;

namespace StreamMoe.Streams.Files;

/// <summary>A schema as a JSON file: what <c>--schema</c> and the worker's <c>schema:file</c> read.</summary>
/// <remarks>
/// <code>
/// {"relation": "electricity",
///  "attributes": [
///    {"name": "day", "type": "nominal", "values": ["1", "2", "3"], "cap": 7},
///    {"name": "nswprice", "type": "numeric"},
///    {"name": "class", "type": "nominal", "values": ["UP", "DOWN"]}],
///  "class": "class"}
/// </code>
/// <c>attributes</c> lists all attributes, the class among them, in feature order (a CSV file may have its columns in another order). <c>values</c>, in index order, may be
/// left out or incomplete: values first seen later are added up to <c>cap</c>, whose default is the reader's. <c>class</c> names the class; the default is the last attribute.
/// <c>relation</c> may be left out. Unknown keys are errors.
/// </remarks>
public static class SchemaFile
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a schema file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cap">Cap of nominal attributes that declare none, at least 1.</param>
    /// <exception cref="StreamFileException">The file is missing or does not hold a schema; the text says where and what is allowed.</exception>
    public static Schema Load(string path, int cap = NominalDomain.DefaultCap)
    {
        DeclaredSchema declared = DeclaredSchema.Read(path, cap);
        return new Schema(declared.Relation ?? Path.GetFileNameWithoutExtension(path),
            declared.Attributes.Where(a => a.Name != declared.Class),
            declared.Attributes.First(a => a.Name == declared.Class));
    }

    /// <summary>Writes a schema file; the class comes last. Every nominal attribute gets its values so far and its cap.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(Schema schema, string path)
    {
        using FileStream file = File.Create(path);
        using Utf8JsonWriter json = new(file, Indented);
        json.WriteStartObject();
        json.WriteString("relation", schema.Relation);
        json.WriteStartArray("attributes");
        foreach (SchemaAttribute attribute in schema.Attributes) Write(json, attribute);
        Write(json, schema.Class);
        json.WriteEndArray();
        json.WriteString("class", schema.Class.Name);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, SchemaAttribute attribute)
    {
        json.WriteStartObject();
        json.WriteString("name", attribute.Name);
        json.WriteString("type", attribute.IsNominal ? "nominal" : "numeric");
        if (attribute.Domain is NominalDomain domain)
        {
            json.WriteStartArray("values");
            foreach (string value in domain.Values) json.WriteStringValue(value);
            json.WriteEndArray();
            json.WriteNumber("cap", domain.Cap);
        }
        json.WriteEndObject();
    }
}
