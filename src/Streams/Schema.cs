namespace StreamMoe.Streams;

/// <summary>What an instance of a stream looks like: its attributes in order, and the class to predict.</summary>
/// <remarks>The list of attributes never changes. Nominal domains and the classes may grow while the stream is read
/// (see <see cref="NominalDomain"/>); an index keeps its meaning for ever.</remarks>
public sealed class Schema
{
    private readonly SchemaAttribute[] _attributes;

    /// <summary>Makes a schema.</summary>
    /// <param name="relation">The stream's name, for people.</param>
    /// <param name="attributes">The attributes without the class, in feature order; names must be distinct.</param>
    /// <param name="classAttribute">The class, a nominal attribute.</param>
    /// <exception cref="ArgumentException">A name occurs twice, or the class is numeric.</exception>
    public Schema(string relation, IEnumerable<SchemaAttribute> attributes, SchemaAttribute classAttribute)
    {
        Relation = relation;
        _attributes = [.. attributes];
        if (!classAttribute.IsNominal)
            throw new ArgumentException($"The class '{classAttribute.Name}' is numeric; it must be nominal.", nameof(classAttribute));
        Class = classAttribute;
        HashSet<string> names = new(StringComparer.Ordinal) { classAttribute.Name };
        foreach (SchemaAttribute attribute in _attributes)
            if (!names.Add(attribute.Name))
                throw new ArgumentException($"Attribute '{attribute.Name}' is declared twice; names must be distinct.", nameof(attributes));
    }

    /// <value>The stream's name, for people.</value>
    public string Relation { get; }

    /// <value>The attributes without the class, in feature order.</value>
    public IReadOnlyList<SchemaAttribute> Attributes => _attributes;

    /// <value>The class: a nominal attribute whose values are the class names.</value>
    public SchemaAttribute Class { get; }

    /// <value>Number of attributes without the class: the length of an instance's features.</value>
    public int AttributeCount => _attributes.Length;

    /// <value>Number of classes known so far; it may grow.</value>
    public int ClassCount => Class.Domain!.Count;

    /// <summary>The name of a class.</summary>
    /// <param name="index">Class index in [0, <see cref="ClassCount"/>).</param>
    public string ClassName(int index) => Class.Domain![index];

    /// <summary>A copy with the values and classes known now, which does not grow along.</summary>
    /// <remarks>Learners lay out their state by what was declared when they were made. What they make later goes by such a copy: how much the
    /// schema has grown by then depends on how far its reader is ahead, and on where a state was last restored.</remarks>
    public Schema Snapshot() => new(Relation, _attributes.Select(a => a.Snapshot()), Class.Snapshot());

    /// <summary>The index of the attribute with this name, or −1.</summary>
    public int IndexOf(string name) => Array.FindIndex(_attributes, a => a.Name == name);
}
