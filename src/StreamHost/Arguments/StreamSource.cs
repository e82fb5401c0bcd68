using System.CommandLine;
using StreamMoe.Streams;

namespace StreamMoe.StreamHost.Arguments;

/// <summary>The argument and the options of a command that say where its one stream comes from: a name, a generator, a composition or a file.</summary>
internal sealed class StreamSource
{
    private readonly Argument<string> _stream = new("stream") { Description = StreamOpener.Description };
    private readonly StreamOpener _opener = new();

    /// <summary>Adds the argument, and the options for files.</summary>
    public void AddTo(Command command)
    {
        command.Add(_stream);
        _opener.AddTo(command);
    }

    /// <summary>The stream as it was written.</summary>
    public string Text(ParseResult parsed) => parsed.GetRequiredValue(_stream);

    /// <summary>True when the text names a file.</summary>
    public bool IsFile(ParseResult parsed) => StreamOpener.IsFile(Text(parsed));

    /// <summary>What is to be made of it.</summary>
    public StreamDerivation Derivation(ParseResult parsed) => _opener.Derivation(parsed);

    /// <summary>The files that are read, with names for messages.</summary>
    public IEnumerable<(string Name, string? Path)> Inputs(ParseResult parsed) => _opener.Inputs(parsed, Text(parsed));

    /// <summary>Opens the stream at its beginning.</summary>
    public InstanceStream Open(ParseResult parsed, long seed) => _opener.Open(parsed, Text(parsed), seed);
}
