using StreamMoe.Worker.Figures;
using StreamMoe.Worker.Pipeline;

namespace StreamMoe.Worker.Metrics;

/// <summary>Whether the partitions of a learner differ so much that each may have a concept of its own.</summary>
internal static class AccuracyByPartition
{
    /// <summary>Scored predictions of a partition before it is compared: 10,000.</summary>
    public const long Least = 10_000;

    /// <summary>Difference of two partitions' accuracies that is told: 0.05.</summary>
    public const double Difference = 0.05;

    /// <summary>True when two partitions with enough scored predictions differ by more.</summary>
    public static bool Differs(LearnerTask learner)
    {
        double least = double.PositiveInfinity, most = double.NegativeInfinity;
        foreach ((SourceFigures figures, _) in learner.Partitions)
        {
            if (figures.Scored < Least) continue;
            double accuracy = figures.WindowAccuracy;
            (least, most) = (Math.Min(least, accuracy), Math.Max(most, accuracy));
        }
        return most - least > Difference;
    }
}
