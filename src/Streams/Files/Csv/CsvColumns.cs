using StreamMoe.Streams.Files.Text;

namespace StreamMoe.Streams.Files.Csv;

/// <summary>The columns of a CSV file in file order, and the schema that they make.</summary>
internal sealed record CsvColumns(Schema Schema, Column[] Columns)
{
    /// <summary>Columns whose types were inferred: features in file order.</summary>
    public static CsvColumns Inferred(TextSource source, string[] names, ColumnSelection selection, bool[] nominal, int cap)
    {
        List<SchemaAttribute> attributes = [];
        for (int c = 0; c < names.Length; c++)
            if (!selection.Dropped[c])
                attributes.Add(nominal[c] || c == selection.Class ? SchemaAttribute.Nominal(names[c], [], cap) : SchemaAttribute.Numeric(names[c]));
        return Make(source.Relation, names, selection, attributes);
    }

    /// <summary>Columns whose types a schema file declares: features in the order of the schema file.</summary>
    /// <exception cref="StreamFileException">File and schema file do not have the same columns, or the class is numeric.</exception>
    public static CsvColumns Declared(TextSource source, string[] names, StreamFileOptions options)
    {
        string path = source.Name;
        string schemaPath = options.SchemaPath!;
        DeclaredSchema declared = DeclaredSchema.Read(schemaPath, options.NominalCap);
        ColumnSelection selection = ColumnSelection.Make(path, names, options.Label ?? declared.Class, options.Drop);
        HashSet<string> known = new(declared.Attributes.Select(a => a.Name), StringComparer.Ordinal);
        foreach (string name in names)
            if (!known.Contains(name) && !options.Drop.Contains(name))
                throw new StreamFileException($"{path}: column {Snippet.Of(name)} is not in the schema file {schemaPath}; declare it there, or drop it.");
        HashSet<string> present = new(names, StringComparer.Ordinal);
        foreach (SchemaAttribute attribute in declared.Attributes)
            if (!present.Contains(attribute.Name))
                throw new StreamFileException($"{path}: the schema file {schemaPath} declares {Snippet.Of(attribute.Name)}, which is not a column. The columns are {Snippet.List(names, 20)}.");
        SchemaAttribute theClass = declared.Attributes.First(a => a.Name == names[selection.Class]);
        if (!theClass.IsNominal)
            throw new StreamFileException($"{schemaPath}: the class {Snippet.Of(theClass.Name)} is numeric; it must be nominal.");
        return Make(declared.Relation ?? source.Relation, names, selection, [.. declared.Attributes.Where(a => !options.Drop.Contains(a.Name))]);
    }

    /// <param name="relation">The schema's name.</param>
    /// <param name="names">The columns in file order.</param>
    /// <param name="selection">The class and what is left out.</param>
    /// <param name="attributes">The attributes that stay, the class among them, in feature order.</param>
    private static CsvColumns Make(string relation, string[] names, ColumnSelection selection, List<SchemaAttribute> attributes)
    {
        string className = names[selection.Class];
        SchemaAttribute theClass = attributes.First(a => a.Name == className);
        attributes.Remove(theClass);
        Dictionary<string, int> features = new(StringComparer.Ordinal);
        for (int f = 0; f < attributes.Count; f++) features.Add(attributes[f].Name, f);
        Column[] columns = new Column[names.Length];
        for (int c = 0; c < names.Length; c++)
        {
            if (selection.Dropped[c]) columns[c] = new Column(names[c], ColumnRole.Dropped, -1, null);
            else if (c == selection.Class) columns[c] = new Column(names[c], ColumnRole.Class, -1, theClass.Domain);
            else
            {
                int f = features[names[c]];
                columns[c] = new Column(names[c], attributes[f].IsNominal ? ColumnRole.Nominal : ColumnRole.Numeric, f, attributes[f].Domain);
            }
        }
        return new CsvColumns(new Schema(relation, attributes, theClass), columns);
    }
}
