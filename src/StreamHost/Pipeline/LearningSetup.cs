using StreamMoe.DriftMoe.Presets;
using StreamMoe.StreamHost.Configuration;

namespace StreamMoe.StreamHost.Pipeline;

/// <summary>Everything besides the records that a partition's state depends on.</summary>
/// <param name="Model">The model.</param>
/// <param name="Seed">Seeds everything that is random; the same for every partition.</param>
/// <param name="Schema">Where the schema comes from, and its caps.</param>
/// <param name="Labels">Limits of waiting for labels.</param>
internal sealed record LearningSetup(LearnerPreset Model, long Seed, SchemaOptions Schema, LabelOptions Labels)
{
    /// <summary>Every option that can change a prediction, by name, as a checkpoint stores and compares it.</summary>
    public IReadOnlyDictionary<string, string> LearningOptions()
    {
        Dictionary<string, string> options = Model.Options.ToDictionary(o => o.Key, o => o.Value, StringComparer.Ordinal);
        foreach ((string name, string value) in Labels.ToPairs()) options[$"labels:{name}"] = value;
        foreach ((string name, string value) in Schema.ToPairs())
            if (name != "file") options[$"schema:{name}"] = value;
        return options;
    }
}
