using System.CommandLine;
using System.Globalization;
using StreamMoe.DriftMoe;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.StreamHost.Arguments;
using StreamMoe.StreamHost.Replay;
using StreamMoe.StreamHost.Terminal;
using StreamMoe.Streams;
using StreamMoe.Streams.Composition;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Events;

namespace StreamMoe.StreamHost.Commands;

/// <summary>A replay of the stream as a topic's partitions, merged and learned as the worker does it.</summary>
internal sealed partial class ReplayCommand
{
    private readonly Option<long?> _partitions = CommonOptions.OptionalNumber("--partitions", "Replay the stream as so many partitions of a topic, merged by the worker's rule.", 1, 1024);
    private readonly Option<string?> _learners = new("--learners") { Description = "Learners of the partitions: a number, or partition = one each; partition p feeds learner p mod so many. The default is 1.", HelpName = "number|partition" };
    private readonly Option<string?> _split = new("--split") { Description = "Which partition an instance goes to: round-robin (the default), or hash:ATTRIBUTE.", HelpName = "split" };
    private readonly Option<long?> _disorder = CommonOptions.OptionalNumber("--disorder", "Places by which an instance may come late in its partition. The default is 0.", 0, 1_000_000);

    private readonly Option<bool> _partitionAsAttribute = new("--partition-as-attribute") { Description = "Give the learner each instance's partition as an attribute, as events:partitionAsAttribute does; 64 partitions at most." };

    private void CheckPartitions(ParseResult parsed)
    {
        bool partitioned = parsed.GetValue(_partitions) is not null;
        foreach (Option option in (Option[])[_learners, _split, _disorder, _partitionAsAttribute])
            if (!partitioned && parsed.GetResult(option) is { Implicit: false }) throw new UsageException($"{option.Name} was given without --partitions P.");
        foreach (Option option in (Option[])[_checkpoint, _resume, _labelDelay, _report])
            if (partitioned && parsed.GetResult(option) is { Implicit: false }) throw new UsageException($"{option.Name} was given with --partitions; a replay over partitions does not have it. Leave one of them out.");
    }

    private int RunPartitioned(ParseResult parsed, InstanceStream stream, Plan plan, WorkRunner work, int partitions, OutputFile? predictionsFile, TextWriter output)
    {
        string learners = parsed.GetValue(_learners) ?? "1", split = parsed.GetValue(_split) ?? "round-robin";
        int count = CountOf(learners, partitions), disorder = (int)(parsed.GetValue(_disorder) ?? 0);
        bool asAttribute = parsed.GetValue(_partitionAsAttribute);
        if (asAttribute && partitions > SourceAttributes.MostPartitions)
            throw new UsageException($"--partition-as-attribute was given with --partitions {partitions}; there may be {SourceAttributes.MostPartitions} then.");
        PartitionedStream merged = new(stream, partitions, PartitionSplit.Parse(split, partitions, stream.Schema), disorder, plan.Seed, plan.Settings.Instances, asAttribute);
        PartitionedReplay replay = new(merged, [.. Enumerable.Range(0, count).Select(_ => plan.Preset.Create(merged.Schema, plan.ModelSeed, work))], merged.Schema, plan.Settings.Window);
        using Interruption interruption = new();
        using PredictionsFile? file = predictionsFile is null ? null : new PredictionsFile(predictionsFile.Open(), stream.Schema);
        InOrder? predictions = file is null ? null : new InOrder(file);
        while (!interruption.Token.IsCancellationRequested && replay.Advance(predictions is null ? null : predictions.Add)) { }
        predictions?.End();
        if (replay.Count == 0 && !interruption.Token.IsCancellationRequested) throw new InputException(Nothing(parsed, stream));
        Write(parsed, output, Report(parsed, plan, replay, stream, new PartitionsReport(partitions, learners, split, disorder, asAttribute, merged.Schema, replay.Learners), interruption.Token.IsCancellationRequested), null);
        return interruption.Token.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Done;
    }

    private static int CountOf(string learners, int partitions)
    {
        if (learners == ModelOptions.EachPartition) return partitions;
        if (!int.TryParse(learners, NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count < 1 || count > partitions)
            throw new UsageException($"--learners was '{learners}'; must be a number in [1, {partitions}], or {ModelOptions.EachPartition} for one a partition.");
        return count;
    }

    private ReplayReport Report(ParseResult parsed, Plan plan, PartitionedReplay replay, InstanceStream stream, PartitionsReport partitions, bool interrupted) => new()
    {
        Stream = _source.Text(parsed),
        Model = plan.Preset.Name,
        Seed = plan.Seed,
        ModelSeed = plan.ModelSeed,
        Derivation = _source.Derivation(parsed),
        Instances = replay.Count,
        Classes = stream.Schema.ClassCount,
        ClassNames = stream.Schema.Class.Domain!.Values,
        Threads = parsed.GetValue(_threads),
        LabelDelay = 0,
        Total = replay.Total.Snapshot(),
        TotalFloors = new Floors(replay.Total.MajorityAccuracy, replay.Total.NoChangeAccuracy),
        WindowSize = plan.Settings.Window,
        Window = replay.Window.Snapshot(),
        WindowFloors = new Floors(replay.Window.MajorityAccuracy, replay.Window.NoChangeAccuracy),
        Seconds = replay.Elapsed.TotalSeconds,
        CpuSeconds = replay.CpuTime.TotalSeconds,
        InstancesPerformed = replay.Count,
        PeakMemoryBytes = System.Diagnostics.Process.GetCurrentProcess().PeakWorkingSet64,
        ModelBytes = replay.Learners.Sum(l => l.Learner.ByteSize),
        History = replay.History,
        FinalExperts = replay.Learners.Sum(l => l.Learner.ExpertCount),
        BadRows = stream.BadRowCount,
        Interrupted = interrupted,
        Curve = replay.Curve,
        KnownDrifts = DriftPoint.Of(stream),
        Options = plan.Preset.Options,
        Schema = ReportedAttribute.Of(partitions.Schema),
        Notices = stream.Notices,
        Partitions = partitions,
    };

    /// <summary>Writes predictions in position order, whatever the order in which they are made.</summary>
    private sealed class InOrder(PredictionsFile file)
    {
        private readonly PriorityQueue<(int Label, int Prediction), long> _waiting = new();
        private long _next;

        public void Add(long position, int label, int prediction)
        {
            _waiting.Enqueue((label, prediction), position);
            while (_waiting.TryPeek(out (int Label, int Prediction) first, out long at) && at == _next) Take(first, at);
        }

        public void End()
        {
            while (_waiting.TryPeek(out (int Label, int Prediction) first, out long at)) Take(first, at);
        }

        private void Take((int Label, int Prediction) first, long at)
        {
            _waiting.Dequeue();
            file.Write(at, first.Label, first.Prediction);
            _next = at + 1;
        }
    }
}
