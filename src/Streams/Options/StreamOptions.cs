using System.Collections.Concurrent;
using System.Reflection;

namespace StreamMoe.Streams.Options;

/// <summary>The options of a generator or composition: a record with a default and a closed range for each property.</summary>
public abstract record StreamOptions
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<OptionInfo>> s_known = new();

    /// <summary>The options of a record type in declaration order, those of its base type first.</summary>
    /// <typeparam name="T">A record with a constructor without parameters, whose values are the defaults.</typeparam>
    public static IReadOnlyList<OptionInfo> Describe<T>() where T : StreamOptions, new() => Describe(typeof(T));

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

    /// <summary>These options, when nothing is wrong with them.</summary>
    /// <exception cref="ArgumentException">At least one option is out of its range; the text names all of them.</exception>
    internal void ThrowIfInvalid()
    {
        IReadOnlyList<string> faults = Faults();
        if (faults.Count > 0) throw new ArgumentException($"{GetType().Name}: {string.Join(' ', faults)}");
    }

    private static IReadOnlyList<OptionInfo> Describe(Type type) => s_known.GetOrAdd(type, static t =>
    {
        StreamOptions defaults = (StreamOptions)Activator.CreateInstance(t)!;
        return [.. t.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.CanWrite)
            .OrderBy(p => p.DeclaringType == t)
            .ThenBy(p => p.MetadataToken)
            .Select(p => new OptionInfo(p, defaults))];
    });
}
