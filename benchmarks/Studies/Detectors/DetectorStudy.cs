using StreamMoe.Experts.Drift;
using StreamMoe.Streams.Options;
using static StreamMoe.Studies.Detectors.DetectorFigures;

namespace StreamMoe.Studies.Detectors;

/// <summary>How often each drift detector raises a false alarm, how soon it sees a change, and which options it has.</summary>
internal static class DetectorStudy
{
    /// <value>The study.</value>
    public static Study Study { get; } = new("detectors", "False alarms and delays of every drift detector, and their options.", "docs/detectors.md", Write);

    /// <summary>Detectors that are measured with other options too: hddm-w to show the trade of false alarms for delay,
    /// geometric-ma because its default threshold is out of reach.</summary>
    private static readonly Dictionary<string, string> s_alsoAs = new()
    {
        ["hddm-w"] = "hddm-w:driftConfidence=0.0001",
        ["geometric-ma"] = "geometric-ma:lambda=0.1",
    };

    private static void Write(TextWriter page)
    {
        List<DetectorFigures> all = [];
        foreach (string name in DetectorCatalogue.Names)
        {
            all.Add(new DetectorFigures(name));
            if (s_alsoAs.TryGetValue(name, out string? text)) all.Add(new DetectorFigures(text));
        }
        Parallel.ForEach(all.SelectMany(figures => figures.Tasks), task => task());

        page.WriteLine($"""
            # Drift detectors

            A drift detector watches one number an input, mostly the 0/1 error of a prediction (1 = wrong), and answers each with nothing, a
            warning, or a drift. This page says how often each detector raises a false alarm and how soon it sees a change, with its default
            options unless the row says otherwise, and lists the options. To try one on inputs of your own:
            ```
            ./streammoe detect errors.txt --detector hddm-w --set driftConfidence=0.0001
            ```
            The whole page was written by
            ```
            {Study.Command}
            ```
            with {Origin.Text}.
            The figures do not depend on the number of threads or on time: the inputs come from the project's `SeededRandom` with the seeds
            given below, the same ones for every detector.

            ## False alarms
            - *In {StationaryInputs:N0}*: drift signals on {StationaryInputs:N0} inputs that are 1 with the probability given; the mean and, in brackets, the least
              and the most of {StationaryRuns} runs (seeds 1 to {StationaryRuns}), each by a new detector.
            - *In the first {Before:N0}*: the same on the {Before:N0} inputs that precede the changes below; mean of {Repetitions} runs (seeds 1 to {Repetitions}).
            - *Signals a fall*: share of {Repetitions} runs with a drift signal within {Limit:N0} inputs after the probability fell abruptly from
              {Fall.Before} to {Fall.After}, that is, after the learner became better. Some of it is chance: compare *no change* below.
            - *State*: its size after {StationaryInputs:N0} inputs, the largest of the runs.

            """);
        WriteQuiet(page, all);
        page.WriteLine();
        page.WriteLine($"""
            ## Delay after a rise of the error rate
            Each cell holds the **mean / median / worst** number of inputs from the beginning of the change to the first drift signal, over
            {Repetitions} repetitions (seeds 1 to {Repetitions}), each by a new detector that has seen {Before:N0} stationary inputs; signals among those are the false
            alarms "in the first {Before:N0}" above and not counted here. A change that is not signalled within {Limit:N0} inputs is missed. Mean and worst are
            over the repetitions that did not miss it; the median is over all of them, a missed change being the longest, and so may lie
            above the mean. *No change* is the control: the signals that come by chance in as many inputs.

            """);
        WriteDelays(page, all);
        page.WriteLine();
        page.WriteLine(Reading);
        page.WriteLine();
        page.WriteLine("## Options");
        WriteOptions(page);
    }

