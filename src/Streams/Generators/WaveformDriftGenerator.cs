namespace StreamMoe.Streams.Generators;

/// <summary><see cref="WaveformGenerator"/> with attributes put in other places.</summary>
/// <remarks>
/// The stream itself does not drift: two of them with different exchanges, put together by a drift composition, do.
/// Which attributes are exchanged is drawn once, from the source of the instances, when the stream is made, and stays. <b>So a restarted stream
/// never equals a fresh one</b>, as in MOA: the fresh one begins two draws later.
/// </remarks>
internal sealed class WaveformDriftGenerator : WaveformGenerator
{
    /// <summary>Makes the stream.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the text names all such options.</exception>
    public WaveformDriftGenerator(WaveformDriftOptions options) : base(options, "waveform-drift")
    {
        int[] positions = Positions;
        int count = positions.Length;
        int first = Random.NextInt(count);
        int second = Random.NextInt(count);
        for (int j = 0; j < options.NumberAttributesDrift; j++)
        {
            int a = (j + first) % count;
            int b = (j + second) % count;
            (positions[a], positions[b]) = (positions[b], positions[a]);
        }
    }
}
