using StreamMoe.Experts.State;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Figures;

/// <summary>What is counted of one source of a learner. Written by the learner's task alone, read by anybody at any time.</summary>
/// <param name="partition">Topic and partition.</param>
/// <param name="order">As order records name it.</param>
internal sealed class SourceFigures(PartitionId partition, OrderSource order)
{
    /// <summary>Scored predictions that <see cref="WindowAccuracy"/> looks at: 10,000, so that chance does not make two partitions differ by points.</summary>
    public const int Window = 10_000;

    /// <summary>Records taken in, held ones not among them.</summary>
    public long Records;

    /// <summary>Records with features.</summary>
    public long Events;

    /// <summary>Predictions of its events that were scored.</summary>
    public long Scored;

    /// <summary>Those of them that were right.</summary>
    public long Right;

    /// <summary>Next offset: that of the first record that was not taken in.</summary>
    public long NextOffset;

    /// <summary>Next offset of the last commit.</summary>
    public long Committed;

    /// <summary>Offset of the last event with no feature that the schema has, or with one of another type than its attribute; −1 when there was none since the worker began.</summary>
    public long LastUnfit = -1;

    private readonly ulong[] _window = new ulong[(Window + 63) / 64];
    private int _windowCount, _windowRight, _windowAt;

    /// <value>Topic and partition.</value>
    public PartitionId Partition { get; } = partition;

    /// <value>As order records name it.</value>
    public OrderSource Order { get; } = order;

    /// <value>Share of right predictions over everything scored; NaN before the first.</value>
    public double Accuracy => Scored == 0 ? double.NaN : (double)Right / Scored;

    /// <value>Share of right predictions over the last 10,000 scored; NaN before the first. Begins anew with the worker.</value>
    public double WindowAccuracy => _windowCount == 0 ? double.NaN : (double)_windowRight / _windowCount;

    /// <value>Predictions that <see cref="WindowAccuracy"/> looks at now.</value>
    public int InWindow => _windowCount;

    /// <summary>Counts a scored prediction.</summary>
    public void Score(bool right)
    {
        Scored++;
        if (right) Right++;
        ref ulong word = ref _window[_windowAt >> 6];
        ulong bit = 1UL << (_windowAt & 63);
        if (_windowCount < Window) _windowCount++;
        else if ((word & bit) != 0) _windowRight--;
        if (right)
        {
            word |= bit;
            _windowRight++;
        }
        else
        {
            word &= ~bit;
        }
        if (++_windowAt == Window) _windowAt = 0;
    }

    /// <summary>Writes the counts.</summary>
    internal void Save(StateWriter writer) => writer.Write<long>([Records, Events, Scored, Right]);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    internal void Load(StateReader reader)
    {
        Span<long> counts = stackalloc long[4];
        reader.ReadInto(counts, "the counts of a source");
        (Records, Events, Scored, Right) = (counts[0], counts[1], counts[2], counts[3]);
    }
}
