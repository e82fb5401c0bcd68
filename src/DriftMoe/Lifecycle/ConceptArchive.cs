using StreamMoe.DriftMoe.Pool;
using StreamMoe.Experts;
using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Lifecycle;

/// <summary>States of the pool's experts from earlier concepts, kept so that a concept that comes back need not be learned again.</summary>
/// <remarks>
/// While a concept lasts, the running experts are written down when it has lasted 2,000 learned instances, 4,000, 8,000 and so on, each time over
/// the one before: the last of these is free of what came after the drift, and all of them together cost a constant share of the time.
/// On a drift it goes to the archive (at most a given number of concepts and <see cref="MostBytes"/> bytes; the oldest goes first), unless the
/// concept was itself revived from there: then it takes that place. Source of the idea: ECPF (Anderson, Koh, Dobbie and Bifet 2019) races a new
/// learner against reused ones; here each expert races on the instances since the drift.
/// </remarks>
internal sealed class ConceptArchive
{
    /// <summary>Learned instances after which a concept is written down for the first time: 2,000.</summary>
    public const long FirstSnapshot = 2000;

    /// <summary>Most bytes of all archived states: 64 MiB.</summary>
    public const long MostBytes = 64L << 20;

    private readonly int _capacity;
    private readonly List<Concept> _concepts = [];
    private Concept? _present;
    private long _nextSnapshot = FirstSnapshot;
    private int _revivedFrom = -1, _largestState;

    /// <param name="capacity">Most concepts, ≥ 0; 0 = nothing is kept.</param>
    public ConceptArchive(int capacity) => _capacity = capacity;

    /// <summary>Concepts in the archive.</summary>
    public int Count => _concepts.Count;

    public long ByteSize => _concepts.Sum(c => c.ByteSize) + (_present?.ByteSize ?? 0);

    /// <summary>State of one slot in one archived concept; null when the slot did not run then.</summary>
    public byte[]? StateOf(int concept, int slot) => _concepts[concept].States[slot];

    /// <summary>Accuracy of a slot's best opinion when its concept was written down.</summary>
    public double AccuracyOf(int concept, int slot) => _concepts[concept].Accuracies[slot];

    /// <summary>True when a concept of this age, in learned instances, is to be written down.</summary>
    public bool IsDue(long age) => _capacity > 0 && age >= _nextSnapshot;

    /// <summary>Writes the running experts down.</summary>
    /// <param name="age">Learned instances since the last drift.</param>
    /// <param name="slots">The pool.</param>
    /// <param name="accuracies">Accuracy of each slot's best opinion; negative = the slot does not run.</param>
    public void Keep(long age, SlotTable slots, ReadOnlySpan<double> accuracies)
    {
        while (_nextSnapshot <= age) _nextSnapshot *= 2;
        byte[]?[] states = new byte[slots.Count][];
        // One buffer for all: those that it outgrows are large objects, which only a full collection takes away.
        using MemoryStream bytes = new(_largestState);
        _largestState = 0;
        for (int slot = 0; slot < slots.Count; slot++)
        {
            if (accuracies[slot] < 0) continue;
            bytes.SetLength(0);
            slots[slot].Expert.Save(new StateWriter(bytes));
            _largestState = Math.Max(_largestState, (int)bytes.Length);
            states[slot] = bytes.ToArray();
        }
        Concept concept = new(states, accuracies.ToArray());
        _present = concept.ByteSize <= MostBytes ? concept : null;
    }

    /// <summary>A drift: the concept that ended goes to the archive.</summary>
    public void EndConcept()
    {
        if (_present is not null)
        {
            if (_revivedFrom >= 0) _concepts.RemoveAt(_revivedFrom);
            _concepts.Add(_present);
            while (_concepts.Count > _capacity || ByteSize > MostBytes + _present.ByteSize) _concepts.RemoveAt(0);
        }
        (_present, _nextSnapshot, _revivedFrom) = (null, FirstSnapshot, -1);
    }

    /// <summary>The present concept is an archived one.</summary>
    public void MarkRevived(int concept) => _revivedFrom = concept;

    /// <summary>An expert with an archived state.</summary>
    public IExpert Restore(int concept, int slot, SlotTable slots)
    {
        IExpert expert = slots[slot].CreateExpert();
        expert.Load(new StateReader(new MemoryStream(_concepts[concept].States[slot]!)));
        return expert;
    }

    public void Save(StateWriter writer)
    {
        writer.Mark("archive");
        writer.Write(_nextSnapshot);
        writer.Write(_revivedFrom);
        writer.Write(_concepts.Count);
        foreach (Concept concept in _concepts) Write(writer, concept);
        writer.Write(_present is not null);
        if (_present is not null) Write(writer, _present);
    }

    public void Load(StateReader reader, int slots)
    {
        reader.Mark("archive");
        _nextSnapshot = reader.ReadInt64(FirstSnapshot, long.MaxValue / 4, "the age of the next snapshot");
        _revivedFrom = reader.ReadInt32();
        int count = reader.ReadInt32(0, _capacity, "the number of archived concepts");
        _concepts.Clear();
        for (int i = 0; i < count; i++) _concepts.Add(Read(reader, slots));
        _present = reader.ReadBoolean() ? Read(reader, slots) : null;
        if (_revivedFrom < -1 || _revivedFrom >= count) throw new StateFormatException($"The revived concept is {_revivedFrom}; must be in [−1, {count}).");
    }

    private static void Write(StateWriter writer, Concept concept)
    {
        writer.Write(concept.Accuracies);
        foreach (byte[]? state in concept.States)
        {
            writer.Write(state is not null);
            if (state is not null) writer.Write(state);
        }
    }

    private static Concept Read(StateReader reader, int slots)
    {
        double[] accuracies = new double[slots];
        reader.ReadNumbersInto(accuracies.AsSpan(), "the accuracies of an archived concept");
        byte[]?[] states = new byte[slots][];
        for (int slot = 0; slot < slots; slot++)
            states[slot] = reader.ReadBoolean() ? reader.ReadArray<byte>() : null;
        return new Concept(states, accuracies);
    }

    /// <summary>The experts' states of one concept by slot, null where the slot did not run, and how well they did then.</summary>
    private sealed record Concept(byte[]?[] States, double[] Accuracies)
    {
        public long ByteSize => States.Sum(s => s?.LongLength ?? 0) + 8L * Accuracies.Length;
    }
}
