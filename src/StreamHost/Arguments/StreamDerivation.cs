using System.Globalization;
using StreamMoe.Streams;
using StreamMoe.Streams.Composition;

namespace StreamMoe.StreamHost.Arguments;

/// <summary>What is made of a stream before it is learned: a class made rare, attributes that say nothing.</summary>
/// <param name="Thin">CLASS:SHARE as it was written; null = nothing is left out.</param>
/// <param name="NoiseAttributes">Attributes appended, ≥ 0.</param>
internal sealed record StreamDerivation(string? Thin, int NoiseAttributes)
{
    /// <summary>The stream as it is.</summary>
    public static StreamDerivation None { get; } = new(null, 0);

    /// <summary>Makes the stream.</summary>
    /// <param name="source">The stream as it is; owned by the result.</param>
    /// <param name="seed">Seed of the choices and of the noise.</param>
    /// <exception cref="UsageException">The class is unknown, the share cannot be read, or an attribute has the name of a noise attribute.</exception>
    public InstanceStream Of(InstanceStream source, long seed)
    {
        try
        {
            if (Thin is not null) source = Thinned(source, seed);
            return NoiseAttributes > 0 ? new NoiseAttributesStream(source, NoiseAttributes, seed) : source;
        }
        catch (ArgumentException e)
        {
            source.Dispose();
            throw new UsageException($"--noise-attributes: {e.Message}");
        }
        catch (UsageException)
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>As it stands after the stream's name; empty when the stream is as it is.</summary>
    public override string ToString()
        => (Thin is null ? "" : $", thinned to {Thin}") + (NoiseAttributes == 0 ? "" : $", {NoiseAttributes} noise attribute{(NoiseAttributes == 1 ? "" : "s")}");

    private ThinnedStream Thinned(InstanceStream source, long seed)
    {
        // A class may have a colon in its name; a share has none.
        int colon = Thin!.LastIndexOf(':');
        if (colon < 1 || !double.TryParse(Thin.AsSpan(colon + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double share) || !(share is > 0 and < 1))
            throw new UsageException($"--thin was '{Thin}'; must be CLASS:SHARE with a share above 0 and below 1, for example {source.Schema.Class.Domain!.Values.LastOrDefault("yes")}:0.01.");
        string name = Thin[..colon];
        if (!source.Schema.Class.Domain!.TryGetIndex(name, out _))
            throw new UsageException($"--thin was '{Thin}'; there is no class '{name}'. Classes: {string.Join(", ", source.Schema.Class.Domain.Values)}.");
        return new ThinnedStream(source, name, share, seed);
    }
}
