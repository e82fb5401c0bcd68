using System.CommandLine;
using System.Globalization;
using NodaTime;
using StreamMoe.DriftMoe;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.StreamHost.Arguments;
using StreamMoe.StreamHost.Replay;
using StreamMoe.StreamHost.Reports;
using StreamMoe.StreamHost.Terminal;
using StreamMoe.Streams;
using StreamMoe.Streams.Composition;
using StreamMoe.Streams.Files;
using StreamMoe.Worker.Pipeline;

namespace StreamMoe.StreamHost.Commands;

/// <summary><c>streammoe replay</c>: predicts and learns a stream, instance by instance, and reports how well.</summary>
internal sealed partial class ReplayCommand
{
    /// <summary>Instances of a synthetic stream, when no number is given.</summary>
    internal const long SyntheticInstances = 1_000_000;

    private readonly StreamSource _source = new();
    private readonly ModelSource _model = new();
    private readonly Option<long> _seed = CommonOptions.Seed();
    private readonly Option<long?> _modelSeed = CommonOptions.ModelSeed();
    private readonly Option<long?> _instances = CommonOptions.OptionalNumber("--instances", "How many instances. The default is 1,000,000 for a synthetic stream and all rows of a file.", 1, long.MaxValue);
    private readonly Option<int> _window = CommonOptions.Number("--window", "Results in the window of the curve and of the windowed figures.", 1000, 1, 10_000_000);
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<int> _labelDelay = CommonOptions.LabelDelay();
    private readonly Option<string> _format = CommonOptions.Format();
    private readonly Option<string?> _report = CommonOptions.Report();
    private readonly Option<string?> _predictions = new("--predictions") { Description = "Write position, label and prediction of every instance to this CSV file.", HelpName = "file" };
    private readonly Option<string?> _checkpoint = new("--checkpoint") { Description = "Write the whole state to this file when the replay ends, or at --stop-after.", HelpName = "file" };
    private readonly Option<long?> _stopAfter = CommonOptions.OptionalNumber("--stop-after", "Stop after this many instances of the stream.", 1, long.MaxValue);
    private readonly Option<string?> _resume = new("--resume") { Description = "Go on from a checkpoint of the same stream, model, seed and options.", HelpName = "file" };

    public static Command Create(TextWriter output, TextWriter error)
    {
        ReplayCommand replay = new();
        Command command = new("replay", "Predict and learn a stream, instance by instance, and report accuracy, speed and memory.");
        replay._source.AddTo(command);
        replay._model.AddTo(command);
        foreach (Option option in (Option[])[replay._seed, replay._modelSeed, replay._instances, replay._window, replay._threads, replay._labelDelay,
            replay._format, replay._report, replay._predictions, replay._checkpoint, replay._stopAfter, replay._resume,
            replay._partitions, replay._learners, replay._split, replay._disorder, replay._partitionAsAttribute]) command.Add(option);
        command.SetAction(parsed => replay.Run(parsed, output, error));
        return command;
    }

