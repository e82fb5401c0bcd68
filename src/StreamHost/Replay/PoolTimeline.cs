using StreamMoe.DriftMoe;

namespace StreamMoe.StreamHost.Replay;

/// <summary>On what terms each expert was in its pool over a stream, and what happened to it.</summary>
/// <remarks>Exact as long as the pool changes less than <see cref="MostChanges"/> times; from then on to the next point of the recording.</remarks>
internal sealed class PoolTimeline
{
    /// <summary>Most changes of state that are taken from events: 3,000.</summary>
    public const int MostChanges = 3000;

    /// <summary>Most events that are kept: 1,500.</summary>
    public const int MostEvents = 1500;

    private readonly SortedDictionary<int, Expert> _experts = [];
    private int _changes, _events;

    /// <summary>One expert.</summary>
    internal sealed class Expert(int id, string kind)
    {
        public int Id { get; } = id;

        public string Kind { get; } = kind;

        /// <value>From which position on it was in which state, ascending; at least one.</value>
        public List<(long From, PoolMemberState State)> States { get; } = [];

        /// <value>What happened to it, ascending.</value>
        public List<(long Position, PoolEventKind Kind)> Events { get; } = [];
    }

    /// <value>The experts, by id.</value>
    public IEnumerable<Expert> Experts => _experts.Values;

    /// <value>Number of experts.</value>
    public int Count => _experts.Count;

    /// <value>Where states stopped to be taken from events; null when they never did.</value>
    public long? CoarseFrom { get; private set; }

    /// <value>Events that were not kept.</value>
    public long EventsLeftOut { get; private set; }

    /// <summary>Compares with the pool as it is: new experts are added, states put right.</summary>
    public void Observe(long position, PoolSnapshot snapshot)
    {
        foreach (PoolMember member in snapshot.Members)
        {
            if (!_experts.TryGetValue(member.Id, out Expert? expert)) _experts[member.Id] = expert = new Expert(member.Id, member.Kind);
            Enter(expert, position, member.State);
        }
    }

    /// <summary>Takes a decision of the pool.</summary>
    public void Add(long position, PoolEvent happened)
    {
        if (!_experts.TryGetValue(happened.Expert, out Expert? expert)) return;
        if (_events < MostEvents)
        {
            expert.Events.Add((position, happened.Kind));
            _events++;
        }
        else EventsLeftOut++;
        if (StateAfter(happened.Kind) is not { } state) return;
        if (_changes < MostChanges) Enter(expert, position, state);
        else CoarseFrom ??= position;
    }

    private void Enter(Expert expert, long position, PoolMemberState state)
    {
        if (expert.States.Count > 0 && expert.States[^1].State == state) return;
        expert.States.Add((position, state));
        _changes++;
    }

    private static PoolMemberState? StateAfter(PoolEventKind kind) => kind switch
    {
        PoolEventKind.Spawn => PoolMemberState.Trial,
        PoolEventKind.Promote or PoolEventKind.Restore => PoolMemberState.Active,
        PoolEventKind.Drop or PoolEventKind.Prune or PoolEventKind.Merge => PoolMemberState.Parked,
        PoolEventKind.Background or PoolEventKind.Shadow => PoolMemberState.Background,
        _ => null,
    };
}
