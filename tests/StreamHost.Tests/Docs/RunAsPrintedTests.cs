using System.Diagnostics;

namespace StreamMoe.StreamHost.Tests.Docs;

/// <summary>Runs the commands that the documents show, letter by letter, where they can be run; <see cref="NotRun"/> says which cannot, and why.</summary>
[Trait("Category", "Slow")]
public sealed class RunAsPrintedTests(DocumentReader reader) : IClassFixture<DocumentReader>
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private static IEnumerable<ShownCommand> Candidates => ShownCommand.OfTheProgram.Where(c => !c.IsPattern && !NotRun.Commands.ContainsKey(c.Text));

    public static IEnumerable<object[]> Whole() => Candidates.Where(c => !NotRun.Long.Contains(c.Text) && !IsServe(c) && !IsHealth(c) && c.Words.Count > 1).Select(c => (object[])[c.Text]);

    public static IEnumerable<object[]> Long() => NotRun.Long.Select(t => (object[])[t]);

    public static IEnumerable<object[]> Serving() => Candidates.Where(IsServe).Select(c => (object[])[c.Text]);

    [Theory]
    [MemberData(nameof(Whole))]
    public void Command_AsPrinted_EndsWithZero(string line)
    {
        Shell run = reader.Type(line);

        Assert.True(run.ExitCode == 0, $"{line}: exit code {run.ExitCode}: {run.Error}");
        Assert.NotEqual("", run.Output + run.Error);
    }

    [Theory]
    [MemberData(nameof(Long))]
    public void LongCommand_ItsFirstInstances_EndsWithZero(string line)
    {
        Shell run = reader.Type(line + " --instances 300");

        Assert.True(run.ExitCode == 0, $"{line}: exit code {run.ExitCode}: {run.Error}");
        Assert.NotEqual("", run.Output);
    }

    /// <summary>A worker on the built-in stream becomes healthy, as <c>./streammoe health</c> says, and ends with 0 on SIGTERM.</summary>
    [Theory]
    [MemberData(nameof(Serving))]
    public void Serve_AsPrinted_IsHealthyAndEndsOnSigterm(string line)
    {
        (Process worker, int port) = reader.Serve(line);
        using (worker)
        {
            try
            {
                long began = Stopwatch.GetTimestamp();
                Shell health;
                do health = reader.Type(Candidates.First(IsHealth).Text, ("STREAMMOE__HTTP__PORT", port.ToString()));
                while (health.ExitCode != 0 && Stopwatch.GetElapsedTime(began) < s_patience);
                Assert.True(health.ExitCode == 0, health.Error);
                Assert.Equal("ready", health.Output.Trim());
                reader.Type($"kill -TERM {worker.Id}");
                Assert.True(worker.WaitForExit(s_patience), "it did not end");
                Assert.Equal(0, worker.ExitCode);
            }
            finally
            {
                if (!worker.HasExited) worker.Kill();
            }
        }
    }

    /// <summary>Every command is run, or has a reason; and every reason has its command.</summary>
    [Fact]
    public void EveryCommand_IsRunOrHasAReason()
    {
        Assert.True(Whole().Count() >= 12, $"only {Whole().Count()} are run");
        Assert.Equal(3, Serving().Count());
        Assert.Empty(NotRun.Commands.Keys.Concat(NotRun.Long).Except(ShownCommand.OfTheProgram.Where(c => !c.IsPattern).Select(c => c.Text)));
        ShownCommand[] others = [.. ShownCommand.All.Except(ShownCommand.OfTheProgram)];
        Assert.Empty(others.Where(c => !NotRun.Programs.Keys.Any(p => c.Text.StartsWith(p, StringComparison.Ordinal))).Select(c => c.ToString()));
        Assert.All(NotRun.Programs.Keys, p => Assert.Contains(others, c => c.Text.StartsWith(p, StringComparison.Ordinal)));
    }

    private static bool IsServe(ShownCommand command) => command.Words.Count > 1 && command.Words[1] == "serve";

    private static bool IsHealth(ShownCommand command) => command.Words.Count > 1 && command.Words[1] == "health";
}
