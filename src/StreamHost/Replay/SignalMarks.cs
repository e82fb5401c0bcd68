namespace StreamMoe.StreamHost.Replay;

/// <summary>Signals as marks over a stream, at most <see cref="MostMarks"/> of each kind however many there are: marks that come to lie together are one.</summary>
internal sealed class SignalMarks
{
    /// <summary>Most marks of drifts, and as many of warnings: 200.</summary>
    public const int MostMarks = 200;

    private readonly List<Mark> _drifts = [], _warnings = [];
    private long _driftWidth = 1, _warningWidth = 1;

    /// <summary>One mark.</summary>
    /// <param name="Position">Zero-based position of the first signal that it stands for.</param>
    /// <param name="Source">What that one is about.</param>
    /// <param name="Detector">The detector that raised it.</param>
    /// <param name="Count">How many signals it stands for, ≥ 1.</param>
    internal readonly record struct Mark(long Position, string Source, string Detector, long Count);

    /// <value>Drifts, ascending.</value>
    public IReadOnlyList<Mark> Drifts => _drifts;

    /// <value>Warnings, ascending.</value>
    public IReadOnlyList<Mark> Warnings => _warnings;

    /// <summary>Adds a signal; they come in order.</summary>
    public void Add(long position, bool isDrift, string source, string detector)
    {
        if (isDrift) Add(_drifts, ref _driftWidth, new Mark(position, source, detector, 1));
        else Add(_warnings, ref _warningWidth, new Mark(position, source, detector, 1));
    }

    private static void Add(List<Mark> marks, ref long width, Mark mark)
    {
        Append(marks, width, mark);
        while (marks.Count > MostMarks)
        {
            width *= 2;
            Mark[] finer = [.. marks];
            marks.Clear();
            foreach (Mark one in finer) Append(marks, width, one);
        }
    }

    private static void Append(List<Mark> marks, long width, Mark mark)
    {
        if (marks.Count > 0 && marks[^1].Position / width == mark.Position / width) marks[^1] = marks[^1] with { Count = marks[^1].Count + mark.Count };
        else marks.Add(mark);
    }
}
