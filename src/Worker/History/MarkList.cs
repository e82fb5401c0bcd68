namespace StreamMoe.Worker.History;

/// <summary>Marks over the whole stream, at most <see cref="MaxMarks"/> drifts and as many warnings: a drift is signalled several times while it lasts,
/// which is one mark; when a list is full, neighbours are merged into the earlier one.</summary>
internal sealed class MarkList
{
    /// <summary>Signals of one source within this many records are one mark: 1,000.</summary>
    public const long Episode = 1000;

    /// <summary>Most drifts, and most warnings: 400.</summary>
    public const int MaxMarks = 400;

    private readonly List<LiveMark> _drifts = [], _warnings = [];

    /// <value>All marks, drifts first, each kind in order.</value>
    public IEnumerable<LiveMark> Marks => _drifts.Concat(_warnings);

    /// <summary>Takes a signal in.</summary>
    public void Add(LiveMark signal)
    {
        List<LiveMark> marks = signal.IsDrift ? _drifts : _warnings;
        for (int i = marks.Count - 1; i >= 0 && signal.Position - marks[i].Position <= Episode; i--)
        {
            if (marks[i].Source != signal.Source) continue;
            marks[i] = marks[i] with { Serial = signal.Serial, Count = marks[i].Count + signal.Count };
            return;
        }
        if (marks.Count == MaxMarks)
        {
            for (int i = 0; i < MaxMarks / 2; i++) marks[i] = marks[2 * i] with { Count = marks[2 * i].Count + marks[2 * i + 1].Count };
            marks.RemoveRange(MaxMarks / 2, MaxMarks - MaxMarks / 2);
        }
        marks.Add(signal);
    }
}
