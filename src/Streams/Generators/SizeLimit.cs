namespace StreamMoe.Streams.Generators;

/// <summary>Keeps options that are in their range one by one from asking for more memory than any machine has.</summary>
internal static class SizeLimit
{
    /// <summary>Largest number of attributes, classes, or nominal values of all attributes together.</summary>
    public const int Names = 1_000_000;

    /// <summary>Largest number of coordinates of all centroids together.</summary>
    public const int Coordinates = 10_000_000;

    /// <summary>A fault when a size is above its limit; else nothing.</summary>
    /// <param name="what">The option or product of options, for the text.</param>
    /// <param name="size">What it comes to.</param>
    /// <param name="limit">What is allowed.</param>
    public static IEnumerable<string> Faults(string what, long size, int limit)
    {
        if (size > limit) yield return FormattableString.Invariant($"{what} was {size}; must not be above {limit}, for memory's sake.");
    }
}
