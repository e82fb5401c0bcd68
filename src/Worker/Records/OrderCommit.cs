using StreamMoe.Worker.Order;

namespace StreamMoe.Worker.Records;

/// <summary>The order of the outputs that are committed with it.</summary>
/// <param name="Record">The order record, encoded: the value of one record in the learner's order partition.</param>
/// <param name="Position">What it is, so that it is known again when it is read back.</param>
/// <param name="Next">How far each source has come that it touches; for committing event offsets, which are for monitoring alone.</param>
internal sealed record OrderCommit(byte[] Record, OrderPosition Position, IReadOnlyList<NextOffset> Next);
