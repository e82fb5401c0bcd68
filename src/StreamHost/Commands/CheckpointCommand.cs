using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.StreamHost.Arguments;
using StreamMoe.Worker.Checkpoints;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.StreamHost.Commands;

/// <summary><c>streammoe checkpoint</c>: looks into checkpoints, checks them, and takes a stopped worker back to an older one.</summary>
internal sealed class CheckpointCommand(TextWriter output, IReadOnlyDictionary<string, string> variables)
{
    public static Command Create(TextWriter output, IReadOnlyDictionary<string, string> variables)
    {
        CheckpointCommand commands = new(output, variables);
        return new Command("checkpoint", "Look into checkpoints, check them, and take a stopped worker back to an older one.")
        {
            commands.Show(), commands.Verify(), commands.List(), commands.Restore(),
        };
    }

    private Command Show()
    {
        Argument<string> file = FileArgument();
        Option<string> format = CommonOptions.Format();
        Command command = new("show", "Print what a checkpoint holds: header, options, schema, experts, sections, and whether it is intact.") { file, format };
        command.SetAction(parsed =>
        {
            CheckpointInspection found = Inspect(parsed.GetRequiredValue(file));
            CheckpointDescription description = new(found);
            if (parsed.GetValue(format) == "json") description.WriteJson(output);
            else description.WriteText(output);
            return found.Header is null ? ExitCode.Failed : ExitCode.Done;
        });
        return command;
    }

    private Command Verify()
    {
        Argument<string> file = FileArgument();
        Command command = new("verify", "Check every byte of a checkpoint; exit code 1 names every damaged place.") { file };
        command.SetAction(parsed =>
        {
            CheckpointInspection found = Inspect(parsed.GetRequiredValue(file));
            if (found.OtherFormat is { } other) throw new CheckpointException($"{found.Name}: another format: {other}. Only a release that reads it can verify it.");
            if (!found.IsIntact) throw new CheckpointException(string.Join(Environment.NewLine, found.Faults.Select(fault => $"{found.Name}: damaged: {fault}.")));
            output.WriteLine($"{found.Name}: intact, {found.Length} bytes, {found.Parts.Count} sections.");
            return ExitCode.Done;
        });
        return command;
    }

    private Command List()
    {
        ConfigurationSource source = new(variables);
        LearnerChoice learner = new();
        Option<long?> generation = CommonOptions.OptionalNumber("--generation", "List this generation alone.", 1, long.MaxValue);
        Command command = new("list", "List the checkpoints that a worker has of a learner, newest first.") { learner.Learner, learner.Partition, generation };
        source.AddTo(command);
        command.SetAction(parsed =>
        {
            WorkerConfiguration configuration = source.Read(parsed);
            LearnerId id = learner.Read(parsed, configuration);
            ICheckpointStore store = Store(configuration);
            IReadOnlyList<CheckpointEntry> entries = store.List(id);
            if (parsed.GetValue(generation) is { } wanted) entries = [CheckpointRetention.Find(entries, wanted, id, "the store")];
            if (entries.Count == 0) output.WriteLine($"{id} has no checkpoint.");
            else output.WriteLine($"{"generation",10} {"position",20} {"bytes",14}  {"lineage",-32} {"sequence",10}  where");
            foreach (CheckpointEntry entry in entries)
            {
                (string lineage, string sequence, string? fault) = OrderOf(store, id, entry);
                string generations = entry.Fault is null ? $"{entry.Generation,10} {entry.NextOffset,20}" : $"{"?",10} {"?",20}";
                output.WriteLine($"{generations} {entry.Length,14}  {lineage,-32} {sequence,10}  {fault ?? entry.Name}");
            }
            return ExitCode.Done;
        });
        return command;
    }

    private Command Restore()
    {
        ConfigurationSource source = new(variables);
        LearnerChoice learner = new();
        Option<long?> generation = CommonOptions.OptionalNumber("--generation", "The generation to go on from.", 1, long.MaxValue);
        generation.Required = true;
        Command command = new("restore", "Make an older checkpoint of a learner the newest one; later ones are set aside, not deleted. The worker must be stopped.") { learner.Learner, learner.Partition, generation };
        source.AddTo(command);
        command.SetAction(parsed =>
        {
            WorkerConfiguration configuration = source.Read(parsed);
            LearnerId id = learner.Read(parsed, configuration);
            long wanted = parsed.GetValue(generation)!.Value;
            foreach (string line in Store(configuration).MakeNewest(id, wanted)) output.WriteLine($"{id}: {line}.");
            output.WriteLine($"{id}: generation {wanted} is the newest. A worker that starts now goes on from it when its offset is at or below what is committed, "
                + "and learns the records between the two again without putting anything out.");
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Lineage and sequence of the order record after which a checkpoint stands; or what is wrong with it.</summary>
    private static (string Lineage, string Sequence, string? Fault) OrderOf(ICheckpointStore store, LearnerId learner, CheckpointEntry entry)
    {
        if (entry.Fault is not null) return ("?", "?", entry.Fault);
        try
        {
            Checkpoint found = store.Read(learner, entry);
            if (found.Parts.All(p => p.Name != OrderState.SectionName)) return ("-", "-", null);
            OrderPosition last = OrderState.Of(found).Last;
            return ($"{last.Lineage:N}", last.Sequence.ToString(CultureInfo.InvariantCulture), null);
        }
        catch (CheckpointException e)
        {
            return ("?", "?", e.Message);
        }
    }

    private static Argument<string> FileArgument() => new("file") { Description = "A checkpoint file." };

    private static CheckpointInspection Inspect(string path)
        => Directory.Exists(path) ? throw new UsageException($"'{path}' is a folder; must be a checkpoint file. 'streammoe checkpoint list' lists those of a worker.") : File.Exists(path) ? CheckpointFile.Inspect(path) : throw new UsageException($"the checkpoint '{path}' was not found.");

    private static ICheckpointStore Store(WorkerConfiguration configuration)
    {
        CheckpointOptions options = configuration.Checkpoints;
        if (options.Store == CheckpointStoreKind.Directory && !Directory.Exists(options.Directory))
            throw new UsageException($"checkpoints:directory is '{options.Directory}'{(File.Exists(options.Directory) ? ", which is a file" : $"; there is no folder {Path.GetFullPath(options.Directory)}")}. "
                + "Give the worker's own configuration by --config, or the folder by --set checkpoints:directory=….");
        return CheckpointStores.Create(configuration, () => new KafkaChangelog(new KafkaSettings(configuration.Kafka, configuration.KafkaClient), NullLogger.Instance));
    }
}
