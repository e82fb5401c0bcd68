using StreamMoe.DriftMoe.Evaluation;
using StreamMoe.StreamHost.Replay;

namespace StreamMoe.StreamHost.Compare;

/// <summary>What one replay of a comparison gave: one stream, one model, one seed, run to its end.</summary>
internal sealed record ModelRun
{
    public required string Stream { get; init; }
    public required string Model { get; init; }
    public required long Seed { get; init; }

    /// <value>Instances predicted, ≥ 0.</value>
    public required long Instances { get; init; }

    /// <value>Rows of a file that were skipped, ≥ 0.</value>
    public required long BadRows { get; init; }

    /// <value>The figures over the whole stream.</value>
    public required EvaluationSnapshot Total { get; init; }

    /// <value>Wall time of predicting, scoring and learning, in seconds.</value>
    public required double Seconds { get; init; }

    /// <value>CPU time of the process in the same span, in seconds.</value>
    public required double CpuSeconds { get; init; }

    /// <value>Largest size of the model's state that was seen (see <see cref="CompareRunner.SizeInterval"/>), in bytes.</value>
    public required long PeakModelBytes { get; init; }

    /// <value>Accuracy over the stream; empty when it is not known, as in a run from an earlier document.</value>
    public IReadOnlyList<CurvePoint> Curve { get; init; } = [];
}
