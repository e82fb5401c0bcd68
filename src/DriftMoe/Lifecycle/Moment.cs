namespace StreamMoe.DriftMoe.Lifecycle;

/// <summary>When something happens to a pool, and who is to be told.</summary>
/// <param name="Learned">Instances learned by then.</param>
/// <param name="Row">Row of the block.</param>
/// <param name="Events">Receives what happens; null when the caller does not want it.</param>
internal readonly record struct Moment(long Learned, int Row, List<PoolEvent>? Events)
{
    /// <summary>Tells of a detector's signal.</summary>
    public void Signal(PoolEventKind kind, int expert, string source, string detector, params KeyValuePair<string, double>[] evidence)
        => Events?.Add(new PoolEvent(kind, Row, Learned, expert, source, evidence) { Detector = detector });
}
