namespace StreamMoe.Streams.Generators;

/// <summary><see cref="LedGenerator"/> with the first d segments moved to the places of irrelevant attributes, and those to theirs.</summary>
/// <remarks>
/// The stream itself does not drift: two of them with different d, put together by a drift composition, do.
/// Segment j and attribute 7 + j change places for j &lt; d; nothing changes when the irrelevant attributes are left out.
/// A restarted stream equals a fresh one.
/// </remarks>
internal sealed class LedDriftGenerator : LedGenerator
{
    /// <summary>Makes the stream.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the text names all such options.</exception>
    public LedDriftGenerator(LedDriftOptions options) : base(options, options.NumberAttributesDrift) { }
}
