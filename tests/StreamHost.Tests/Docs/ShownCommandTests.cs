using System.CommandLine;
using System.Text.RegularExpressions;
using StreamMoe.StreamHost.Arguments;
using StreamMoe.StreamHost.Commands;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Docs;

/// <summary>Every command that a document shows is one that there is, with options that there are.</summary>
public sealed partial class ShownCommandTests
{
    [Fact]
    public void Documents_ShowCommandsOfEveryKind()
    {
        Assert.True(ShownCommand.OfTheProgram.Count() >= 40, $"found {ShownCommand.OfTheProgram.Count()} commands of the program");
        foreach (string program in (string[])["./streammoe", "streammoe", "/opt/streammoe/streammoe", "dotnet", "docker", "docker/check", "benchmarks/accuracy.sh", "./test"])
            Assert.Contains(ShownCommand.All, c => c.Program == program);
    }

    [Fact]
    public void CommandsOfTheProgram_AreUnderstoodByItsCommandLine()
    {
        RootCommand root = CommandLine.Create(TextWriter.Null, TextWriter.Null);

        Assert.Empty(ShownCommand.OfTheProgram.Select(c => (Command: c, Faults: Faults(root, c.Arguments))).Where(c => c.Faults.Length > 0).Select(c => $"{c.Command}: {c.Faults}"));
    }

    [Theory]
    [InlineData("replay sea-abrupt --modell adaptive")]
    [InlineData("replay --modell")]
    [InlineData("rerun sea-abrupt")]
    [InlineData("checkpoint restore --partition 1")]
    [InlineData("checkpoint shown")]
    [InlineData("health --timeout 0")]
    public void WrongCommand_IsNotUnderstood(string arguments)
        => Assert.NotEqual("", Faults(CommandLine.Create(TextWriter.Null, TextWriter.Null), arguments.Split(' ')));

    /// <summary>The settings of a worker are known keys with values in range; those of a build with Torch need such a build.</summary>
    [Fact]
    public void SettingsOfWorkers_AreKnownKeys()
    {
        List<string> faults = [];
        foreach (ShownCommand command in ShownCommand.OfTheProgram.Where(c => !c.Text.StartsWith("Torch=", StringComparison.Ordinal) && c.Words.Count > 1 && c.Words[1] is "serve" or "config" or "dead-letters"))
        {
            List<string> settings = [];
            for (int i = 0; i + 1 < command.Arguments.Length; i++)
                if (command.Arguments[i] == "--set" && !command.Arguments[i + 1].EndsWith("=NAME", StringComparison.Ordinal)) settings.AddRange("--set", command.Arguments[i + 1]);
            Commands.Cli run = Commands.Cli.Run(["config", .. settings]);
            if (run.ExitCode != 0) faults.Add($"{command}: {run.Error}");
        }
        Assert.Empty(faults);
    }

    /// <summary>Scripts are there, can be run, are Bash without faults, and know the options that are shown.</summary>
    [Fact]
    public void Scripts_AreThereAndKnowTheirOptions()
    {
        List<string> faults = [];
        foreach (ShownCommand command in ShownCommand.All.Where(c => c.Program.EndsWith(".sh", StringComparison.Ordinal) || c.Program is "docker/check" or "./test"))
        {
            string script = Path.Combine(GoldenFiles.Root, command.Program);
            if (!File.Exists(script)) faults.Add($"{command}: there is no {command.Program}");
            else if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(script) & UnixFileMode.UserExecute) == UnixFileMode.None) faults.Add($"{command}: {command.Program} cannot be executed");
            else if (Shell.Run("bash", ["-n", script], GoldenFiles.Root) is { ExitCode: not 0 } checkedScript) faults.Add($"{command}: {checkedScript.Error}");
            else
            {
                string text = File.ReadAllText(script);
                faults.AddRange(command.Arguments.Where(a => a.StartsWith("--", StringComparison.Ordinal) && command.Program != "./test" && !text.Contains(a, StringComparison.Ordinal))
                    .Select(a => $"{command}: the script has no {a}"));
            }
        }
        Assert.Empty(faults);
    }

    /// <summary>The projects, Dockerfiles and compose files of other commands are there, and so are the studies that are named.</summary>
    [Fact]
    public void OtherCommands_NameProjectsAndFilesThatAreThere()
    {
        string studies = string.Concat(Directory.GetFiles(Path.Combine(GoldenFiles.Root, "benchmarks", "Studies"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        List<string> faults = [];
        foreach (ShownCommand command in ShownCommand.All.Where(c => c.Program is "dotnet" or "docker"))
        {
            foreach (string path in command.Arguments.Where(a => RepositoryPath().IsMatch(a)))
                if (!Path.Exists(Path.Combine(GoldenFiles.Root, path))) faults.Add($"{command}: there is no {path}");
            int study = Array.IndexOf(command.Arguments, "--") + 1;
            if (study > 0 && command.Arguments.Contains("benchmarks/Studies") && !studies.Contains($"\"{command.Arguments[study]}\"", StringComparison.Ordinal))
                faults.Add($"{command}: there is no study '{command.Arguments[study]}'");
        }
        Assert.Empty(faults);
    }

    private static string Faults(RootCommand root, string[] arguments)
    {
        // A text that only names a command ('streammoe compare') need not be whole.
        Command command = root;
        bool isName = true;
        foreach (string word in arguments)
        {
            if (command.Subcommands.FirstOrDefault(c => c.Name == word) is { } next) command = next;
            else isName = false;
        }
        return isName ? "" : string.Join(" ", ParseFaults.Of(root.Parse(arguments)));
    }

    [GeneratedRegex("^(src|tests|docker|benchmarks|docs)/")]
    private static partial Regex RepositoryPath();
}
