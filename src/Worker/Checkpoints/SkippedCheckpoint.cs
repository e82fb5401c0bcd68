namespace StreamMoe.Worker.Checkpoints;

/// <summary>A damaged checkpoint that was passed over.</summary>
/// <param name="Name">Where it lies.</param>
/// <param name="Reason">What is wrong with it, one line that names it.</param>
internal sealed record SkippedCheckpoint(string Name, string Reason);
