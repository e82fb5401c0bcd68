using System.Globalization;
using StreamMoe.DriftMoe;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Experts.Neural;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;
using StreamMoe.Streams.Options;
using StreamMoe.Studies.Cost;

namespace StreamMoe.Studies.Torch;

/// <summary>The managed stack and libtorch on the processor side by side: speed by width × rows, accuracy, and the price of large steps.</summary>
internal static class TorchStudy
{
    private const int Instances = 50_000;
    private static readonly int[] s_widths = [64, 256, 1024], s_rows = [1, 64, 256, 1024], s_steps = [1, 4, 16, 64, 128];

    /// <value>The study.</value>
    public static Study Study { get; } = new("torch", "The managed stack and libtorch side by side; needs a build with torch.", "docs/torch-figures.md", Write);

    private static void Write(TextWriter page)
    {
        Experts.Torch.TorchDevices.Register();
        if (MlpBackends.FaultOf("cpu") is { } fault) throw new InvalidOperationException(fault);
        page.WriteLine($"""
            # Managed and torch: figures

            What they mean is in [torch.md](torch.md). The page was written by
            ```
            {Study.Command.Replace("--project", "-p:Torch=cpu --project")}
            ```
            with {Origin.Text}, {Experts.Torch.TorchDevices.Version}; {Environment.ProcessorCount} processors. {Blas} Where other work shares the machine, single figures may be too high by half.
            """);
        Speed(page);
        Accuracy(page);
        LargeSteps(page);
    }

    // Which kernels a system's OpenBLAS takes may depend on these; libtorch of the packages brings its own.
    private static string Blas => Environment.GetEnvironmentVariable("OPENBLAS_CORETYPE") is { } core
        ? $"OPENBLAS_CORETYPE={core}, OPENBLAS_NUM_THREADS={Environment.GetEnvironmentVariable("OPENBLAS_NUM_THREADS") ?? "not set"}." : "";

    private static void Speed(TextWriter page)
    {
        page.WriteLine("""

            ## Width × rows
            Microseconds of one thread to evaluate a net on some rows, and for one Adam step on them: managed / torch. The net is 24 → width → width/2 → 12.
            The least of the calls made in 0.12 s, at least three.

            """);
        page.Head(["width", .. s_rows.Select(r => $"{r} rows, forward"), .. s_rows.Select(r => $"{r} rows, step")]);
        foreach (int width in s_widths)
        {
            List<string> forward = [], step = [];
            foreach (int rows in s_rows)
            {
                (double Forward, double Step) managed = StackTimes.Of("managed", width, rows), torch = StackTimes.Of("cpu", width, rows);
                forward.Add($"{CostRun.Text(managed.Forward)} / {CostRun.Text(torch.Forward)}");
                step.Add($"{CostRun.Text(managed.Step)} / {CostRun.Text(torch.Step)}");
            }
            page.Row([width.ToString(CultureInfo.InvariantCulture), .. forward, .. step]);
        }
    }

    private static void Accuracy(TextWriter page)
    {
        page.WriteLine($"""

            ## Accuracy
            `moe-data`, {Instances:N0} instances, %, seeds 1 to 3:

            """);
        page.Head("stream", "`router.device=managed`", "`router.device=cpu`");
        foreach (string stream in (string[])["rbf-fast", "led-gradual"])
            page.Row(stream, ThreeSeeds("moe-data", stream), ThreeSeeds("moe-data:router.device=cpu", stream));
    }

    private static void LargeSteps(TextWriter page)
    {
        page.WriteLine($"""

            ## Large steps under drift
            A device pays only in large steps. What a net loses by them, whatever computes it: `adaptive` with one net of 64 hidden units alone in its pool
            (`pool=net:hidden1=64,stepEvery=N`), managed, {Instances:N0} instances, %, seeds 1 to 3. The mean over a step's instances is a less noisy gradient, but there are
            N times fewer steps, each of them late:

            """);
        page.Head(["stream", .. s_steps.Select(n => $"N = {n}")]);
        foreach (string stream in (string[])["rbf-fast", "rbf-moderate", "led-gradual"])
            page.Row([stream, .. s_steps.Select(n => ThreeSeeds($"adaptive:pool=net:hidden1=64;stepEvery={n}", stream))]);
    }

    private static string ThreeSeeds(string model, string stream)
        => string.Join(", ", Enumerable.Range(1, 3).Select(seed => (100 * AccuracyOf(model, stream, seed)).ToString("0.00", CultureInfo.InvariantCulture)));

    private static double AccuracyOf(string model, string text, int seed)
    {
        OptionText given = OptionText.Parse(model, "model");
        LearnerPreset preset = PresetCatalogue.Create(given.Name, given.Settings.Select(s => KeyValuePair.Create(s.Key, s.Value.Replace(';', ','))));
        using InstanceStream stream = StreamCatalogue.Open(text, seed);
        using WorkRunner work = new(1);
        ILearner learner = preset.Create(stream.Schema, seed, work);
        InstanceBlock block = new(stream.Schema.AttributeCount, 256);
        Predictions predictions = new(256);
        int right = 0, seen = 0;
        while (seen < Instances)
        {
            block.Clear();
            if (stream.Fill(block, Math.Min(256, Instances - seen)) == 0) break;
            learner.Process(block, predictions);
            for (int i = 0; i < block.Count; i++, seen++)
                if (predictions.Classes[i] == block.Labels[i]) right++;
        }
        return (double)right / seen;
    }
}
