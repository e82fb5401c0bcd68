namespace StreamMoe.StreamHost.Compare;

/// <summary>A model as a report tells of it.</summary>
/// <param name="Name">Its name in the results.</param>
/// <param name="Preset">The preset that it is made from.</param>
/// <param name="Options">All its learning options with their values, defaults included.</param>
internal sealed record ReportedModel(string Name, string Preset, IReadOnlyList<KeyValuePair<string, string>> Options);
