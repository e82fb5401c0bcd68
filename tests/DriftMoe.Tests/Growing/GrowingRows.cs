using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Tests.Growing;

/// <summary>Rows of two concepts that take turns, whose nominal values and classes turn up one after the other.</summary>
internal sealed class GrowingRows
{
    private const int Concept = 2600;

    private readonly (double Size, string Colour, string Shape, string Class)[] _rows;

    /// <param name="seed">Another seed, other rows: what is known in the beginning, and where it grows, differ too.</param>
    /// <param name="count">Number of rows.</param>
    public GrowingRows(int seed, int count)
    {
        Random random = new(seed);
        (Colours, Shapes, Classes) = (random.Next(4), random.Next(3), random.Next(4));
        int[] colourFrom = Turns(random, count, 40), shapeFrom = Turns(random, count, 9), classFrom = Turns(random, count, 5);
        _rows = new (double, string, string, string)[count];
        for (int r = 0; r < count; r++)
        {
            int colour = random.Next(Known(colourFrom, r)), shape = random.Next(Known(shapeFrom, r)), classes = Known(classFrom, r);
            double size = random.NextDouble();
            int turn = r / Concept % 2;
            int kind = turn == 0 ? colour + (size > 0.5 ? 1 : 0) : shape + 1 + (size > 0.3 ? 1 : 0);
            if (random.Next(12) == 0) kind = random.Next(classes);
            _rows[r] = (random.Next(40) == 0 ? double.NaN : size, random.Next(50) == 0 ? "" : $"colour{colour}", $"shape{shape}", $"class{kind % classes}");
        }
    }

    /// <summary>Values and classes that are declared before the first row.</summary>
    public int Colours { get; }

    public int Shapes { get; }

    public int Classes { get; }

    public int Count => _rows.Length;

    /// <summary>The schema as it is before the first row.</summary>
    public Schema Declared() => new("growing",
        [SchemaAttribute.Numeric("size"), Nominal("colour", Colours), Nominal("shape", Shapes)], Nominal("class", Classes));

    /// <summary>Adds a row to a block, and to the schema what is new in it.</summary>
    public void Add(int row, Schema schema, InstanceBlock block)
    {
        (double size, string colour, string shape, string label) = _rows[row];
        Span<double> features = block.BeginRow();
        (features[0], features[1], features[2]) = (size, Value(schema.Attributes[1], colour), Value(schema.Attributes[2], shape));
        block.EndRow((int)Value(schema.Class, label));
    }

    private static double Value(SchemaAttribute attribute, string value)
    {
        if (value.Length == 0) return double.NaN;
        Assert.True(attribute.Domain!.TryGetOrAdd(value, out int index));
        return index;
    }

    private static SchemaAttribute Nominal(string name, int values) => SchemaAttribute.Nominal(name, Enumerable.Range(0, values).Select(i => $"{name}{i}"));

    /// <summary>The row from which each value may come.</summary>
    private static int[] Turns(Random random, int count, int values) => [0, .. Enumerable.Range(1, values - 1).Select(_ => random.Next(count)).Order()];

    private static int Known(int[] from, int row) => from.Count(f => f <= row);
}
