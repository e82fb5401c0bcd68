using System.CommandLine;
using System.CommandLine.Invocation;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.StreamHost.Arguments;
using StreamMoe.Streams.Catalogue;
using StreamMoe.Streams.Files;
using StreamMoe.Streams.Options;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Http;
using StreamMoe.Worker.Kafka;

namespace StreamMoe.StreamHost.Commands;

/// <summary>The root command, and how faults become messages and exit codes.</summary>
internal static class CommandLine
{
    /// <summary>Runs the command that the arguments name.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static int Run(string[] arguments, TextWriter output, TextWriter error, Func<Stream>? standardOutput = null,
        IReadOnlyDictionary<string, string>? variables = null)
    {
        RootCommand root = Create(output, error, standardOutput, variables);
        ParseResult parsed = root.Parse(arguments);
        // With --help and --version the action is not the command's own; they are answered whatever else stands there.
        bool isCommand = parsed.Action is ParseErrorAction || parsed.Action == parsed.CommandResult.Command.Action;
        IReadOnlyList<string> faults = isCommand ? ParseFaults.Of(parsed) : [];
        if (faults.Count > 0)
        {
            foreach (string fault in faults) error.WriteLine($"streammoe: {fault}");
            error.WriteLine($"Try 'streammoe {string.Join(' ', parsed.CommandResult.Command == root ? [] : new[] { parsed.CommandResult.Command.Name, "" })}--help'.");
            return ExitCode.Usage;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception e) when (IsOutOfDescriptors(e))
        {
            return Complain(error, $"a part of the program cannot be loaded, as too few files may be open at once (ulimit -n, LimitNOFILE); 1,024 are enough. {e.Message}", ExitCode.Failed);
        }
        catch (Exception e) when (e is UsageException or OptionException or StreamFormatException or FileNotFoundException or DirectoryNotFoundException)
        {
            return Complain(error, e.Message, ExitCode.Usage);
        }
        catch (BadRowException e)
        {
            return Complain(error, $"{e.Message} Mend the row, or leave out such rows by --on-bad-row skip.", ExitCode.Failed);
        }
        catch (Exception e) when (e is InputException or StreamFileException or CheckpointException or IOException or HttpStartException or DllNotFoundException or UnauthorizedAccessException)
        {
            return Complain(error, e.Message, ExitCode.Failed);
        }
    }

    /// <summary>The whole command line, which can be parsed without running anything.</summary>
    public static RootCommand Create(TextWriter output, TextWriter error, Func<Stream>? standardOutput = null, IReadOnlyDictionary<string, string>? variables = null)
    {
        variables ??= ConfigurationVariables.OfThisProcess();
        return new("Learns from drifting event streams with a mixture of incremental experts.")
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
    }

    // With few descriptors it is the runtime that fails first: at loading an assembly, or what an assembly's types begin with.
    private static bool IsOutOfDescriptors(Exception e) => e.GetBaseException() is FileLoadException or BadImageFormatException
        || (e.GetBaseException() is FileNotFoundException { FileName: { } name } && name.Contains(", Version=", StringComparison.Ordinal))
        || (e.GetBaseException() is IOException or System.Net.Sockets.SocketException && e.GetBaseException().Message.Contains("Too many open files", StringComparison.OrdinalIgnoreCase));

    private static int Complain(TextWriter error, string message, int code)
    {
        try
        {
            foreach (string line in message.Split(Environment.NewLine)) error.WriteLine($"streammoe: {line}");
        }
        catch (IOException)
        {
            // A full disk under standard error: the exit code still tells.
        }
        return code;
    }
}
