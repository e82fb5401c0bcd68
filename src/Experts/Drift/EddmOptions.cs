namespace StreamMoe.Experts.Drift;

/// <summary>Options of <see cref="Eddm"/>: it has none.</summary>
public sealed record EddmOptions : DetectorOptions
{
    /// <inheritdoc/>
    public override IDriftDetector CreateDetector() => new Eddm();
}
