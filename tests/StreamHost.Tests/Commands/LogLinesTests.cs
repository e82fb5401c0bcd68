using StreamMoe.StreamHost.Commands;

namespace StreamMoe.StreamHost.Tests.Commands;

/// <summary>A log that cannot be written costs lines, and nothing else.</summary>
public sealed class LogLinesTests
{
    [Fact]
    public void Write_OutputThrows_LosesLinesAndSaysSoWhenItCanAgain()
    {
        using Output output = new() { IsFull = true };
        using (LogLines lines = new(output))
        {
            for (int i = 0; i < 3; i++) lines.Write($"line {i}");
            output.AwaitFailures(3);
            output.IsFull = false;
            lines.Write("line 3");
        }
        Assert.Equal(["streammoe: 3 lines of the log could not be written and are lost.", "line 3"], output.Lines);
    }

    [Fact]
    public void Write_NobodyReadsTheOutput_NeverWaits()
    {
        using Output output = new();
        using LogLines lines = new(output);
        lock (output) // as a pipe that nobody reads: its writer waits
        {
            for (int i = 0; i < 3 * LogLines.MostWaiting; i++) lines.Write("x");
        }
    }

    private sealed class Output : StringWriter
    {
        private int _failures;

        public bool IsFull { get; set; }

        public List<string> Lines { get; } = [];

        public void AwaitFailures(int count)
        {
            while (Volatile.Read(ref _failures) < count) Thread.Yield();
        }

        public override void WriteLine(string? value)
        {
            lock (this)
            {
                if (!IsFull)
                {
                    Lines.Add(value!);
                    return;
                }
            }
            Interlocked.Increment(ref _failures);
            throw new IOException("No space left on device");
        }
    }
}
