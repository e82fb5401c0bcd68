namespace StreamMoe.Worker.Figures;

/// <summary>Whether the partitions of a learner differ so much that each may have a concept of its own.</summary>
internal static class AccuracyByPartition
{
    /// <summary>Difference of two partitions' accuracies that is told: 0.05.</summary>
    public const double Difference = 0.05;

    /// <summary>True when two partitions differ by more over the last 10,000 scored predictions of each.</summary>
    public static bool Differs(IEnumerable<SourceFigures> partitions)
    {
        double least = double.PositiveInfinity, most = double.NegativeInfinity;
        foreach (SourceFigures figures in partitions)
        {
            if (figures.InWindow < SourceFigures.Window) continue;
            double accuracy = figures.WindowAccuracy;
            (least, most) = (Math.Min(least, accuracy), Math.Max(most, accuracy));
        }
        return most - least > Difference;
    }
}
