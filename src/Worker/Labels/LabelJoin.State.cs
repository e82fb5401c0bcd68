using StreamMoe.Experts.State;

namespace StreamMoe.Worker.Labels;

/// <summary>The state of the waiting events and labels.</summary>
internal sealed partial class LabelJoin
{
    /// <summary>Writes what waits, oldest first; every event must have its prediction.</summary>
    public void Save(StateWriter writer)
    {
        writer.Mark("label-join");
        writer.Write(Expired);
        writer.Write(Orphans);
        writer.Write(Count);
        for (JoinEntry? entry = _oldest; entry is not null; entry = entry.Newer)
        {
            writer.Write(entry.Id);
            writer.Write(entry.Since);
            writer.Write(entry.IsEvent);
            writer.Write(entry.Class);
            if (!entry.IsEvent) continue;
            writer.Write(entry.Partition);
            writer.Write(Features(entry));
            writer.Write(Context(entry));
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote, under the same limits.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="classCount">Classes known.</param>
    /// <exception cref="StateFormatException">The bytes are not such a state.</exception>
    public void Load(StateReader reader, int classCount)
    {
        reader.Mark("label-join");
        while (_oldest is not null) Remove(_oldest);
        long expired = reader.ReadInt64(), orphans = reader.ReadInt64();
        int count = reader.ReadInt32(0, _limits.MaxCount, "the number of events and labels that wait");
        for (int i = 0; i < count; i++)
        {
            byte[] id = reader.ReadArray<byte>();
            long since = reader.ReadInt64();
            bool isEvent = reader.ReadBoolean();
            int theClass = reader.ReadInt32(isEvent ? -1 : 0, classCount - 1, "the class of what waits");
            if (Find(id) is not null) throw new StateFormatException($"Entry {i} of what waits for its other half has the same id as an earlier one.");
            JoinEntry entry = Add(id, since, isEvent) ?? throw new StateFormatException($"Entry {i} of what waits for its other half is larger than all that may wait.");
            entry.Class = theClass;
            if (!isEvent) continue;
            entry.Partition = reader.ReadInt32(0, int.MaxValue, "the partition of an event that waits");
            reader.ReadInto(entry.Numbers.AsSpan(0, _attributeCount), "the features of an event that waits");
            reader.ReadInto(entry.Numbers.AsSpan(_attributeCount), "the context of an event that waits");
        }
        if (Count != count) throw new StateFormatException($"What waits for its other half is more than {_limits.MaxBytes} bytes.");
        (Expired, Orphans) = (expired, orphans);
    }
}
