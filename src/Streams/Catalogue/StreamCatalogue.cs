using StreamMoe.Streams.Generators;

namespace StreamMoe.Streams.Catalogue;

/// <summary>All synthetic streams: the benchmark streams by name, the generators with their options, and compositions of both.</summary>
public static class StreamCatalogue
{
    /// <value>The generators. A new one needs its file and a line here.</value>
    public static IReadOnlyList<GeneratorInfo> Generators { get; } =
    [
        GeneratorInfo.Of<LedOptions>("led", "Digits on a seven-segment display, with irrelevant attributes.", o => new LedGenerator(o)),
        GeneratorInfo.Of<LedDriftOptions>("led-drift", "The same with segments moved to other attributes.", o => new LedDriftGenerator(o)),
        GeneratorInfo.Of<SeaOptions>("sea", "Two of three numbers against a threshold.", o => new SeaGenerator(o)),
        GeneratorInfo.Of<StaggerOptions>("stagger", "Size, color and shape against a concept.", o => new StaggerGenerator(o)),
        GeneratorInfo.Of<SineOptions>("sine", "Points on either side of a sine curve.", o => new SineGenerator(o)),
        GeneratorInfo.Of<MixedOptions>("mixed", "A vote of two flags and the side of a sine curve.", o => new MixedGenerator(o)),
        GeneratorInfo.Of<AgrawalOptions>("agrawal", "Loan applicants against one of ten rules.", o => new AgrawalGenerator(o)),
        GeneratorInfo.Of<HyperplaneOptions>("hyperplane", "Points on either side of a plane that can turn.", o => new HyperplaneGenerator(o)),
        GeneratorInfo.Of<RandomRbfOptions>("rbf", "Points around random centroids.", o => new RandomRbfGenerator(o)),
        GeneratorInfo.Of<RandomRbfDriftOptions>("rbf-drift", "Points around random centroids that move.", o => new RandomRbfDriftGenerator(o)),
        GeneratorInfo.Of<RandomTreeOptions>("random-tree", "Random attributes, classed by a random tree.", o => new RandomTreeGenerator(o)),
        GeneratorInfo.Of<WaveformOptions>("waveform", "Noisy mixtures of two of three waves.", o => new WaveformGenerator(o)),
        GeneratorInfo.Of<WaveformDriftOptions>("waveform-drift", "The same with attributes exchanged.", o => new WaveformDriftGenerator(o)),
    ];

    /// <value>The benchmark streams. One that shares its name with a generator must be that generator with its defaults.</value>
    public static IReadOnlyList<NamedStream> NamedStreams { get; } =
    [
        new("led-abrupt", "LED with 1, 3, 5, 7 moved segments; changes of width 50.", Nested("led-drift:numberAttributesDrift=",
            [1, 3, 5, 7], ["249975/50", "499975/50", "749975/50"])),
        new("led-gradual", "LED with 1, 3, 5, 7 moved segments; changes of width 50,000.", Nested("led-drift:numberAttributesDrift=",
            [1, 3, 5, 7], ["225000/50000", "475000/50000", "725000/50000"])),
        new("sea-abrupt", "SEA with thresholds 8, 9, 9.5, 8; changes of width 50.", Nested("sea:function=",
            [1, 2, 4, 1], ["249975/50", "499975/50", "749975/50"])),
        new("sea-gradual", "SEA with thresholds 8, 9, 9.5, 8; changes of width 50,000.", Nested("sea:function=",
            [1, 2, 4, 1], ["225000/50000", "475000/50000", "725000/50000"])),
        new("rbf-moderate", "50 centroids moving by 0.0001 an instance; two classes.", "rbf-drift:speedChange=0.0001"),
        new("rbf-fast", "50 centroids moving by 0.001 an instance; two classes.", "rbf-drift:speedChange=0.001"),
        new("rbf-moderate-5c", "50 centroids moving by 0.0001 an instance; five classes.", "rbf-drift:speedChange=0.0001,numClasses=5"),
        new("rbf-fast-5c", "50 centroids moving by 0.001 an instance; five classes.", "rbf-drift:speedChange=0.001,numClasses=5"),
        new("agrawal-abrupt", "Agrawal's rules 1, 3, 4, 7; changes of width 50.", Nested("agrawal:function=",
            [1, 3, 4, 7], ["25000/50", "50000/50", "75000/50"])),
        new("agrawal-gradual", "Agrawal's rules 1, 3, 4, 7; changes of width 5,000.", Nested("agrawal:function=",
            [1, 3, 4, 7], ["25000/5000", "50000/5000", "75000/5000"])),
        new("sine-abrupt", "Sine with functions 1, 2, 3, 4; changes of width 50.", Nested("sine:function=",
            [1, 2, 3, 4], ["25000/50", "50000/50", "75000/50"])),
        new("stagger-abrupt", "STAGGER with concepts 1, 2, 3; changes of width 1.", Nested("stagger:function=",
            [1, 2, 3], ["33333/1", "66666/1"])),
        new("hyperplane-fast", "A plane of which all 10 weights drift by 0.001 an instance.", "hyperplane:numDriftAtts=10,magChange=0.001"),
        new("random-tree", "5 nominal and 5 numeric attributes, classed by a random tree.", "random-tree"),
        new("waveform-shifted", "Waveform with three exchanges of attributes.", "waveform-drift:numberAttributesDrift=3"),
    ];

    /// <summary>Opens a stream by its text.</summary>
    /// <param name="text">
    /// A name (<c>led-gradual</c>), a generator (<c>sea</c>), a generator with options (<c>sea:function=3,noisePercentage=20</c>), or a composition
    /// <c>A @position/width B @position/width C</c> of these, nested from left to right. <c>@position/width/widthRecurrence/stabPeriod/numRep</c>
    /// gives a recurrent drift; further options of a drift may follow after a colon (<c>@5000/100:randomSeed=7</c>).
    /// </param>
    /// <param name="seed">Fills the generators' seeds that are not given (options whose name ends in <c>RandomSeed</c>);
    /// the seed of a drift's own choice (<c>randomSeed</c>) stays 1 unless given.</param>
    /// <returns>A fresh stream.</returns>
    /// <exception cref="StreamFormatException">The text is not a stream; all faults are named, with what is allowed.</exception>
    /// <exception cref="ArgumentNullException">The text is null.</exception>
    public static InstanceStream Open(string text, long seed = 1)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new StreamTextParser(text, seed).Open();
    }

    // concept+values[0] @drifts[0] concept+values[1] @drifts[1] …
    private static string Nested(string concept, int[] values, string[] drifts)
        => concept + values[0] + string.Concat(drifts.Select((drift, i) => $" @{drift} {concept}{values[i + 1]}"));
}
