using StreamMoe.DriftMoe.Work;
using StreamMoe.StreamHost.Compare;
using StreamMoe.StreamHost.Terminal;
using StreamMoe.Streams.Catalogue;

namespace StreamMoe.StreamHost.Tests.Compare;

public sealed class CompareRunnerTests
{
    [Fact]
    public void Run_Interrupted_EndsAfterTheBlockWithoutTheRunThatItWasIn()
    {
        using CancellationTokenSource interrupt = new();
        using WorkRunner work = new(1);
        int opened = 0;
        ComparedStream stream = new("sea-abrupt", long.MaxValue, seed =>
        {
            if (++opened == 3) interrupt.Cancel();
            return StreamCatalogue.Open("sea-abrupt", seed);
        });
        // The third run never ends by itself: a synthetic stream has no end.
        ComparedStream[] streams = [stream with { Instances = 700 }, stream with { Name = "endless" }];
        CompareRunner runner = new(streams, ComparedModel.ReadAll("majority"), [1, 2], 0, work);

        ModelRun[] runs = [.. runner.Run(TerminalView.Of(TextWriter.Null), interrupt.Token)];

        Assert.Equal(["sea-abrupt 1 700", "sea-abrupt 2 700"], runs.Select(r => $"{r.Stream} {r.Seed} {r.Instances}"));
    }

    [Fact]
    public void Run_Order_IsStreamsThenModelsThenSeeds()
    {
        using WorkRunner work = new(1);
        ComparedStream[] streams = [.. ((string[])["sea-abrupt", "led-abrupt"]).Select(name => new ComparedStream(name, 10, seed => StreamCatalogue.Open(name, seed)))];
        CompareRunner runner = new(streams, ComparedModel.ReadAll("majority,no-change"), [5, 4], 0, work);

        Assert.Equal(
            ["sea-abrupt majority 5", "sea-abrupt majority 4", "sea-abrupt no-change 5", "sea-abrupt no-change 4",
             "led-abrupt majority 5", "led-abrupt majority 4", "led-abrupt no-change 5", "led-abrupt no-change 4"],
            runner.Run(TerminalView.Of(TextWriter.Null), default).Select(r => $"{r.Stream} {r.Model} {r.Seed}"));
    }

    [Fact]
    public void Run_Terminal_ShowsWhichRunItIsAndTakesTheLineAway()
    {
        using CancellationTokenSource interrupt = new();
        using WorkRunner work = new(1);
        using ProgressReader shown = new(interrupt);
        ComparedStream stream = new("led-abrupt", 20_000_000, seed => StreamCatalogue.Open("led-abrupt", seed));
        CompareRunner runner = new([stream], ComparedModel.ReadAll("majority"), [1], 0, work);

        Assert.Empty(runner.Run(new TerminalView(shown, TerminalKind.Plain, 80), interrupt.Token));

        Assert.StartsWith("\rrun 1 of 1  ·  led-abrupt  ·  majority  ·  seed 1  ·  ", shown.ToString());
        Assert.EndsWith(" \r", shown.ToString());
    }

    [Fact]
    public void Run_NoTerminal_ShowsNothing()
    {
        using WorkRunner work = new(1);
        using StringWriter shown = new();
        ComparedStream stream = new("led-abrupt", 30_000, seed => StreamCatalogue.Open("led-abrupt", seed));

        Assert.Single(new CompareRunner([stream], ComparedModel.ReadAll("adaptive"), [1], 0, work).Run(new TerminalView(shown, TerminalKind.None, 80), default));

        Assert.Equal("", shown.ToString());
    }

    /// <summary>Has seen enough when a first line has come.</summary>
    private sealed class ProgressReader(CancellationTokenSource interrupt) : StringWriter
    {
        public override void Write(string? value)
        {
            base.Write(value);
            interrupt.Cancel();
        }
    }
}
