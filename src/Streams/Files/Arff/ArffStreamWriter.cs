using System.Text;
using StreamMoe.Streams.Files.Text;

namespace StreamMoe.Streams.Files.Arff;

/// <summary>Writes instances as ARFF: the declarations, then one row an instance; <c>?</c> is missing.</summary>
/// <remarks>ARFF declares all nominal values before the first row, so a value that the schema gets later cannot be written: it is refused as out of range.</remarks>
internal sealed class ArffStreamWriter : StreamFileWriter
{
    private readonly int[] _declared; // of every column, the class last, the number of its values in the header

    /// <summary>Makes a writer and writes the declarations.</summary>
    /// <param name="output">Where the text goes.</param>
    /// <param name="schema">What the instances look like; its nominal attributes have at least one value each.</param>
    /// <param name="leaveOpen">True to leave the output open when the writer is disposed of.</param>
    /// <exception cref="ArgumentException">A nominal attribute has no values, or a name or value cannot be written.</exception>
    public ArffStreamWriter(Stream output, Schema schema, bool leaveOpen = false) : base(output, schema, leaveOpen)
    {
        _declared = new int[schema.AttributeCount + 1];
        Append($"@relation {Quote(schema.Relation)}\n\n");
        for (int f = 0; f < schema.AttributeCount; f++) Declare(f, schema.Attributes[f]);
        Declare(schema.AttributeCount, schema.Class);
        Append("\n@data\n"u8);
    }

    private protected override ReadOnlySpan<byte> Missing => "?"u8;

    private protected override int CountOfValues(int column, NominalDomain domain) => _declared[column];

    /// <summary>Quotes, and escapes, what would not come back as it is.</summary>
    private protected override string Quote(string text)
    {
        if (text.Length > 0 && text != "?" && text.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or '+' or ':' or '/')) return text;
        StringBuilder quoted = new("'");
        foreach (char c in text)
        {
            quoted.Append(c switch
            {
                '\'' => @"\'",
                '\\' => @"\\",
                '\n' => @"\n",
                '\r' => @"\r",
                '\t' => @"\t",
                _ => c.ToString(),
            });
        }
        return quoted.Append('\'').ToString();
    }

    private void Declare(int column, SchemaAttribute attribute)
    {
        Append($"@attribute {Quote(attribute.Name)} ");
        if (attribute.Domain is not NominalDomain domain)
        {
            Append("numeric\n"u8);
            return;
        }
        if (domain.Count == 0) throw new ArgumentException($"Nominal {Snippet.Of(attribute.Name)} has no values; ARFF needs at least one.");
        for (int v = 0; v < domain.Count; v++)
        {
            Append(v == 0 ? "{"u8 : ","u8);
            Append(Quote(domain[v]));
        }
        Append("}\n"u8);
        _declared[column] = domain.Count;
    }
}
