using StreamMoe.DriftMoe;
using StreamMoe.DriftMoe.Work;
using StreamMoe.StreamHost.Replay;
using StreamMoe.StreamHost.Terminal;
using StreamMoe.Streams;
using StreamMoe.Worker.Pipeline;

namespace StreamMoe.StreamHost.Compare;

/// <summary>Replays every stream with every model and every seed, one after the other: streams outermost, seeds innermost.</summary>
internal sealed class CompareRunner(IReadOnlyList<ComparedStream> streams, IReadOnlyList<ComparedModel> models, IReadOnlyList<long> seeds, int labelDelay, WorkRunner work, long? modelSeed = null)
{
    /// <summary>Instances between two looks at the model's size: 10,000. The last look is at the end.</summary>
    public const int SizeInterval = 10_000;

    /// <summary>Opens every stream and makes every model for it once, so that what cannot be is told before hours of work.</summary>
    /// <param name="notices">Receives what a user should know of how the streams are read.</param>
    public void Check(TextWriter notices)
    {
        foreach (ComparedStream stream in streams)
        {
            using InstanceStream opened = stream.Open(seeds[0]);
            foreach (string notice in opened.Notices) notices.WriteLine($"streammoe: {notice}");
            foreach (ComparedModel model in models) _ = model.Preset.Create(opened.Schema, modelSeed ?? seeds[0], work);
        }
    }

    /// <summary>Runs one replay for each result that is asked for.</summary>
    /// <param name="progress">Where a terminal sees how far the run is.</param>
    /// <param name="interrupt">Ends the sequence after the current block; the run that it was in gives no result.</param>
    public IEnumerable<ModelRun> Run(TerminalView progress, CancellationToken interrupt)
    {
        int number = 0, all = streams.Count * models.Count * seeds.Count;
        foreach (ComparedStream stream in streams)
            foreach (ComparedModel model in models)
                foreach (long seed in seeds)
                {
                    if (interrupt.IsCancellationRequested) yield break;
                    string place = $"run {++number} of {all}  ·  {stream.Name}  ·  {model.Name}  ·  seed {seed}";
                    ProgressLine line = new(progress, stream.Instances, place);
                    if (Replay(stream, model, seed, line, interrupt) is not { } run) yield break;
                    yield return run;
                }
    }

    /// <returns>Null when it was interrupted.</returns>
    private ModelRun? Replay(ComparedStream source, ComparedModel model, long seed, ProgressLine progress, CancellationToken interrupt)
    {
        using InstanceStream stream = source.Open(seed);
        WarmUp.Run(model.Preset, stream.Schema, work);
        // No run pays for what the one before it left behind.
        GC.Collect();
        ILearner learner = model.Preset.Create(stream.Schema, modelSeed ?? seed, work);
        ReplaySession session = new(stream, learner, new ReplaySettings { Instances = source.Instances, LabelDelay = labelDelay });
        long peak = 0, nextLook = 0;
        try
        {
            while (session.Advance(long.MaxValue))
            {
                progress.Show(session);
                if (interrupt.IsCancellationRequested) return null;
                if (session.Position < nextLook) continue;
                peak = Math.Max(peak, learner.ByteSize);
                nextLook = session.Position + SizeInterval;
            }
            session.LearnRemainingLabels();
        }
        finally
        {
            progress.Clear();
        }
        return new ModelRun
        {
            Stream = source.Name,
            Model = model.Name,
            Seed = seed,
            Instances = session.Position,
            BadRows = stream.BadRowCount,
            Total = session.Total.Snapshot(),
            Seconds = session.Elapsed.TotalSeconds,
            CpuSeconds = session.CpuTime.TotalSeconds,
            PeakModelBytes = Math.Max(peak, learner.ByteSize),
            Curve = session.Curve,
        };
    }
}
