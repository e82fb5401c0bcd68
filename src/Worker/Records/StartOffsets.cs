namespace StreamMoe.Worker.Records;

/// <summary>Where to read on from.</summary>
/// <param name="Events">Offset in the event partition.</param>
/// <param name="Labels">Offset in the label partition; means something only where there is a label topic.</param>
internal readonly record struct StartOffsets(long Events, long Labels);