    private int Run(ParseResult parsed, TextWriter output, TextWriter error)
    {
        if (parsed.GetValue(_stopAfter) is not null && parsed.GetValue(_checkpoint) is null)
            throw new UsageException("--stop-after was given without --checkpoint FILE; use --instances to shorten a replay.");
        CheckPartitions(parsed);

        string? file = parsed.GetValue(_report);
        OutputFile? page = OutputFile.Of("--report", file, "report.html", mayBeStream: true);
        OutputFile? predictions = OutputFile.Of("--predictions", parsed.GetValue(_predictions), "predictions.csv", mayBeStream: true);
        OutputFile? checkpoint = OutputFile.Of("--checkpoint", parsed.GetValue(_checkpoint), "state.checkpoint", mayBeStream: false);
        OutputFile.CheckApart([page, predictions, checkpoint], [.. _source.Inputs(parsed), .. _model.Inputs(parsed), ("--resume", parsed.GetValue(_resume))]);
        if (page?.IsStandardOutput == true || predictions?.IsStandardOutput == true)
        {
            if (parsed.GetValue(_format) == "json") throw new UsageException("standard output was given to --report or --predictions, and --format json writes its document there; name a file.");
            output = error; // the table, which would stand among it
        }

        Checkpoint? resumed = parsed.GetValue(_resume) is { } resume ? ReadToResume(resume) : null;
        Plan plan = PlanOf(parsed, resumed?.Header);
        (LearnerPreset preset, ReplaySettings settings) = (plan.Preset, plan.Settings);
        using InstanceStream stream = _source.Open(parsed, plan.Seed);
        foreach (string notice in stream.Notices) error.WriteLine($"streammoe: {notice}");
        using WorkRunner work = new(parsed.GetValue(_threads));
        WarmUp.Run(preset, stream.Schema, work);
        LearnerSchema schema = new(stream.Schema);
        if (parsed.GetValue(_partitions) is { } partitions) return RunPartitioned(parsed, stream, plan, work, (int)partitions, predictions, output);
        ILearner learner = preset.Create(stream.Schema, plan.ModelSeed, work);
        ReplayRecorder? recorder = file is null ? null : new ReplayRecorder();
        ReplaySession session = new(stream, learner, settings, recorder);
        CheckpointHeader header = Header(parsed, plan, schema);
        if (resumed is not null) Resume(session, resumed, header, plan, error);

        recorder?.Begin(session);
        long first = session.Position;
        bool interrupted = Drive(parsed, session, stream, predictions, error);
        if (session.Position == 0 && !interrupted) throw new InputException(Nothing(parsed, stream));
        if (checkpoint is not null) CheckpointFile.Write(checkpoint.Place, header with { NextPosition = session.Position }, session.Sections);

        ReplayReport report = Report(parsed, plan, session, stream, first, interrupted);
        Write(parsed, output, report, file);
        if (recorder is not null)
        {
            recorder.End(session);
            Dictionary<string, string> defaults = preset.Known.ToDictionary(o => o.Name, o => o.DefaultText);
            page!.Write(ReplayHtmlReport.Make(report, recorder, defaults, ReportOrigin.OfThisProcess(parsed.Tokens.Select(t => t.Value), SystemClock.Instance)));
        }
        return interrupted ? ExitCode.Interrupted : ExitCode.Done;
    }

    /// <summary>--seed, or else the configuration file's, or else the default.</summary>
    private long SeedOf(ParseResult parsed)
        => parsed.GetResult(_seed) is { Implicit: false } ? parsed.GetValue(_seed) : _model.Seed(parsed) ?? parsed.GetValue(_seed);

    /// <summary>What a replay is to do.</summary>
    /// <param name="Preset">The model.</param>
    /// <param name="Seed">The stream's seed.</param>
    /// <param name="ModelSeed">The model's.</param>
    /// <param name="Settings">How it is driven.</param>
    /// <param name="Given">Options of the model that the command line or the configuration file sets.</param>
    private sealed record Plan(LearnerPreset Preset, long Seed, long ModelSeed, ReplaySettings Settings, IReadOnlySet<string> Given);

