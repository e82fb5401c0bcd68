using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Figures;

/// <summary>A record whose time jumped ahead and was not believed.</summary>
/// <param name="Partition">Its partition.</param>
/// <param name="Offset">Its offset.</param>
/// <param name="Time">Its time in ticks (see <see cref="Events.EventTime"/>).</param>
/// <param name="Now">Event time when it came, in ticks.</param>
internal sealed record TimeJump(PartitionId Partition, long Offset, long Time, long Now);
