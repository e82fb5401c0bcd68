using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using NodaTime;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.StreamHost.Arguments;
using StreamMoe.StreamHost.Compare;
using StreamMoe.StreamHost.Reports;
using StreamMoe.StreamHost.Terminal;

namespace StreamMoe.StreamHost.Commands;

/// <summary><c>streammoe compare</c>: replays streams with several models and seeds, and tests whether the models differ.</summary>
/// <remarks>Each run is the replay that <c>streammoe replay</c> does with the same stream, model, seed and options. The JSON document is
/// described at <see cref="CompareJson"/>. Stopped by Ctrl-C or by a fault, it prints the runs that are finished.</remarks>
internal sealed class CompareCommand
{
    private readonly Argument<string[]> _streams = new("stream") { Description = $"One or more streams. {StreamOpener.Description}", Arity = ArgumentArity.ZeroOrMore };
    private readonly StreamOpener _opener = new();
    private readonly Option<string> _models = new("--models")
    {
        Description = $"The models, separated by commas: {string.Join(", ", PresetCatalogue.Names)}. Options follow a colon, also separated by commas: a part with "
            + "'=' and no ':' before it goes on with the options of the model before it, so a:x=1,y=2,b is a with x and y, and b. "
            + "A name ending in .json is a configuration file, as replay's --config (for options with commas in them, such as adaptive's pool).",
        HelpName = "a,b",
    };
    private readonly Option<string[]> _results = new("--results")
    {
        Description = "Run nothing: make one comparison of earlier ones, the documents of --format json. They must have the same seeds, threads, label delay "
            + "and model options, and as many instances of each stream.",
        HelpName = "files",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<string> _seeds = new("--seeds") { Description = "Seeds of the stream and of the model, separated by commas: one run each.", HelpName = "1,2,3", DefaultValueFactory = _ => "1,2,3" };
    private readonly ObjectiveSource _objective = new();
    private readonly Option<long?> _modelSeed = CommonOptions.ModelSeed();
    private readonly Option<long?> _instances = CommonOptions.OptionalNumber("--instances", "How many instances of each stream. The default is 1,000,000 for a synthetic stream and all rows of a file.", 1, long.MaxValue);
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<int> _labelDelay = CommonOptions.LabelDelay();
    private readonly Option<string> _format = CommonOptions.Format();
    private readonly Option<string?> _report = CommonOptions.Report();

    /// <param name="output">Receives the result.</param>
    /// <param name="error">Receives the progress line.</param>
    /// <param name="interrupt">Stops as Ctrl-C does.</param>
    public static Command Create(TextWriter output, TextWriter error, CancellationToken interrupt = default)
    {
        CompareCommand compare = new();
        Command command = new("compare", "Replay streams with several models and seeds: accuracy, ranks and whether the models differ, speed and memory.");
        command.Add(compare._streams);
        compare._opener.AddTo(command);
        compare._objective.AddTo(command);
        foreach (Option option in (Option[])[compare._models, compare._results, compare._seeds, compare._modelSeed, compare._instances, compare._threads, compare._labelDelay, compare._format, compare._report])
            command.Add(option);
        command.SetAction(parsed => compare.Run(parsed, output, error, interrupt));
        return command;
    }

    private int Run(ParseResult parsed, TextWriter output, TextWriter error, CancellationToken interrupt)
    {
        OutputFile? page = OutputFile.Of("--report", parsed.GetValue(_report), "report.html", mayBeStream: true);
        OutputFile.CheckApart([page], [.. _opener.Inputs(parsed, parsed.GetValue(_streams) ?? []),
            .. (parsed.GetValue(_results) ?? []).Select(f => ("--results", (string?)f)), .. (parsed.GetValue(_models) ?? "").Split(',').Where(File.Exists).Select(f => ("--models", (string?)f))]);
        if (page?.IsStandardOutput == true)
        {
            if (parsed.GetValue(_format) == "json") throw new UsageException("standard output was given to --report, and --format json writes its document there; name a file.");
            output = error; // the tables, which would stand before it
        }
        if (parsed.GetValue(_results) is { Length: > 0 } results)
        {
            CheckOnlyResults(parsed);
            Write(parsed, output, page, JoinedDocuments.Join([.. results.Select(CompareDocument.Read)]));
            return ExitCode.Done;
        }
        IReadOnlyList<ComparedStream> streams = Streams(parsed);
        IReadOnlyList<ComparedModel> models = ComparedModel.ReadAll(parsed.GetValue(_models) ?? throw new UsageException($"Option '--models' is required: one or more of {string.Join(", ", PresetCatalogue.Names)}, separated by commas."));
        IReadOnlyList<KeyValuePair<string, string>> objective = _objective.Settings(parsed);
        models = [.. models.Select(m => m with { Preset = ObjectiveSource.Apply(m.Preset, objective) })];
        IReadOnlyList<long> seeds = Seeds(parsed.GetRequiredValue(_seeds));
        using WorkRunner work = new(parsed.GetValue(_threads));
        CompareRunner runner = new(streams, models, seeds, parsed.GetValue(_labelDelay), work, parsed.GetValue(_modelSeed));
        runner.Check(error);

        using Interruption interruption = new(interrupt);
        List<ModelRun> runs = [];
        bool isWhole = false;
        try
        {
            foreach (ModelRun run in runner.Run(TerminalView.Of(error), interruption.Token)) runs.Add(run);
            isWhole = runs.Count == streams.Count * models.Count * seeds.Count;
        }
        finally
        {
            // A fault after hours must not take the finished runs with it; the message and the exit code follow.
            if (isWhole || runs.Count > 0 || interruption.Token.IsCancellationRequested)
                Write(parsed, output, page, new CompareReport([.. streams.Select(s => s.Name)], [.. models.Select(m => m.Reported)], seeds, runs)
                {
                    Threads = work.Threads,
                    LabelDelay = parsed.GetValue(_labelDelay),
                    ModelSeed = parsed.GetValue(_modelSeed),
                    Derivation = _opener.Derivation(parsed),
                    Interrupted = !isWhole,
                    ProcessPeakBytes = Process.GetCurrentProcess().PeakWorkingSet64,
                });
        }
        return isWhole ? ExitCode.Done : ExitCode.Interrupted;
    }

    /// <summary>Refuses what has no meaning when nothing is run.</summary>
    private void CheckOnlyResults(ParseResult parsed)
    {
        if (parsed.GetValue(_streams) is { Length: > 0 } streams)
            throw new UsageException($"--results was given with the stream '{streams[0]}'; it runs nothing, so no stream can stand with it.");
        foreach (Option option in (Option[])[_models, _seeds, _modelSeed, _instances, _threads, _labelDelay])
            if (parsed.GetResult(option) is { Implicit: false })
                throw new UsageException($"--results was given with {option.Name}; it runs nothing, so only --format and --report can stand with it.");
    }

    private List<ComparedStream> Streams(ParseResult parsed)
    {
        string[] texts = parsed.GetValue(_streams) ?? [];
        if (texts.Length == 0) throw new UsageException("no stream was given; name one or more, or give earlier results by --results FILE.");
        bool hasFiles = texts.Any(StreamOpener.IsFile);
        List<ComparedStream> streams = [];
        foreach (string text in texts)
        {
            if (text == StreamOpener.StandardInput) throw new UsageException("compare reads every stream several times, and standard input (-) can be read once; write it to a file, and name that.");
            if (streams.Exists(s => s.Name == text)) throw new UsageException($"the stream '{text}' was given twice; every stream counts once.");
            long instances = parsed.GetValue(_instances) ?? (StreamOpener.IsFile(text) ? long.MaxValue : ReplayCommand.SyntheticInstances);
            streams.Add(new ComparedStream(text, instances, seed => _opener.Open(parsed, text, seed, hasFiles)));
        }
        return streams;
    }

    private static List<long> Seeds(string text)
    {
        List<long> seeds = [];
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!long.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seed))
                throw new UsageException($"--seeds was '{text}'; must be whole numbers separated by commas, as in 1,2,3.");
            if (seeds.Contains(seed)) throw new UsageException($"--seeds has {seed} twice; every seed is one run.");
            seeds.Add(seed);
        }
        return seeds;
    }

    private void Write(ParseResult parsed, TextWriter output, OutputFile? page, CompareReport report)
    {
        TerminalView view = TerminalView.Of(output);
        if (parsed.GetValue(_format) == "json")
        {
            using MemoryStream bytes = new();
            CompareJson.Write(bytes, report);
            output.Write(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
        }
        else if (view.Kind == TerminalKind.Rich) CompareView.Write(view, report);
        else CompareText.Write(output, report);
        page?.Write(CompareHtmlReport.Make(report, ReportOrigin.OfThisProcess(parsed.Tokens.Select(t => t.Value), SystemClock.Instance),
            isFromDocuments: parsed.GetValue(_results) is { Length: > 0 }));
    }
}
