namespace StreamMoe.Worker.Metrics;

/// <summary>What kind of figure an instrument tells.</summary>
internal enum InstrumentKind
{
    /// <summary>Rises only, but may begin anew, or lower where an earlier state was restored.</summary>
    Counter,

    /// <summary>Rises and falls.</summary>
    Gauge,

    /// <summary>Counts values by size.</summary>
    Histogram,
}
