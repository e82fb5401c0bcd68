using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Experts.State;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Checkpoints;

/// <summary>Checkpoints in a compacted log, so that any worker of the group finds them.</summary>
/// <remarks>
/// A checkpoint is cut into chunks with the keys <c>group/topic/lN/slot/0</c>, <c>…/1</c> and so on; after them comes
/// <c>group/topic/lN/slot/manifest</c> with generation, next offset, number of chunks, length and SHA-256 of them all. A slot without a
/// manifest holds nothing, so a checkpoint that was cut short is as if it had never been. There are two slots more than checkpoints are
/// kept: one for the newest at or below the commit, one for the checkpoint that is being written; nothing that is kept is ever written
/// over. What is set aside moves to the slot <c>aside-generation</c> and is never read again.
/// </remarks>
internal sealed class ChangelogCheckpointStore : ICheckpointStore
{
    private const string Manifest = "manifest", Aside = "aside-";

    private readonly IChangelog _log;
    private readonly string _group;
    private readonly int _keep;
    private readonly ConcurrentDictionary<LearnerId, Dictionary<string, CheckpointEntry>> _slots = new();

    /// <summary>Makes the store.</summary>
    /// <param name="log">The changelog.</param>
    /// <param name="group">The consumer group.</param>
    /// <param name="keep">Checkpoints of a learner that are kept, ≥ 1.</param>
    public ChangelogCheckpointStore(IChangelog log, string group, int keep) => (_log, _group, _keep) = (log, PathName.Of(group), keep);

    /// <inheritdoc/>
    public CheckpointEntry Write(LearnerId learner, long nextOffset, long? committed, CheckpointHeader header, IReadOnlyList<CheckpointSection> sections)
    {
        Dictionary<string, CheckpointEntry> slots = _slots.GetOrAdd(learner, ReadManifests);
        long generation = slots.Values.Select(e => e.Generation).DefaultIfEmpty(0).Max() + 1;
        string slot = FreeSlot(slots, committed);
        byte[] bytes = CheckpointFile.ToBytes(header with { Stream = learner.ToString(), NextPosition = nextOffset, Generation = generation }, sections);
        if (slots.Remove(slot)) _log.Append(learner.Learner, [new(Key(learner, slot, Manifest), null)]);
        Put(learner, slot, generation, nextOffset, bytes);
        CheckpointEntry written = slots[slot] = new CheckpointEntry(Key(learner, slot), generation, nextOffset, bytes.Length);

        foreach (CheckpointEntry old in CheckpointRetention.Superfluous(slots.Where(s => !IsAside(s.Key)).Select(s => s.Value), _keep, committed).ToArray())
        {
            string name = old.Name[(old.Name.LastIndexOf('/') + 1)..];
            Delete(learner, name);
            slots.Remove(name);
        }
        return written;
    }

    /// <inheritdoc/>
    public RestoredCheckpoint Restore(LearnerId learner, long atOrBelow)
    {
        IReadOnlyList<CheckpointEntry> entries = List(learner);
        CheckpointRetention.RefuseOtherFormats(entries);
        List<SkippedCheckpoint> skipped = [.. entries.Where(e => e.Fault is not null).Select(e => new SkippedCheckpoint(e.Name, e.Fault!))];
        foreach (CheckpointEntry entry in entries.Where(e => e.Fault is null && e.NextOffset <= atOrBelow))
        {
            Checkpoint found;
            try
            {
                found = Read(learner, entry);
                if (found.Header.NextPosition != entry.NextOffset || found.Header.Generation != entry.Generation)
                    throw new CheckpointException($"Checkpoint {entry.Name} cannot be used: it is generation {found.Header.Generation} at offset {found.Header.NextPosition}, its manifest says {entry.Generation} at {entry.NextOffset}. Use an older one, or start without it.");
            }
            catch (CheckpointFormatException e)
            {
                throw CheckpointRetention.OtherFormat(e.Message);
            }
            catch (CheckpointException e)
            {
                skipped.Add(new SkippedCheckpoint(entry.Name, e.Message));
                continue;
            }
            return new RestoredCheckpoint(found, skipped);
        }
        return new RestoredCheckpoint(null, skipped);
    }

    /// <inheritdoc/>
    public IReadOnlyList<CheckpointEntry> List(LearnerId learner)
        => [.. (_slots[learner] = ReadManifests(learner)).Where(s => !IsAside(s.Key)).Select(s => s.Value)
            .OrderBy(e => e.Fault is not null).ThenByDescending(e => e.Generation).ThenBy(e => e.Name, StringComparer.Ordinal)];

    /// <inheritdoc/>
    public Checkpoint Read(LearnerId learner, CheckpointEntry entry) => CheckpointFile.Read(Get(learner, entry.Name), entry.Name);

    /// <inheritdoc/>
    public IReadOnlyList<string> MakeNewest(LearnerId learner, long generation)
    {
        IReadOnlyList<CheckpointEntry> entries = List(learner);
        CheckpointEntry chosen = CheckpointRetention.Find(entries, generation, learner, $"the changelog, under {Key(learner, "")}");
        CheckpointFile.Read(Get(learner, chosen.Name), chosen.Name);
        List<string> done = [];
        foreach (CheckpointEntry later in entries.Where(e => e.Fault is null && e.Generation > generation))
        {
            string slot = later.Name[(later.Name.LastIndexOf('/') + 1)..], aside = Aside + later.Generation;
            Put(learner, aside, later.Generation, later.NextOffset, Get(learner, later.Name));
            Delete(learner, slot);
            done.Add($"generation {later.Generation} (offset {later.NextOffset}) was set aside as {Key(learner, aside)}");
        }
        _slots.TryRemove(learner, out _);
        return done;
    }

