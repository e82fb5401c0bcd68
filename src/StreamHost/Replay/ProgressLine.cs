using System.Diagnostics;
using System.Globalization;

namespace StreamMoe.StreamHost.Replay;

/// <summary>One line that is written over and over while a replay runs; silent when the writer is not a terminal. <c>prefix</c> stands before it.</summary>
internal sealed class ProgressLine(TextWriter writer, bool isTerminal, long total, string prefix = "")
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _last = Stopwatch.GetTimestamp();
    private int _width;

    /// <summary>Shows where the replay is, at most five times a second.</summary>
    public void Show(ReplaySession session)
    {
        if (!isTerminal || Stopwatch.GetElapsedTime(_last) < Interval) return;
        _last = Stopwatch.GetTimestamp();
        double rate = session.Position / Stopwatch.GetElapsedTime(_start).TotalSeconds;
        string of = total is > 0 and < long.MaxValue ? string.Create(CultureInfo.InvariantCulture, $" of {total:N0}") : "";
        string accuracy = session.Window.Accuracy is { } a ? string.Create(CultureInfo.InvariantCulture, $"{a * 100:0.0} %") : "–";
        string line = string.Create(CultureInfo.InvariantCulture,
            $"{prefix}{session.Position:N0}{of}  ·  {rate:N0} events/s  ·  window accuracy {accuracy}  ·  {session.Learner.ExpertCount} experts");
        writer.Write('\r' + line.PadRight(_width));
        writer.Flush();
        _width = line.Length;
    }

    /// <summary>Takes the line away.</summary>
    public void Clear()
    {
        if (_width == 0) return;
        writer.Write('\r' + new string(' ', _width) + '\r');
        writer.Flush();
        _width = 0;
    }
}
