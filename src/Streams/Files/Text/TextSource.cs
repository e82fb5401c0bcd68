namespace StreamMoe.Streams.Files.Text;

/// <summary>A text that <see cref="StreamFile.Open(TextSource, StreamFileOptions?)"/> reads as a stream, wherever it comes from: readers of packed or binary files plug in here.</summary>
internal sealed record TextSource
{
    /// <value>The name that messages have for it: a file as it was named by the user, for example.</value>
    public required string Name { get; init; }

    /// <value>What kind of text it is.</value>
    public required TextKind Kind { get; init; }

    /// <value>Opens the text at its beginning, UTF-8; called again whenever the stream restarts. What it throws besides a <see cref="StreamFileException"/>,
    /// and what reading throws, must be an <see cref="IOException"/> or an <see cref="InvalidDataException"/>, which are told with the place where they happened.</value>
    public required Func<Stream> Open { get; init; }

    /// <value>Relation of a stream that names none. The default is <c>stream</c>.</value>
    public string Relation { get; init; } = "stream";

    /// <value>What separates the cells of a CSV text, unless the options say otherwise. The default is a comma.</value>
    public char Delimiter { get; init; } = ',';

    /// <value>The columns of a CSV text whose type is known: true = nominal. The types of others are inferred. The default is none.</value>
    public IReadOnlyDictionary<string, bool> Nominal { get; init; } = new Dictionary<string, bool>();
}
