using StreamMoe.Worker.Events;

namespace StreamMoe.Worker.Figures;

/// <summary>Features that were not quite what their attributes take, by <see cref="FeatureFault"/> and by attribute. Written by the learner's task alone, read by anybody at any time.</summary>
internal sealed class FeatureCounts
{
    private static readonly int s_kinds = Enum.GetValues<FeatureFault>().Length;
    private long[][] _byAttribute = [.. Enumerable.Repeat<long[]>([], s_kinds)];

    /// <value>Totals by <see cref="FeatureFault"/>.</value>
    public long[] Totals { get; } = new long[s_kinds];

    /// <summary>The counts of one kind by attribute; as long as the schema, or empty.</summary>
    public ReadOnlySpan<long> Of(FeatureFault fault) => Volatile.Read(ref _byAttribute)[(int)fault];

    /// <summary>The count of one kind for one attribute.</summary>
    public long CountOf(int attribute, FeatureFault fault) => Of(fault) is var counts && attribute < counts.Length ? counts[attribute] : 0;

    /// <summary>Counts the faults of one record.</summary>
    public void Add(ReadOnlySpan<(int Attribute, FeatureFault Fault)> faults, int attributes)
    {
        if (_byAttribute[0].Length != attributes) Volatile.Write(ref _byAttribute, [.. Enumerable.Range(0, s_kinds).Select(_ => new long[attributes])]);
        foreach ((int attribute, FeatureFault fault) in faults)
        {
            Totals[(int)fault]++;
            _byAttribute[(int)fault][attribute]++;
        }
    }

    /// <summary>Writes the totals; the counts by attribute begin anew with the process, as they only show what is going on.</summary>
    internal void Save(Experts.State.StateWriter writer) => writer.Write(Totals);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    internal void Load(Experts.State.StateReader reader) => reader.ReadInto(Totals.AsSpan(), "the counts of features");
}
