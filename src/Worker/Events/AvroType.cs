namespace StreamMoe.Worker.Events;

/// <summary>The kinds of Avro types; int and long are written alike.</summary>
internal enum AvroKind
{
    Null,
    Boolean,
    Long,
    Float,
    Double,
    Bytes,
    String,
    Fixed,
    Enum,
    Array,
    Map,
    Union,
    Record,
}

/// <summary>A type of an Avro schema. A record may contain itself.</summary>
/// <param name="kind">What it is.</param>
internal sealed class AvroType(AvroKind kind)
{
    public AvroKind Kind { get; } = kind;

    /// <summary>Names of a record's fields, or an enum's symbols.</summary>
    public List<string> Names { get; } = [];

    /// <summary>Types of a record's fields, a union's branches, or the one of an array's or map's values.</summary>
    public List<AvroType> Items { get; init; } = [];

    /// <summary>Bytes of a fixed.</summary>
    public int Size { get; init; }

    /// <summary>The logical type; empty for none.</summary>
    public string Logical { get; init; } = "";

    /// <summary>Digits after the point of a decimal.</summary>
    public int Scale { get; init; }
}
