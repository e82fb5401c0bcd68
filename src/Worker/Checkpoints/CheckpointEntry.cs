namespace StreamMoe.Worker.Checkpoints;

/// <summary>One checkpoint of a store.</summary>
/// <param name="Name">Where it lies: a path, or a key of the changelog.</param>
/// <param name="Generation">Its number among its learner's; 0 when its head is damaged.</param>
/// <param name="NextOffset">Offset of the first record that it does not reflect; −1 when its head is damaged.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Fault">What is wrong with its head; null when nothing is (the sections were not looked at).</param>
/// <param name="IsOtherFormat">True when that is its format alone: another release wrote it.</param>
internal sealed record CheckpointEntry(string Name, long Generation, long NextOffset, long Length, string? Fault = null, bool IsOtherFormat = false);