    /// <summary>What follows from the figures and does not change with their last digits.</summary>
    private const string Reading = """
        ## How to read it
        - A short delay is worth nothing where the control shows the same: a detector that signals every few hundred inputs anyway will
          also signal soon after a change.
        - False alarms are not spread evenly. `ddm`, `rddm` and above all `eddm` raise most of theirs soon after a start or a restart, so the
          first inputs have more than their share of a million, and a run without any may be luck.
        - An alarm makes most detectors start anew. One that starts just before a change takes the new rate for the normal one: that is why
          some that are quick otherwise miss a large change now and then.
        - `adwin` drops old inputs bit by bit and may signal one change several times; each signal counts.
        - The default threshold of `geometric-ma` is out of reach of 0/1 inputs: its statistic is a weighted mean of differences that are at
          most 1, and stays below 1. The row below it has a threshold that it can reach.
        - The rate of a real learner is not constant between drifts, it falls while the learner learns. Expect other figures there.

        **Which detector suits what.** Where an alarm is dear, because it throws a model away, take one of the quiet ones: `hddm-a` (which
        also warns), `adwin` (its window grows while nothing happens, so that it finds small changes too) or `page-hinkley` (late, but it
        hardly misses any). For abrupt and large changes `hddm-w` is the quickest that is not among the noisiest, and `fhddm` comes near
        it; at small steps and slow changes their lead melts away, and `fhddm` misses more. Where some false alarms may be paid, `seed` and
        `rddm` see small and gradual rises sooner than the quiet ones, and `cusum` the smallest ones. `ewma` and `stepd` suit only what
        costs little at each alarm, such as starting a background expert. `ddm` is slow after a long stable phase and `eddm` restless at
        the start; both are here for comparison. `seed`, `stepd` and `kswin` also signal that the rate fell: good for watching inputs,
        wrong for replacing a learner that has just improved. `kswin` is made for real numbers, not for 0/1 errors. When nothing is known
        of the drift, begin with `hddm-a` or `adwin`. If large changes are seen too late, try `hddm-w`; the row with a smaller
        `driftConfidence` shows how its false alarms go at the price of the small changes.
        """;

    private static void WriteQuiet(TextWriter page, List<DetectorFigures> all)
    {
        page.Head(["detector", .. Rates.Select(rate => $"in {StationaryInputs:N0} at {rate}"), $"in the first {Before:N0} at {Control.Before}",
            "signals a fall", "warns", "state in bytes"]);
        foreach (DetectorFigures figures in all)
            page.Row([$"`{figures.Text}`", .. Rates.Select(rate => Spread(figures.FalseAlarms(rate))), $"{figures.Over(Control).AlarmsBefore / (double)Repetitions:F2}",
                $"{1 - figures.Over(Fall).Missed:P0}", figures.Warns ? "yes" : "–", $"{figures.ByteSize:N0}"]);
    }

    private static void WriteDelays(TextWriter page, List<DetectorFigures> all)
    {
        page.Head(["detector", .. Rises.Select(rise => rise.ToString()), "no change"]);
        foreach (DetectorFigures figures in all)
            page.Row([$"`{figures.Text}`", .. Rises.Select(rise => Delay(figures.Over(rise), "missed")), Delay(figures.Over(Control), "silent")]);
    }

    private static void WriteOptions(TextWriter page)
    {
        foreach (string name in DetectorCatalogue.Names)
        {
            Type type = DetectorCatalogue.Create(name).GetType();
            string room = type.Namespace![type.Namespace!.IndexOf("Drift", StringComparison.Ordinal)..].Replace('.', '/');
            page.WriteLine();
            page.WriteLine($"### {name}");
            page.WriteLine($"[{type.Name}](../src/Experts/{room}/{type.Name}.cs) takes {InputsOf(DetectorCatalogue.Options(name))}.");
            IReadOnlyList<OptionInfo> options = DetectorCatalogue.Describe(name);
            if (options.Count == 0)
            {
                page.WriteLine("It has no options.");
                continue;
            }
            page.WriteLine();
            page.Head("option", "default", "allowed", "meaning");
            foreach (OptionInfo option in options) page.Row($"`{option.Name}`", option.DefaultText, option.Allowed, option.Description);
        }
    }

    private static string Spread(IReadOnlyList<int> counts) =>
        counts.Max() == 0 ? "0" : $"{counts.Average():N1} ({counts.Min():N0}–{counts.Max():N0})";

    private static string Delay(ChangeRuns runs, string missed)
    {
        if (runs.Delays.Count == 0) return $"all {missed}";
        string median = runs.Median is { } value ? $"{value:N0}" : $"> {Limit:N0}";
        return $"{runs.Mean:N0} / {median} / {runs.Delays[^1]:N0}{(runs.Missed > 0 ? $", {runs.Missed:P0} {missed}" : "")}";
    }

    /// <summary>Which inputs a detector takes, found by trying.</summary>
    private static string InputsOf(DetectorOptions options)
    {
        return Takes(-1) ? "any finite number" : Takes(2) ? "any finite number ≥ 0" : Takes(0.5) ? "numbers in [0, 1]" : "0 and 1";

        bool Takes(double value)
        {
            try
            {
                options.CreateDetector().Update(value);
                return true;
            }
            catch (ArgumentOutOfRangeException)
            {
                return false;
            }
        }
    }
}
