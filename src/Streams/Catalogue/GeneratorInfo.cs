using StreamMoe.Streams.Generators;
using StreamMoe.Streams.Options;

namespace StreamMoe.Streams.Catalogue;

/// <summary>One kind of generator: its name, its options, and how to make one.</summary>
public sealed class GeneratorInfo
{
    private readonly Func<OptionSet> _defaults;
    private readonly Func<OptionSet, InstanceGenerator> _make;

    private GeneratorInfo(string name, string description, IReadOnlyList<OptionInfo> options,
        Func<OptionSet> defaults, Func<OptionSet, InstanceGenerator> make)
    {
        Name = name;
        Description = description;
        Options = options;
        _defaults = defaults;
        _make = make;
    }

    /// <value>The name on the command line, for example <c>led-drift</c>.</value>
    public string Name { get; }

    /// <value>What its instances are, one line.</value>
    public string Description { get; }

    /// <value>Its options with defaults and ranges.</value>
    public IReadOnlyList<OptionInfo> Options { get; }

    internal static GeneratorInfo Of<T>(string name, string description, Func<T, InstanceGenerator> make) where T : OptionSet, new()
        => new(name, description, OptionSet.Describe<T>(), static () => new T(), options => make((T)options));

    /// <summary>A new options record with all defaults.</summary>
    internal OptionSet Defaults() => _defaults();

    /// <summary>Makes a generator.</summary>
    internal InstanceGenerator Make(OptionSet options) => _make(options);
}