    /// <summary>What the command line says, and where it says nothing, what a checkpoint says that is gone on from.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="found">The header of that checkpoint; null without one.</param>
    private Plan PlanOf(ParseResult parsed, CheckpointHeader? found)
    {
        LearnerPreset preset = _model.Read(parsed);
        HashSet<string> given = [.. preset.Settings.Select(s => s.Key)];
        long seed = SeedOf(parsed), modelSeed = parsed.GetValue(_modelSeed) ?? seed;
        int window = parsed.GetValue(_window), delay = parsed.GetValue(_labelDelay);
        if (found is not null)
        {
            preset = Continuation.Model(preset, _model.IsNamed(parsed), found);
            if (!IsGiven(parsed, _seed) && _model.Seed(parsed) is null)
            {
                seed = (long?)Stored("seed") ?? found.Seed;
                modelSeed = parsed.GetValue(_modelSeed) ?? found.Seed;
            }
            if (!IsGiven(parsed, _window)) window = (int?)Stored("window") ?? window;
            if (!IsGiven(parsed, _labelDelay)) delay = (int?)Stored("labelDelay") ?? delay;
        }
        long instances = parsed.GetValue(_instances) ?? (_source.IsFile(parsed) ? long.MaxValue : SyntheticInstances);
        return new Plan(preset, seed, modelSeed, new ReplaySettings { Instances = instances, Window = window, LabelDelay = delay }, given);

        long? Stored(string name) => found.LearningOptions.TryGetValue("replay:" + name, out string? text) ? long.Parse(text, CultureInfo.InvariantCulture) : null;
    }

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>Runs to the end, to --stop-after, or to Ctrl-C.</summary>
    /// <returns>True when it was interrupted.</returns>
    private bool Drive(ParseResult parsed, ReplaySession session, InstanceStream stream, OutputFile? written, TextWriter error)
    {
        long stop = parsed.GetValue(_stopAfter) ?? long.MaxValue;
        using Interruption interruption = new();
        CancellationToken interrupt = interruption.Token;
        ProgressLine progress = new(TerminalView.Of(error), Math.Min(stop, parsed.GetValue(_instances) ?? (_source.IsFile(parsed) ? 0 : SyntheticInstances)));
        try
        {
            using PredictionsFile? predictions = written is null ? null : new PredictionsFile(written.Open(), stream.Schema);
            while (!interrupt.IsCancellationRequested)
            {
                long position = session.Position;
                if (!session.Advance(stop))
                {
                    if (session.Position < stop) session.LearnRemainingLabels();
                    break;
                }
                for (int i = 0; predictions is not null && i < session.LastBlock.Count; i++)
                    predictions.Write(position + i, session.LastBlock.Labels[i], session.PredictionOf(i));
                progress.Show(session);
            }
        }
        finally
        {
            progress.Clear();
        }
        return interrupt.IsCancellationRequested;
    }

    private CheckpointHeader Header(ParseResult parsed, Plan plan, LearnerSchema schema)
    {
        (LearnerPreset preset, long seed, long modelSeed, ReplaySettings settings, _) = plan;
        Dictionary<string, string> options = preset.LearningOptions.ToDictionary(o => o.Key, o => o.Value, StringComparer.Ordinal);
        options["replay:labelDelay"] = settings.LabelDelay.ToString(CultureInfo.InvariantCulture);
        options["replay:window"] = settings.Window.ToString(CultureInfo.InvariantCulture);
        // The header's seed is the learner's; what makes the stream another one stands here, where it is not as usual.
        if (modelSeed != seed) options["replay:seed"] = seed.ToString(CultureInfo.InvariantCulture);
        StreamDerivation derivation = _source.Derivation(parsed);
        if (derivation.Thin is { } thin) options["replay:thin"] = thin;
        if (derivation.NoiseAttributes > 0) options["replay:noiseAttributes"] = derivation.NoiseAttributes.ToString(CultureInfo.InvariantCulture);
        return new CheckpointHeader(preset.Name, modelSeed, _source.Text(parsed), 0, options) { Schema = schema };
    }

    private static Checkpoint ReadToResume(string path)
        => File.Exists(path) ? CheckpointFile.Read(path) : throw new UsageException($"--resume: the checkpoint '{path}' was not found.");

