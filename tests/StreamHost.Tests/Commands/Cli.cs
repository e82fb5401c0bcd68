using System.Text.Json;
using StreamMoe.StreamHost.Commands;

namespace StreamMoe.StreamHost.Tests.Commands;

/// <summary>Runs the program in this process, as its command line would, and keeps what it prints.</summary>
internal sealed record Cli(int ExitCode, string Output, string Error)
{
    public static Cli Run(params string[] arguments) => RunWith(new Dictionary<string, string>(), arguments);

    /// <summary>Runs the program with these environment variables and no others.</summary>
    public static Cli RunWith(IReadOnlyDictionary<string, string> variables, params string[] arguments)
    {
        StringWriter output = new(), error = new();
        int code = CommandLine.Run(arguments, output, error, variables: variables);
        return new Cli(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command that must succeed, and reads its output as JSON.</summary>
    public static JsonElement Json(params string[] arguments)
    {
        Cli run = Run([.. arguments, "--format", "json"]);
        Assert.True(run.ExitCode == 0, $"exit code {run.ExitCode}: {run.Error}");
        using JsonDocument document = JsonDocument.Parse(run.Output);
        return document.RootElement.Clone();
    }
}
