namespace StreamMoe.Worker.Order;

/// <summary>How far a source has been processed.</summary>
/// <param name="Source">The source.</param>
/// <param name="Offset">The offset after that of its last processed record.</param>
internal readonly record struct NextOffset(OrderSource Source, long Offset);
