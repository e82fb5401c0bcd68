using System.Collections.Concurrent;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Checkpoints;

/// <summary>Checkpoints as files: <c>directory/group/topic-lN/position.checkpoint</c>, the position with 20 digits.</summary>
/// <remarks>For one worker, or for several that share the folder. What is set aside gets the ending <c>.set-aside</c> and is never read again.</remarks>
internal sealed class DirectoryCheckpointStore : ICheckpointStore
{
    private const string Ending = ".checkpoint", Aside = ".set-aside";

    private readonly string _folder;
    private readonly int _keep;
    private readonly ConcurrentDictionary<LearnerId, long> _generations = new();

    /// <summary>Makes the store; folders are made when they are needed.</summary>
    /// <param name="directory">The folder of all groups.</param>
    /// <param name="group">The consumer group.</param>
    /// <param name="keep">Checkpoints of a learner that are kept, ≥ 1.</param>
    public DirectoryCheckpointStore(string directory, string group, int keep)
        => (_folder, _keep) = (Path.Combine(Path.GetFullPath(directory), PathName.Of(group)), keep);

    /// <summary>The folder of a learner.</summary>
    public string FolderOf(LearnerId learner) => Path.Combine(_folder, PathName.Of(learner.ToString()));

    /// <inheritdoc/>
    public CheckpointEntry Write(LearnerId learner, long nextOffset, long? committed, CheckpointHeader header, IReadOnlyList<CheckpointSection> sections)
    {
        string folder = FolderOf(learner);
        DurableFile.MakeFolder(folder);
        long generation = _generations.GetOrAdd(learner, LastGeneration) + 1;
        string path = Path.Combine(folder, $"{nextOffset:D20}{Ending}");
        long length = CheckpointFile.Write(path, header with { Stream = learner.ToString(), NextPosition = nextOffset, Generation = generation }, sections);
        _generations[learner] = generation;
        foreach (CheckpointEntry old in CheckpointRetention.Superfluous(List(learner), _keep, committed)) File.Delete(old.Name);
        return new CheckpointEntry(path, generation, nextOffset, length);
    }

    /// <inheritdoc/>
    public RestoredCheckpoint Restore(LearnerId learner, long atOrBelow)
    {
        _generations.TryRemove(learner, out _);
        RemoveTemporaryFiles(learner);
        IReadOnlyList<CheckpointEntry> entries = List(learner);
        CheckpointRetention.RefuseOtherFormats(entries);
        List<SkippedCheckpoint> skipped = [.. entries.Where(e => e.Fault is not null).Select(e => new SkippedCheckpoint(e.Name, e.Fault!))];
        foreach (CheckpointEntry entry in entries.Where(e => e.Fault is null && e.NextOffset <= atOrBelow))
        {
            Checkpoint found;
            try
            {
                found = Read(learner, entry);
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
        => [.. Files(learner, "*" + Ending).Select(Describe).OrderBy(e => e.Fault is not null).ThenByDescending(e => e.Generation).ThenByDescending(e => e.Name, StringComparer.Ordinal)];

    /// <inheritdoc/>
    public Checkpoint Read(LearnerId learner, CheckpointEntry entry) => CheckpointFile.Read(entry.Name);

    /// <inheritdoc/>
    public IReadOnlyList<string> MakeNewest(LearnerId learner, long generation)
    {
        IReadOnlyList<CheckpointEntry> entries = List(learner);
        CheckpointEntry chosen = CheckpointRetention.Find(entries, generation, learner, FolderOf(learner));
        CheckpointFile.Read(chosen.Name);
        List<string> done = [];
        foreach (CheckpointEntry later in entries.Where(e => e.Fault is null && e.Generation > generation))
        {
            string aside = FreeName(later.Name + Aside);
            File.Move(later.Name, aside);
            done.Add($"generation {later.Generation} (offset {later.NextOffset}) was set aside as {aside}");
        }
        _generations.TryRemove(learner, out _);
        if (done.Count > 0) DurableFile.FlushFolder(FolderOf(learner));
        return done;
    }

    private static CheckpointEntry Describe(string path)
    {
        long length = new FileInfo(path).Length;
        try
        {
            CheckpointHeader header = CheckpointFile.ReadHeader(path);
            return new CheckpointEntry(path, header.Generation, header.NextPosition, length);
        }
        catch (CheckpointException e)
        {
            return new CheckpointEntry(path, 0, -1, length, e.Message, e is CheckpointFormatException);
        }
    }

    /// <summary>Largest generation ever, also of those that were set aside, so that no number comes twice.</summary>
    private long LastGeneration(LearnerId learner)
        => Files(learner, $"*{Ending}*").Where(f => !f.EndsWith(DurableFile.TemporaryEnding, StringComparison.Ordinal)).Select(f => Describe(f).Generation).DefaultIfEmpty(0).Max();

    private string[] Files(LearnerId learner, string pattern)
    {
        string folder = FolderOf(learner);
        return Directory.Exists(folder) ? Directory.GetFiles(folder, pattern) : [];
    }

    /// <summary>Removes what a crash left behind in the middle of writing.</summary>
    private void RemoveTemporaryFiles(LearnerId learner)
    {
        foreach (string file in Files(learner, $"*{Ending}.*{DurableFile.TemporaryEnding}")) File.Delete(file);
    }

    private static string FreeName(string wanted)
    {
        string name = wanted;
        for (int i = 2; File.Exists(name); i++) name = $"{wanted}-{i}";
        return name;
    }
}
