namespace StreamMoe.Worker.Order;

/// <summary>A record of an order log.</summary>
/// <param name="Record">The record.</param>
/// <param name="Offset">Its offset.</param>
/// <param name="Place"><c>topic-partition@offset</c>, for messages.</param>
internal readonly record struct LoggedOrder(OrderRecord Record, long Offset, string Place);
