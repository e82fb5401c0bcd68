using StreamMoe.Streams;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts;

/// <summary>One kind of expert: its name, its options, what it looks at unless told otherwise, and how to make one.</summary>
public sealed class ExpertKind
{
    private readonly Func<IEnumerable<KeyValuePair<string, string>>, OptionSet> _bind;
    private readonly Func<OptionSet, Schema, ulong, IExpert> _make;

    private ExpertKind(string name, ExpertView view, string description, IReadOnlyList<OptionInfo> options,
        Func<IEnumerable<KeyValuePair<string, string>>, OptionSet> bind, Func<OptionSet, Schema, ulong, IExpert> make)
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
            settings => OptionSet.Bind<T>(settings, $"expert {name}"), (options, schema, seed) => make((T)options, schema, seed));

    internal OptionSet Bind(IEnumerable<KeyValuePair<string, string>> settings) => _bind(settings);

    internal IExpert Make(OptionSet options, Schema schema, ulong seed) => _make(options, schema, seed);
}
