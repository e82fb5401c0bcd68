using StreamMoe.Streams.Options;

namespace StreamMoe.DriftMoe.Presets;

/// <summary>The options of a model that has none.</summary>
internal sealed record NoOptions : OptionSet;
