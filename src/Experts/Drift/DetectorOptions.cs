using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Drift;

/// <summary>The options of one kind of drift detector; knows how to make the detector.</summary>
/// <remarks>Immutable, and equal when all options are equal. Defaults are those of MOA (FHDDM and KSWIN: of River).</remarks>
public abstract record DetectorOptions : OptionSet
{
    /// <summary>Makes a detector with these options.</summary>
    /// <exception cref="OptionException">Some options are out of their range; the text names all of them.</exception>
    public abstract IDriftDetector CreateDetector();
}
