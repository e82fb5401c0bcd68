namespace StreamMoe.Streams.Options;

/// <summary>Checks options where they are first used.</summary>
public static class OptionSetExtensions
{
    /// <summary>The same options, when nothing is wrong with them.</summary>
    /// <exception cref="OptionException">At least one option is out of its range; the text names all of them.</exception>
    public static T Checked<T>(this T options) where T : OptionSet
    {
        ArgumentNullException.ThrowIfNull(options);
        IReadOnlyList<string> faults = options.Faults();
        return faults.Count == 0 ? options : throw new OptionException([.. faults.Select(f => $"{typeof(T).Name}: {f}")]);
    }
}
