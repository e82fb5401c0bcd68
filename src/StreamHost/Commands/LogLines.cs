namespace StreamMoe.StreamHost.Commands;

/// <summary>Writes lines on a thread of its own, so that a full disk or a pipe that nobody reads neither throws nor waits where work is done.</summary>
/// <remarks>At most <see cref="MostWaiting"/> lines wait; more, and those that cannot be written, are lost, and the next line that gets through
/// says how many.</remarks>
internal sealed class LogLines : IDisposable
{
    /// <summary>Lines that wait at most: 10,000.</summary>
    public const int MostWaiting = 10_000;

    /// <summary>How long the end of the program waits for lines to be written: 2 s.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly TextWriter _output;
    private readonly Queue<string> _waiting = new();
    private readonly Thread _thread;
    private long _lost;
    private bool _ended;

    /// <param name="output">Where lines go; from now on this object's.</param>
    public LogLines(TextWriter output)
    {
        _output = output;
        _thread = new Thread(Run) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    /// <summary>Has a line written soon. Never throws and never waits for the output. Any thread.</summary>
    public void Write(string line)
    {
        lock (_waiting)
        {
            if (_ended) return;
            if (_waiting.Count == MostWaiting) _lost++;
            else _waiting.Enqueue(line);
            Monitor.Pulse(_waiting);
        }
    }

    /// <summary>Waits until all lines are written, or <see cref="Patience"/> is over.</summary>
    public void Dispose()
    {
        lock (_waiting)
        {
            _ended = true;
            Monitor.Pulse(_waiting);
        }
        _thread.Join(Patience);
    }

    private void Run()
    {
        while (true)
        {
            string line;
            long lost;
            lock (_waiting)
            {
                while (_waiting.Count == 0 && !_ended) Monitor.Wait(_waiting);
                if (_waiting.Count == 0) return;
                (line, lost, _lost) = (_waiting.Dequeue(), _lost, 0);
            }
            try
            {
                if (lost > 0) _output.WriteLine($"streammoe: {lost} lines of the log could not be written and are lost.");
                lost = 0;
                _output.WriteLine(line);
                _output.Flush();
            }
            catch (Exception) // on a thread of its own, where it would end the program
            {
                lock (_waiting) _lost += lost + 1;
            }
        }
    }
}
