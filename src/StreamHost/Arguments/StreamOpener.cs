using System.CommandLine;
using StreamMoe.StreamHost.Files;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;
using StreamMoe.Streams.Composition;
using StreamMoe.Streams.Files;
using StreamMoe.Streams.Files.Text;

namespace StreamMoe.StreamHost.Arguments;

/// <summary>Opens streams by their text on the command line, with the options for those that are files.</summary>
internal sealed class StreamOpener(Func<Stream>? standardInput = null)
{
    /// <summary>What the text of a stream may be, for the help.</summary>
    public const string Description = "A name from 'streammoe streams', a generator with options (sea:function=3,noisePercentage=20), a composition "
        + "(\"sea:function=1 @250000/50 sea:function=2\"), a file ending in " + FileFormats.Endings + ", or - for standard input.";

    private readonly Func<Stream> _standardInput = standardInput ?? Console.OpenStandardInput;
    private readonly Option<string?> _label = new("--label") { Description = "File: the column with the class. The default is the last one; an index from 0, or a negative one from the end, names it too.", HelpName = "name|index" };
    private readonly Option<string?> _drop = new("--drop") { Description = "File: columns to leave out, names or indices, separated by commas.", HelpName = "a,b" };
    private readonly Option<string?> _schema = new("--schema") { Description = "CSV: a JSON file with the attributes, instead of inferring them from the first 1,000 rows.", HelpName = "file" };
    private readonly Option<string> _onBadRow = new("--on-bad-row") { Description = "File: stop at a row that cannot be read, or skip and count it.", HelpName = "stop|skip", DefaultValueFactory = _ => "stop" };

    private readonly Option<string?> _delimiter = new("--delimiter") { Description = "CSV: what separates cells, a character or 'tab'. The default is a comma, and a tab in .tsv.", HelpName = "c" };
    private readonly Option<bool> _noHeader = new("--no-header") { Description = "CSV: the first line is data; columns are called column0, column1 and so on." };
    private readonly Option<string?> _missing = new("--missing") { Description = "File: cells that mean a missing value in every column, separated by commas; NA, null, nan and their like do in numeric columns anyway.", HelpName = "a,b" };
    private readonly Option<string> _input = new("--input") { Description = "Standard input (-): what it holds.", HelpName = "csv|arff", DefaultValueFactory = _ => "csv" };

    private readonly Option<string?> _thin = new("--thin") { Description = "Leave rows of a class out by chance, so that it is this share of the stream: yes:0.01.", HelpName = "class:share" };
    private readonly Option<int> _noise = CommonOptions.Number("--noise-attributes", "Append this many attributes that say nothing, uniform in [0, 1).", 0, 0, NoiseAttributesStream.MostAttributes);

    /// <summary>Adds the options for files, and for what is made of a stream.</summary>
    public void AddTo(Command command)
    {
        _onBadRow.AcceptOnlyFromAmong("stop", "skip");
        _input.AcceptOnlyFromAmong("csv", "arff");
        command.Add(_label);
        command.Add(_drop);
        command.Add(_schema);
        command.Add(_onBadRow);
        command.Add(_delimiter);
        command.Add(_noHeader);
        command.Add(_missing);
        command.Add(_input);
        command.Add(_thin);
        command.Add(_noise);
    }

    /// <summary>What is to be made of every stream.</summary>
    public StreamDerivation Derivation(ParseResult parsed) => new(parsed.GetValue(_thin), parsed.GetValue(_noise));

    /// <summary>The text that stands for standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>True when the text names a file, or standard input.</summary>
    public static bool IsFile(string text) => text == StandardInput || FileFormats.IsKnown(text);

    /// <summary>The files that are read for streams, with names for messages.</summary>
    public IEnumerable<(string Name, string? Path)> Inputs(ParseResult parsed, params IEnumerable<string> texts)
        => [.. texts.Where(IsFile).Select(text => ("the stream", (string?)text)), ("--schema", parsed.GetValue(_schema))];

    /// <summary>Opens a stream at its beginning, thinned and with noise attributes where these are asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="text">The stream's text.</param>
    /// <param name="seed">Fills the seeds that the text does not give.</param>
    /// <param name="filesBeside">True when another stream of the command is a file, so that the options for files have their use.</param>
    /// <exception cref="UsageException">The file is missing, an option for files is given for a synthetic stream, or what is to be made of the
    /// stream cannot be.</exception>
    public InstanceStream Open(ParseResult parsed, string text, long seed, bool filesBeside = false)
        => Derivation(parsed).Of(OpenPlain(parsed, text, seed, filesBeside), seed);

    private InstanceStream OpenPlain(ParseResult parsed, string text, long seed, bool filesBeside)
    {
        if (text != StandardInput && parsed.GetResult(_input) is { Implicit: false } && !filesBeside)
            throw new UsageException($"--input is for standard input (-); what '{text}' is, its ending tells.");
        if (text == StandardInput) return OpenStandardInput(parsed);
        if (IsFile(text))
        {
            if (Directory.Exists(text)) throw new UsageException($"the stream '{text}' is a folder; must be a file.");
            if (!File.Exists(text)) throw new UsageException($"stream file '{text}' was not found (looked in {Path.GetFullPath(Path.GetDirectoryName(Path.GetFullPath(text)) ?? ".")}).");
            if (parsed.GetValue(_schema) is { } schema && !File.Exists(schema)) throw new UsageException($"--schema was '{schema}'; must be a schema file (docs/files.md). Nothing is there.");
            return FileFormats.Open(text, Options(parsed));
        }
        // A composition has slashes too, between position and width, but behind an @.
        if ((text.Contains(Path.DirectorySeparatorChar) && !text.Contains('@')) || File.Exists(text))
            throw new UsageException($"'{text}' looks like a file, but its ending is unknown; a stream file ends in {FileFormats.Endings}.");
        foreach (Option option in (Option[])[_label, _drop, _schema, _delimiter, _noHeader, _missing])
            if (!filesBeside && parsed.GetResult(option) is { Implicit: false })
                throw new UsageException($"{option.Name} is for files; '{text}' is a synthetic stream.");
        return StreamCatalogue.Open(text, seed);
    }

    private StreamFileReader OpenStandardInput(ParseResult parsed)
    {
        PipeInput pipe = new(_standardInput());
        return StreamFile.Open(new TextSource
        {
            Name = "standard input",
            Kind = parsed.GetValue(_input) == "arff" ? TextKind.Arff : TextKind.Csv,
            Open = pipe.Open,
        }, Options(parsed));
    }

    private StreamFileOptions Options(ParseResult parsed) => new()
    {
        Label = parsed.GetValue(_label),
        Drop = List(parsed.GetValue(_drop)),
        SchemaPath = parsed.GetValue(_schema),
        OnBadRow = parsed.GetValue(_onBadRow) == "skip" ? BadRowAction.Skip : BadRowAction.Stop,
        Delimiter = parsed.GetValue(_delimiter) is { } delimiter ? DelimiterOf(delimiter) : null,
        HasHeader = !parsed.GetValue(_noHeader),
        Missing = List(parsed.GetValue(_missing)),
    };

    private static string[] List(string? text) => text?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static char DelimiterOf(string text)
    {
        if (text is "tab" or "\\t") return '\t';
        if (text.Length == 1 && new StreamFileOptions { Delimiter = text[0] }.IsDelimiterAllowed) return text[0];
        throw new UsageException($"--delimiter was '{text}'; must be 'tab' or one character that is no letter, digit, quote, point or sign, for example ';'.");
    }
}
