using System.Collections.Concurrent;
using StreamMoe.Experts.Drift;

namespace StreamMoe.Studies.Detectors;

/// <summary>All figures of one detector.</summary>
internal sealed class DetectorFigures
{
    /// <summary>Inputs of a stationary run, and runs at each rate.</summary>
    public const int StationaryInputs = 1_000_000, StationaryRuns = 5;

    /// <summary>Stationary inputs before a change, and inputs from its beginning on in which it must be signalled.</summary>
    public const int Before = 5_000, Limit = 5_000;

    /// <summary>Repetitions of each change.</summary>
    public const int Repetitions = 100;

    private readonly ConcurrentDictionary<(double Rate, int Run), StationaryRun> _stationary = new();
    private readonly ConcurrentDictionary<ErrorRate, ChangeRuns> _changes = new();

    /// <summary>Makes a detector's figures; <see cref="Tasks"/> fills them.</summary>
    /// <param name="text">The detector as <see cref="DetectorCatalogue.Parse"/> reads it.</param>
    public DetectorFigures(string text)
    {
        Text = text;
        Options = DetectorCatalogue.Parse(text);
    }

    /// <value>Error rates of the stationary runs.</value>
    public static IReadOnlyList<double> Rates { get; } = [0.2, 0.05];

    /// <value>The rises of the error rate.</value>
    public static IReadOnlyList<ErrorRate> Rises { get; } = [new(0.2, 0.25), new(0.2, 0.3), new(0.2, 0.4), new(0.2, 0.6), new(0.2, 0.4, 2_000)];

    /// <value>No change at all: what a detector "finds" by chance.</value>
    public static ErrorRate Control { get; } = new(0.2, 0.2);

    /// <value>A fall of the error rate: the learner has become better.</value>
    public static ErrorRate Fall { get; } = new(0.6, 0.2);

    /// <value>The detector, with the options that are not defaults.</value>
    public string Text { get; }

    /// <value>Its options.</value>
    public DetectorOptions Options { get; }

    /// <value>Everything there is to measure; the parts are independent of each other and may run in any order.</value>
    public IEnumerable<Action> Tasks
    {
        get
        {
            foreach (double rate in Rates)
                for (int i = 1; i <= StationaryRuns; i++)
                {
                    int run = i;
                    yield return () => _stationary[(rate, run)] = StationaryRun.Measure(Options, rate, StationaryInputs, (ulong)run);
                }
            foreach (ErrorRate change in (IEnumerable<ErrorRate>)[Control, Fall, .. Rises])
                yield return () => _changes[change] = ChangeRuns.Measure(Options, change, Before, Limit, Repetitions);
        }
    }

    /// <value>Whether any input of the stationary runs was answered by a warning.</value>
    public bool Warns => _stationary.Values.Any(run => run.Warnings > 0);

    /// <value>The largest state at the end of a stationary run, in bytes.</value>
    public long ByteSize => _stationary.Values.Max(run => run.ByteSize);

    /// <summary>False alarms of each run at one of <see cref="Rates"/>.</summary>
    public IReadOnlyList<int> FalseAlarms(double rate) => [.. Enumerable.Range(1, StationaryRuns).Select(run => _stationary[(rate, run)].Drifts)];

    /// <summary>The runs over a change: <see cref="Control"/>, <see cref="Fall"/> or one of <see cref="Rises"/>.</summary>
    public ChangeRuns Over(ErrorRate change) => _changes[change];
}
