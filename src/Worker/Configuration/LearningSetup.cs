using StreamMoe.DriftMoe.Presets;
using StreamMoe.Experts.Drift;
using StreamMoe.Streams;

namespace StreamMoe.Worker.Configuration;

/// <summary>Everything besides the records that a partition's state depends on.</summary>
/// <param name="Model">The model.</param>
/// <param name="Seed">Seeds everything that is random; the same for every partition.</param>
/// <param name="Schema">Where the schema comes from, and its caps.</param>
/// <param name="Labels">Limits of waiting for labels.</param>
internal sealed record LearningSetup(LearnerPreset Model, long Seed, SchemaOptions Schema, LabelOptions Labels);
