namespace StreamMoe.Streams.Options;

/// <summary>Checks options where they are first used.</summary>
internal static class StreamOptionsExtensions
{
    /// <summary>The same options, when nothing is wrong with them.</summary>
    /// <exception cref="ArgumentException">At least one option is out of its range; the text names all of them.</exception>
    public static T Checked<T>(this T options) where T : StreamOptions
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        return options;
    }
}
