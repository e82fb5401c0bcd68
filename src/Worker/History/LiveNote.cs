namespace StreamMoe.Worker.History;

/// <summary>An audit record or a dead letter, as the page lists it.</summary>
/// <param name="Serial">Rises with every change of the history.</param>
/// <param name="Json">One JSON object.</param>
internal readonly record struct LiveNote(long Serial, byte[] Json);
