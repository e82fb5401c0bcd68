using StreamMoe.DriftMoe;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.StreamHost.Arguments;
using StreamMoe.StreamHost.Compare;
using StreamMoe.StreamHost.Replay;
using StreamMoe.StreamHost.Terminal;
using StreamMoe.StreamHost.Tests.Commands;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;

namespace StreamMoe.StreamHost.Tests.Terminal;

public sealed class TerminalTests
{
    [Theory]
    [InlineData(false, null, "xterm", TerminalKind.None)]
    [InlineData(true, null, "xterm-256color", TerminalKind.Rich)]
    [InlineData(true, "", "xterm", TerminalKind.Rich)]
    [InlineData(true, "1", "xterm", TerminalKind.Plain)]
    [InlineData(true, null, "dumb", TerminalKind.Plain)]
    [InlineData(true, null, null, TerminalKind.Plain)]
    public void KindOf_FollowsNoColorAndTerm(bool isTerminal, string? noColor, string? term, object expected)
        => Assert.Equal(expected, TerminalView.KindOf(isTerminal, noColor, term));

    [Fact]
    public void Of_MemoryIsNoTerminal() => Assert.Equal(TerminalKind.None, TerminalView.Of(new StringWriter()).Kind);

    [Theory]
    [InlineData("replay", "sine-abrupt", "--model", "hoeffding-tree", "--instances", "20000")]
    [InlineData("compare", "sine-abrupt", "--models", "naive-bayes,majority", "--instances", "3000")]
    public void NoTerminal_NoEscapeCodesAndNoBoxes(params string[] arguments)
    {
        Cli run = Cli.Run(arguments);

        Assert.DoesNotContain('\x1b', run.Output);
        Assert.DoesNotContain('\r', run.Output);
        Assert.Equal(-1, run.Output.AsSpan().IndexOfAny("╭│┼━"));
        Assert.Equal("", run.Error);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(120)]
    public void Progress_Rich_FitsIntoItsTwoLinesAndIsTakenAway(int width)
    {
        StringWriter shown = new();
        (ReplaySession session, ReplayReport _) = Replay();
        ProgressLine line = new(new TerminalView(shown, TerminalKind.Rich, width), 1_000_000, "a [red]title[/]");

        line.Draw(session, 12_345);
        string[] lines = [.. shown.ToString().Split('\n').Select(WithoutCodes)];
        line.Clear();

        Assert.Equal(2, lines.Length);
        Assert.All(lines, l => Assert.InRange(l.Length, 1, width - 1));
        Assert.Contains("6,000 of 1,000,000", lines[0]);
        Assert.Contains("1 %", lines[0]);
        Assert.Matches("accuracy [0-9.]+ % [▁▂▃▄▅▆▇█]{6}  12,345 events/s", lines[1]);
        Assert.EndsWith("\x1b[2K\x1b[1A\x1b[2K", shown.ToString());
    }

    [Fact]
    public void Progress_Plain_HasNoEscapeCodes()
    {
        StringWriter shown = new();
        ProgressLine line = new(new TerminalView(shown, TerminalKind.Plain, 80), 10_000);

        line.Draw(Replay().Session, 12_345);
        line.Clear();

        Assert.StartsWith("\r6,000 of 10,000  ·  accuracy ", shown.ToString());
        Assert.DoesNotContain('\x1b', shown.ToString());
        Assert.EndsWith(" \r", shown.ToString());
    }

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(120)]
    public void Result_Rich_FitsTheWidthAndTakesNamesAsTheyAre(int width)
    {
        StringWriter shown = new();

        ReplayView.Write(new TerminalView(shown, TerminalKind.Rich, width), Replay().Report with { Stream = "[red]x[/]", ClassNames = ["[bold]", "[/]"] }, "out.html");

        string[] lines = [.. shown.ToString().Split('\n').Select(WithoutCodes)];
        Assert.All(lines, l => Assert.InRange(l.Length, 0, width));
        Assert.Contains(lines, l => l.Contains("naive-bayes on [red]x[/], seed 1"));
        Assert.Contains(lines, l => l.Contains("[bold]"));
        Assert.Contains(lines, l => l.Contains("majority class"));
        Assert.Contains(lines, l => l.Contains("out.html"));
        Assert.Contains(lines, l => l.Contains('▲'));
        Assert.Contains('\x1b', shown.ToString());
    }

    [Fact]
    public void Compare_Rich_HasEveryModelAndTheTests()
    {
        StringWriter shown = new();
        CompareReport report = new(["[s]"], [new ReportedModel("[m]", "majority", [])], [1], []) { Threads = 1, LabelDelay = 0, Interrupted = true, ProcessPeakBytes = 1 };

        CompareView.Write(new TerminalView(shown, TerminalKind.Rich, 80), report);

        Assert.Contains("[m]", shown.ToString());
        Assert.Contains("Friedman", shown.ToString());
    }

    [Fact]
    public void Sparkline_SpansLowToHighAndKeepsSmallChangesSmall()
    {
        Assert.Equal("▁▅█", CurveColumns.Sparkline([0.5, 0.75, 1.0]));
        Assert.Equal("▁▁▂", CurveColumns.Sparkline([0.900, 0.902, 0.906]));
        Assert.Equal("", CurveColumns.Sparkline([]));
    }

    private static (ReplaySession Session, ReplayReport Report) Replay()
    {
        using WorkRunner work = new(1);
        using InstanceStream stream = StreamCatalogue.Open("sine-abrupt", 1);
        ILearner learner = PresetCatalogue.Create("naive-bayes", []).Create(stream.Schema, 1, work);
        ReplaySession session = new(stream, learner, new ReplaySettings { Instances = 6000 });
        while (session.Advance(long.MaxValue))
        {
        }
        return (session, new ReplayReport
        {
            Stream = "sine-abrupt",
            Model = "naive-bayes",
            Seed = 1,
        ModelSeed = 1,
        Derivation = StreamDerivation.None,
            Instances = session.Position,
            Classes = 2,
            ClassNames = ["a", "b"],
            Threads = 1,
            LabelDelay = 0,
            Total = session.Total.Snapshot(),
            TotalFloors = new Floors(0.5, 0.5),
            WindowSize = 1000,
            Window = session.Window.Snapshot(),
            WindowFloors = new Floors(0.5, null),
            Seconds = 1,
            CpuSeconds = 1,
            InstancesPerformed = session.Position,
            PeakMemoryBytes = 1,
            ModelBytes = 1,
            FinalExperts = 1,
            History = session.History,
            BadRows = 0,
            Interrupted = false,
            Curve = session.Curve,
            KnownDrifts = [new Streams.Composition.DriftPoint(3000, 1)],
            Options = [],
        });
    }

    private static string WithoutCodes(string line) => System.Text.RegularExpressions.Regex.Replace(line, "\x1b\\[[0-9;]*[A-Za-z]", "").Replace("\r", "");
}
