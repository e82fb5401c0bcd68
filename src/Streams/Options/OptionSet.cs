using System.Collections.Concurrent;
using System.Reflection;

namespace StreamMoe.Streams.Options;

/// <summary>A set of options: a record with a default, a range and a meaning for each property.</summary>
/// <remarks>Properties are init-only and of the types bool, int, long, float, double, string, <see cref="TimeSpan"/>, an enum, or a nested set.
/// A duration is written as in ISO 8601 (<c>PT0.1S</c>), its range as <c>[Range(typeof(TimeSpan), "PT0S", "PT1H")]</c>.
/// A record needs a constructor without parameters, whose values are the defaults.</remarks>
public abstract record OptionSet
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<OptionInfo>> s_known = new();

    /// <summary>The options of a record type in declaration order, those of its base type first, nested sets flattened.</summary>
    public static IReadOnlyList<OptionInfo> Describe<T>() where T : OptionSet, new() => Describe(typeof(T));

    /// <summary>Makes a set from its defaults and some settings.</summary>
    /// <param name="settings">Name and text of each option that differs from its default.</param>
    /// <param name="owner">Whose options these are, for the messages: for example <c>model moe-data</c>.</param>
    /// <exception cref="OptionException">Unknown names, malformed values and values out of range: all of them.</exception>
    public static T Bind<T>(IEnumerable<KeyValuePair<string, string>> settings, string owner) where T : OptionSet, new()
    {
        T options = new();
        IReadOnlyList<string> faults = options.Apply(settings, owner);
        return faults.Count == 0 ? options : throw new OptionException(faults);
    }

    /// <summary>Sets options by their names; only for a set that nobody else has yet.</summary>
    /// <returns>All faults, of names, values and ranges, one sentence each; empty when all is well.</returns>
    internal IReadOnlyList<string> Apply(IEnumerable<KeyValuePair<string, string>> settings, string owner)
    {
        IReadOnlyList<OptionInfo> known = Describe(GetType());
        List<string> faults = [];
        foreach ((string name, string text) in settings)
        {
            if (known.FirstOrDefault(o => o.Name == name) is not { } option)
                faults.Add($"{owner} has no option '{name}'.{NearestName.Hint(name, known.Select(o => o.Name))} {Listed(known)}");
            else if (option.TryParse(text, out object value)) option.Set(this, value);
            else faults.Add($"{owner}: {option.FaultText($"'{text}'")}");
        }
        faults.AddRange(Faults().Select(fault => $"{owner}: {fault}"));
        return faults;
    }

    private static string Listed(IReadOnlyList<OptionInfo> known)
        => known.Count == 0 ? "It has none." : $"Its options: {string.Join(", ", known.Select(o => o.Name))}.";

    /// <summary>All options as name and text, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ToPairs()
        => [.. Describe(GetType()).Select(o => KeyValuePair.Create(o.Name, o.TextOf(this)))];

    /// <summary>Finds everything that is wrong with these options.</summary>
    /// <returns>One sentence a fault, each with the option's name, what was found and what is allowed; empty when all is well.</returns>
    public IReadOnlyList<string> Faults()
    {
        List<string> faults = [];
        foreach (OptionInfo option in Describe(GetType()))
            if (option.FaultOf(this) is { } fault) faults.Add(fault);
        if (faults.Count == 0) faults.AddRange(RelationFaults());
        return faults;
    }

    /// <summary>Faults between options that are each in their range.</summary>
    protected virtual IEnumerable<string> RelationFaults() => [];

    private static IReadOnlyList<OptionInfo> Describe(Type type)
        => s_known.GetOrAdd(type, static t => [.. Flatten(t, "", static set => set, (OptionSet)Activator.CreateInstance(t)!)]);

    private static IEnumerable<OptionInfo> Flatten(Type type, string prefix, Func<OptionSet, OptionSet> owner, OptionSet defaults)
    {
        IEnumerable<PropertyInfo> properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.CanWrite).OrderBy(p => p.DeclaringType == type).ThenBy(p => p.MetadataToken);
        foreach (PropertyInfo property in properties)
        {
            if (!typeof(OptionSet).IsAssignableFrom(property.PropertyType))
            {
                yield return new OptionInfo(property, prefix, owner, defaults);
                continue;
            }
            string inner = $"{prefix}{char.ToLowerInvariant(property.Name[0])}{property.Name[1..]}.";
            foreach (OptionInfo option in Flatten(property.PropertyType, inner, set => (OptionSet)property.GetValue(owner(set))!, defaults)) yield return option;
        }
    }
}
