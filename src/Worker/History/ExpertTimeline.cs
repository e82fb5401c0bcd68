using StreamMoe.DriftMoe;

namespace StreamMoe.Worker.History;

/// <summary>The life of one expert: its states over the stream, and what happened to it. The latest <see cref="MaxEntries"/> of each are kept.</summary>
internal sealed class ExpertTimeline(int id, string kind)
{
    /// <summary>Most states and most events kept: 200 each. When they are full, the older half goes.</summary>
    public const int MaxEntries = 200;

    private readonly List<StateChange> _states = [];
    private readonly List<Happening> _happenings = [];

    /// <summary>A state that began.</summary>
    internal readonly record struct StateChange(long Position, double Time, PoolMemberState State);

    /// <summary>Something that happened.</summary>
    internal readonly record struct Happening(long Position, double Time, PoolEventKind Kind);

    /// <value>Its id.</value>
    public int Id => id;

    /// <value>What it is.</value>
    public string Kind => kind;

    /// <value>Serial of its last change.</value>
    public long Serial { get; private set; }

    /// <value>Its states, each from its position up to the next one's.</value>
    public IReadOnlyList<StateChange> States => _states;

    /// <value>What happened to it.</value>
    public IReadOnlyList<Happening> Happenings => _happenings;

    /// <summary>Notes the state that it is in; nothing when it is in it already.</summary>
    /// <returns>True when that is a change.</returns>
    public bool Enter(PoolMemberState state, long serial, long position, double time)
    {
        if (_states.Count > 0 && _states[^1].State == state) return false;
        Bound(_states);
        _states.Add(new StateChange(position, time, state));
        Serial = serial;
        return true;
    }

    /// <summary>Notes what happened, and the state that it led to.</summary>
    public void Note(PoolEventKind happened, long serial, long position, double time)
    {
        Bound(_happenings);
        _happenings.Add(new Happening(position, time, happened));
        Serial = serial;
        if (StateAfter(happened) is { } state) Enter(state, serial, position, time);
    }

    private static PoolMemberState? StateAfter(PoolEventKind happened) => happened switch
    {
        PoolEventKind.Spawn => PoolMemberState.Trial,
        PoolEventKind.Promote or PoolEventKind.Restore => PoolMemberState.Active,
        PoolEventKind.Background or PoolEventKind.Shadow => PoolMemberState.Background,
        PoolEventKind.Drop or PoolEventKind.Merge or PoolEventKind.Prune => PoolMemberState.Parked,
        _ => null,
    };

    private static void Bound<T>(List<T> list)
    {
        if (list.Count >= MaxEntries) list.RemoveRange(0, MaxEntries / 2);
    }
}