    private static void Resume(ReplaySession session, Checkpoint found, CheckpointHeader wanted, Plan plan, TextWriter error)
    {
        (string path, ReplaySettings settings) = (found.Name, plan.Settings);
        IReadOnlyList<string> differences = Continuation.Completed(found.Header, wanted, plan.Preset.Known.ToDictionary(o => o.Name)).DifferencesFrom(wanted);
        if (differences.Count > 0)
            throw new UsageException($"--resume: {path} was written by another run: {Shortened(differences)}. Give the stream of that run, and its model, seed and options or none: what is not given is taken from the checkpoint.");
        if (Continuation.Note(found.Header, plan.Preset.LearningOptions.ToDictionary(), PresetCatalogue.Create(plan.Preset.Name, []).LearningOptions.ToDictionary(),
            plan.Given.Contains) is { } note)
            error.WriteLine($"streammoe: {path}: {note}.");
        if (found.Header.NextPosition > settings.Instances)
            throw new UsageException($"--instances was {settings.Instances}, but {path} stands at instance {found.Header.NextPosition}; --instances counts from the stream's beginning, so give more.");
        if (!session.SkipTo(found.Header.NextPosition))
            throw new CheckpointException($"Checkpoint {path} stands at instance {found.Header.NextPosition}, but the stream ends before it.");
        session.Load(found);
    }

    /// <summary>The first differences, the one of the model alone when there is one: then the options differ anyway.</summary>
    private static string Shortened(IReadOnlyList<string> differences)
    {
        const int most = 5;
        if (differences.FirstOrDefault(d => d.StartsWith("model is ", StringComparison.Ordinal)) is { } model) return model;
        return string.Join("; ", differences.Take(most)) + (differences.Count > most ? $"; and {differences.Count - most} more" : "");
    }

    private string Nothing(ParseResult parsed, InstanceStream stream) => _source.IsFile(parsed)
        ? $"{_source.Text(parsed)}: no row was read{(stream.BadRowCount > 0 ? $", {stream.BadRowCount} bad rows were skipped" : "; after the header the file is empty")}. There is nothing to learn."
        : $"{stream.Schema.Relation}: the stream has no instance.";

    private ReplayReport Report(ParseResult parsed, Plan plan, ReplaySession session, InstanceStream stream, long first, bool interrupted) => new()
    {
        Stream = _source.Text(parsed),
        Model = plan.Preset.Name,
        Seed = plan.Seed,
        ModelSeed = plan.ModelSeed,
        Derivation = _source.Derivation(parsed),
        Instances = session.Position,
        Classes = stream.Schema.ClassCount,
        ClassNames = stream.Schema.Class.Domain!.Values,
        Threads = parsed.GetValue(_threads),
        LabelDelay = plan.Settings.LabelDelay,
        Total = session.Total.Snapshot(),
        TotalFloors = new Floors(session.Total.MajorityAccuracy, session.Total.NoChangeAccuracy),
        WindowSize = plan.Settings.Window,
        Window = session.Window.Snapshot(),
        WindowFloors = new Floors(session.Window.MajorityAccuracy, session.Window.NoChangeAccuracy),
        Seconds = session.Elapsed.TotalSeconds,
        CpuSeconds = session.CpuTime.TotalSeconds,
        InstancesPerformed = session.Position - first,
        PeakMemoryBytes = System.Diagnostics.Process.GetCurrentProcess().PeakWorkingSet64,
        ModelBytes = session.Learner.ByteSize,
        History = session.History,
        FinalExperts = session.Learner.ExpertCount,
        BadRows = stream.BadRowCount,
        Interrupted = interrupted,
        Curve = session.Curve,
        KnownDrifts = DriftPoint.Of(stream),
        Options = plan.Preset.Options,
        Schema = ReportedAttribute.Of(stream.Schema),
        Notices = stream.Notices,
    };

    private void Write(ParseResult parsed, TextWriter output, ReplayReport report, string? file)
    {
        TerminalView view = TerminalView.Of(output);
        if (parsed.GetValue(_format) == "json")
        {
            using MemoryStream bytes = new();
            ReplayJson.Write(bytes, report);
            output.Write(System.Text.Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
        }
        else if (view.Kind == TerminalKind.Rich) ReplayView.Write(view, report, file);
        else ReplayText.Write(output, report, file);
    }
}
