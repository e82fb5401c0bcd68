namespace StreamMoe.Streams.Composition;

/// <summary>A drift that was built into a stream.</summary>
/// <param name="Position">Number of the instance, counted from 1, at which both concepts are equally likely.</param>
/// <param name="Width">Length of the change in instances; 0 = a step.</param>
public sealed record DriftPoint(int Position, int Width)
{
    /// <summary>The drifts built into a stream by composition, in order; empty for any other stream.</summary>
    /// <remarks>An inner composition counts the instances asked of itself, so its drifts are where they stand here only if those outside it come later.
    /// Of a recurrent drift the first change is given.</remarks>
    public static IReadOnlyList<DriftPoint> Of(InstanceStream stream)
    {
        List<DriftPoint> points = [];
        for (; stream is ConceptDriftStream drift; stream = drift.Before)
            points.Add(new DriftPoint(drift.Position, drift.Width));
        points.Reverse();
        return points;
    }
}