    private static bool IsAside(string slot) => slot.StartsWith(Aside, StringComparison.Ordinal);

    private string Key(LearnerId learner, string slot) => string.Create(CultureInfo.InvariantCulture, $"{_group}/{learner.Topic}/l{learner.Learner}/{slot}");

    private string Key(LearnerId learner, string slot, string chunk) => $"{Key(learner, slot)}/{chunk}";

    /// <summary>A slot that is empty, or whose checkpoint may go.</summary>
    private string FreeSlot(Dictionary<string, CheckpointEntry> slots, long? committed)
    {
        CheckpointEntry[] may = [.. CheckpointRetention.Superfluous(slots.Where(s => !IsAside(s.Key)).Select(s => s.Value), _keep, committed)];
        // A damaged manifest says nothing about what was in its slot, so the slot is free.
        return Enumerable.Range(0, _keep + 2).Select(i => i.ToString(CultureInfo.InvariantCulture))
            .First(name => !slots.TryGetValue(name, out CheckpointEntry? entry) || entry.Fault is not null || may.Contains(entry));
    }

    private void Put(LearnerId learner, string slot, long generation, long nextOffset, byte[] bytes)
    {
        List<KeyValuePair<string, byte[]?>> chunks = [];
        for (int at = 0; at < bytes.Length; at += _log.MaxValueBytes)
            chunks.Add(new(Key(learner, slot, chunks.Count.ToString(CultureInfo.InvariantCulture)), bytes[at..Math.Min(at + _log.MaxValueBytes, bytes.Length)]));
        _log.Append(learner.Learner, chunks);
        byte[] manifest = new ChangelogManifest(generation, nextOffset, chunks.Count, bytes.Length, SHA256.HashData(bytes)).ToBytes();
        _log.Append(learner.Learner, [new(Key(learner, slot, Manifest), manifest)]);
    }

    private void Delete(LearnerId learner, string slot)
    {
        string prefix = Key(learner, slot) + "/", manifest = prefix + Manifest;
        IEnumerable<string> keys = _log.ReadLatest(learner.Learner, key => key.StartsWith(prefix, StringComparison.Ordinal)).Keys;
        // The manifest goes first: without it the chunks are nothing.
        _log.Append(learner.Learner, [.. keys.OrderByDescending(k => k == manifest).ThenBy(k => k, StringComparer.Ordinal).Select(k => new KeyValuePair<string, byte[]?>(k, null))]);
    }

    /// <summary>Puts the chunks of a slot together.</summary>
    /// <exception cref="CheckpointException">A chunk is missing, or they are not those of the manifest.</exception>
    private byte[] Get(LearnerId learner, string name)
    {
        string prefix = name + "/";
        IReadOnlyDictionary<string, byte[]> values = _log.ReadLatest(learner.Learner, key => key.StartsWith(prefix, StringComparison.Ordinal));
        ChangelogManifest manifest = values.TryGetValue(prefix + Manifest, out byte[]? bytesOfManifest) ? ChangelogManifest.Read(bytesOfManifest)
            : throw new CheckpointException($"Checkpoint {name} cannot be used: its manifest has just been deleted. Use an older one, or start without it.");
        using MemoryStream bytes = new();
        for (int i = 0; i < manifest.Chunks; i++)
        {
            if (!values.TryGetValue(prefix + i.ToString(CultureInfo.InvariantCulture), out byte[]? chunk))
                throw new CheckpointException($"Checkpoint {name} cannot be used: chunk {i} of {manifest.Chunks} is missing. Use an older one, or start without it.");
            bytes.Write(chunk);
        }
        byte[] whole = bytes.ToArray();
        return whole.Length == manifest.Length && SHA256.HashData(whole).AsSpan().SequenceEqual(manifest.Digest) ? whole
            : throw new CheckpointException($"Checkpoint {name} cannot be used: its chunks have {whole.Length} bytes, and their length ({manifest.Length}) or SHA-256 does not match the manifest. Use an older one, or start without it.");
    }

    private Dictionary<string, CheckpointEntry> ReadManifests(LearnerId learner)
    {
        string prefix = Key(learner, ""), ending = "/" + Manifest;
        Dictionary<string, CheckpointEntry> slots = new(StringComparer.Ordinal);
        foreach ((string key, byte[] value) in _log.ReadLatest(learner.Learner, key => key.StartsWith(prefix, StringComparison.Ordinal) && key.EndsWith(ending, StringComparison.Ordinal)))
        {
            string name = key[..^ending.Length], slot = name[prefix.Length..];
            try
            {
                ChangelogManifest manifest = ChangelogManifest.Read(value);
                slots[slot] = new CheckpointEntry(name, manifest.Generation, manifest.NextOffset, manifest.Length);
            }
            catch (CheckpointFormatException e)
            {
                slots[slot] = new CheckpointEntry(name, 0, -1, value.Length, $"Checkpoint {name} is of another format: {e.Message}", IsOtherFormat: true);
            }
            catch (StateFormatException e)
            {
                slots[slot] = new CheckpointEntry(name, 0, -1, value.Length, $"Checkpoint {name} cannot be used: its manifest is damaged: {e.Message}");
            }
        }
        return slots;
    }
}
