using StreamMoe.Streams;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts;

/// <summary>One kind of expert: its name, its options, what it looks at unless told otherwise, and how to make one.</summary>
public sealed class ExpertKind
{
    private readonly Func<IEnumerable<KeyValuePair<string, string>>, string, OptionSet> _bind;
    private readonly Func<OptionSet, Schema, ulong, IExpert> _make;

    private ExpertKind(string name, ExpertView view, string description, IReadOnlyList<OptionInfo> options,
        Func<IEnumerable<KeyValuePair<string, string>>, string, OptionSet> bind, Func<OptionSet, Schema, ulong, IExpert> make)
    {
        (Name, View, Description, Options) = (name, view, description, options);
        (_bind, _make) = (bind, make);
    }

    /// <value>The name on the command line, for example <c>net</c>.</value>
    public string Name { get; }

    /// <value>The view that it has unless another one is named.</value>
    public ExpertView View { get; }

    /// <value>What it is, one line.</value>
    public string Description { get; }

    /// <value>Its options with defaults and ranges.</value>
    public IReadOnlyList<OptionInfo> Options { get; }

    internal static ExpertKind Of<T>(string name, ExpertView view, string description, Func<T, Schema, ulong, IExpert> make) where T : OptionSet, new()
        => new(name, view, description, OptionSet.Describe<T>(),
            static (settings, owner) => OptionSet.Bind<T>(settings, owner), (options, schema, seed) => make((T)options, schema, seed));

    /// <summary>Describes an expert of this kind with the kind's own view.</summary>
    /// <param name="settings">Options that differ from their defaults.</param>
    /// <param name="owner">Whose options these are, for the messages: for example <c>expert net</c>.</param>
    /// <exception cref="OptionException">Unknown names, malformed values and values out of range: all of them.</exception>
    public ExpertSpec With(IEnumerable<KeyValuePair<string, string>> settings, string owner) => new(this, _bind(settings, owner), View);

    internal IExpert Make(OptionSet options, Schema schema, ulong seed) => _make(options, schema, seed);
}
