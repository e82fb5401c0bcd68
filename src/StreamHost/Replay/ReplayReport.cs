using StreamMoe.Streams.Composition;
using StreamMoe.DriftMoe.Evaluation;
using StreamMoe.StreamHost.Arguments;

namespace StreamMoe.StreamHost.Replay;

/// <summary>Everything that a replay has to say when it ends, for all its writers alike.</summary>
internal sealed record ReplayReport
{
    public required string Stream { get; init; }
    public required string Model { get; init; }
    public required long Seed { get; init; }
    public required long ModelSeed { get; init; }
    public required StreamDerivation Derivation { get; init; }
    public required long Instances { get; init; }
    public required int Classes { get; init; }
    public required IReadOnlyList<string> ClassNames { get; init; }
    public required int Threads { get; init; }
    public required int LabelDelay { get; init; }
    public required EvaluationSnapshot Total { get; init; }
    public required Floors TotalFloors { get; init; }
    public required int WindowSize { get; init; }
    public required EvaluationSnapshot Window { get; init; }
    public required Floors WindowFloors { get; init; }
    public required double Seconds { get; init; }
    public required double CpuSeconds { get; init; }
    public required long InstancesPerformed { get; init; }
    public required long PeakMemoryBytes { get; init; }
    public required long ModelBytes { get; init; }
    public required int FinalExperts { get; init; }
    public required PoolHistory History { get; init; }
    public required long BadRows { get; init; }
    public required bool Interrupted { get; init; }
    public required IReadOnlyList<CurvePoint> Curve { get; init; }
    public required IReadOnlyList<DriftPoint> KnownDrifts { get; init; }
    public required IReadOnlyList<KeyValuePair<string, string>> Options { get; init; }
    public IReadOnlyList<ReportedAttribute> Schema { get; init; } = [];
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>The partitions and their learners; null for a replay of the stream as it is.</summary>
    public PartitionsReport? Partitions { get; init; }

    /// <summary>The model on the stream with what was made of it, and the seeds: the head line of all writers.</summary>
    public string Head => $"{Model} on {Stream}{Derivation}, seed {Seed}{(ModelSeed == Seed ? "" : $", model seed {ModelSeed}")}{(Interrupted ? " (interrupted)" : "")}";

    /// <summary>Instances predicted, scored and learned a second of wall time; null when nothing was measured.</summary>
    public double? InstancesPerSecond => Seconds > 0 ? InstancesPerformed / Seconds : null;
}
