using StreamMoe.Experts.Drift;

namespace StreamMoe.Experts.Tests.Drift;

/// <summary>One detector under the contract, and what it is held to.</summary>
/// <param name="Text">The detector as the command line writes it.</param>
/// <param name="MaximumFalseAlarms">Largest number of drifts on 100,000 stationary errors with rate 0.2.</param>
/// <param name="MaximumDelay">Largest number of inputs from a step of the error rate from 0.2 to 0.6 to the next drift.</param>
/// <param name="MaximumByteSize">Largest size in bytes after at most 1,000,000 inputs.</param>
/// <param name="OptionNames">The names of its options as its specification has them, with blanks between: checkpoints and command lines hold them. Null = not held to any.</param>
internal sealed record DetectorCase(string Text, int MaximumFalseAlarms, int MaximumDelay, long MaximumByteSize, string? OptionNames)
{
    public string Name => Text.Split(':')[0];

    public IDriftDetector Create() => DetectorCatalogue.Parse(Text).CreateDetector();
}

/// <summary>Every detector of the catalogue: those with figures of their own, and any other as it comes, within bounds that a usable detector keeps.</summary>
internal static class DetectorCases
{
    private static readonly DetectorCase[] s_known =
    [
        new("adwin", 2, 96, 6 * (1 + 20) * 16 + 200, "deltaAdwin bothSides"),
        // Slow after a long stable phase: the minimum it compares with comes from few inputs.
        new("ddm", 2, 2_000, 49, "minNumInstances warningLevel outcontrolLevel"),
        new("eddm", 60, 500, 50, "minNumInstances minNumErrors warningLevel driftLevel"),
        new("hddm-a", 2, 200, 72, "driftConfidence warningConfidence typeOfTest"),
        new("hddm-w:typeOfTest=Two-sided", 25, 60, 104, "driftConfidence warningConfidence lambda typeOfTest"),
        new("page-hinkley", 2, 300, 33, "minNumInstances delta lambda alpha bothSides"),
        new("cusum", 4, 200, 33, "minNumInstances delta lambda"),
        new("ewma", 350, 60, 33, "minNumInstances lambda"),
        // With the default λ = 1 the statistic of 0/1 inputs, below 1, never reaches the threshold.
        new("geometric-ma:lambda=0.2", 2, 150, 33, "minNumInstances lambda alpha"),
        new("rddm", 25, 200, 7_000 + 90, "minNumInstances warningLevel driftLevel maxSizeConcept minSizeStableConcept warnLimit"),
        new("stepd", 50, 60, 30 + 29, "windowSize alphaDrift alphaWarning constantIsDrift"),
        new("seed", 6, 96, 40 + 32 * (125 + 75 + 2), "delta blockSize epsilonPrime alpha compressTerm"),
        new("fhddm:shortWindowSize=30", 20, 60, 100 + 33, "slidingWindowSize confidenceLevel shortWindowSize"),
        // Samples of 30, the default, often miss this step: 0/1 inputs with rates 0.2 and 0.6 differ by 12/30 on average, and 14/30 are needed.
        new("kswin:windowSize=300,statSize=100", 30, 100, 8 * 300 + 57, "alpha windowSize statSize seed criterion keepRecent"),
    ];

    public static IReadOnlyList<DetectorCase> All { get; } =
        [.. DetectorCatalogue.Names.Select(name => s_known.FirstOrDefault(c => c.Name == name) ?? new DetectorCase(name, 100, 1_000, 64 * 1024, null))];

    public static DetectorCase Of(string text) => All.First(c => c.Text == text);
}
