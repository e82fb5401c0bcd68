using StreamMoe.Streams.Composition;

namespace StreamMoe.Streams.Catalogue;

/// <summary>A benchmark stream that is known by a name.</summary>
public sealed class NamedStream
{
    private readonly Lazy<InstanceStream> _sample;

    internal NamedStream(string name, string description, string text)
    {
        Name = name;
        Description = description;
        Text = text;
        _sample = new Lazy<InstanceStream>(() => StreamCatalogue.Open(Text));
    }

    /// <value>The name, for example <c>led-gradual</c>.</value>
    public string Name { get; }

    /// <value>What it is, one line.</value>
    public string Description { get; }

    /// <value>The same stream written out, as <see cref="StreamCatalogue.Open"/> reads it.</value>
    public string Text { get; }

    /// <value>Number of attributes without the class.</value>
    public int AttributeCount => _sample.Value.Schema.AttributeCount;

    /// <value>Number of classes.</value>
    public int ClassCount => _sample.Value.Schema.ClassCount;

    /// <value>Its drifts in order; empty for a stream without drift and for one that drifts all the time.</value>
    public IReadOnlyList<DriftPoint> Drifts => DriftPoint.Of(_sample.Value);
}
