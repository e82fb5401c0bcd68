using StreamMoe.Streams;

namespace StreamMoe.StreamHost.Tests.Service;

/// <summary>A stream of two concepts that take turns, whose nominal values and classes turn up one after the other.</summary>
/// <param name="instances">Length over which they turn up.</param>
internal sealed class GrowingStream(int instances) : InstanceStream
{
    private const int Concept = 9000, Colours = 45, Shapes = 12, Classes = 6;
    private readonly Random _random = new(20261130);
    private int _position;

    public override Schema Schema { get; } = new("growing",
        [SchemaAttribute.Numeric("size"), SchemaAttribute.Nominal("colour", []), SchemaAttribute.Nominal("shape", [])], SchemaAttribute.Nominal("class", []));

    public override bool Next(Span<double> features, out int label)
    {
        int colour = _random.Next(Known(Colours)), shape = _random.Next(Known(Shapes)), classes = Known(Classes);
        double size = _random.NextDouble();
        int kind = _position / Concept % 2 == 0 ? colour + (size > 0.5 ? 1 : 0) : shape + 1 + (size > 0.3 ? 1 : 0);
        if (_random.Next(15) == 0) kind = _random.Next(classes);
        (features[0], features[1], features[2]) = (size, Index(Schema.Attributes[1], colour), Index(Schema.Attributes[2], shape));
        label = Index(Schema.Class, kind % classes);
        _position++;
        return true;
    }

    public override void Restart() => throw new InvalidOperationException("It goes forward.");

    /// <summary>How many of the values may have come by now: two at first, all of them after nine tenths.</summary>
    private int Known(int all) => Math.Min(all, 2 + (int)((all - 2) * (_position / (0.9 * instances))));

    private static int Index(SchemaAttribute attribute, int value)
    {
        Assert.True(attribute.Domain!.TryGetOrAdd($"{attribute.Name}{value}", out int index));
        return index;
    }
}
