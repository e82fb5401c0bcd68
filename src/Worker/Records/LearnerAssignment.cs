using StreamMoe.Worker.Order;

namespace StreamMoe.Worker.Records;

/// <summary>A learner that is now this worker's.</summary>
/// <param name="Learner">Its number, in [0, L).</param>
/// <param name="Order">Its order log; null where there is none, and nothing is ever restored.</param>
/// <param name="Sources">Asks for its sources and where they stand; called once, after the former owner can write no more.</param>
internal sealed record LearnerAssignment(int Learner, IOrderLog? Order, Func<CancellationToken, IReadOnlyList<SourcePosition>> Sources);
