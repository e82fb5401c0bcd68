using System.CommandLine;
using System.CommandLine.Invocation;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.StreamHost.Configuration;
using StreamMoe.StreamHost.Http;
using StreamMoe.StreamHost.Kafka;
using StreamMoe.Streams.Catalogue;
using StreamMoe.Streams.Files;
using StreamMoe.Streams.Options;

namespace StreamMoe.StreamHost.Commands;

/// <summary>The root command, and how faults become messages and exit codes.</summary>
internal static class CommandLine
{
    /// <summary>Runs the command that the arguments name.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static int Run(string[] arguments, TextWriter output, TextWriter error, Func<Stream>? standardOutput = null,
        IReadOnlyDictionary<string, string>? variables = null)
    {
        variables ??= ConfigurationVariables.OfThisProcess();
        RootCommand root = new("Learns from drifting event streams with a mixture of incremental experts.")
        {
            StreamsCommand.Create(output),
            GenerateCommand.Create(output, error, standardOutput ?? Console.OpenStandardOutput),
            ReplayCommand.Create(output, error),
            CompareCommand.Create(output, error),
            DetectCommand.Create(Console.In, output),
            ServeCommand.Create(error, variables),
            HealthCommand.Create(output, variables),
            ConfigCommand.Create(output, variables),
            CheckpointCommand.Create(output, variables),
            DeadLettersCommand.Create(output, error, variables),
        };
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            foreach (var fault in parsed.Errors) error.WriteLine($"streammoe: {fault.Message}");
            error.WriteLine($"Try 'streammoe {string.Join(' ', parsed.CommandResult.Command == root ? [] : new[] { parsed.CommandResult.Command.Name, "" })}--help'.");
            return ExitCode.Usage;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception e) when (e is UsageException or OptionException or StreamFormatException or FileNotFoundException or DirectoryNotFoundException)
        {
            return Complain(error, e, ExitCode.Usage);
        }
        catch (Exception e) when (e is InputException or StreamFileException or CheckpointException or IOException or HttpStartException or KafkaLibraryException or UnauthorizedAccessException)
        {
            return Complain(error, e, ExitCode.Failed);
        }
    }

    private static int Complain(TextWriter error, Exception e, int code)
    {
        foreach (string line in e.Message.Split(Environment.NewLine)) error.WriteLine($"streammoe: {line}");
        return code;
    }
}
