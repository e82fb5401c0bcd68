using System.ComponentModel;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.Streams.Options;

namespace StreamMoe.Worker.Configuration;

/// <summary>Which model learns; its own options stand under <c>model:options:</c>. Learning options, except <see cref="Initial"/>'s path.</summary>
internal sealed record ModelOptions : OptionSet
{
    /// <value>Name of the model. The default is <c>adaptive</c>.</value>
    [Description("The model: adaptive, or another one of 'replay --help'.")]
    public string Preset { get; init; } = PresetCatalogue.Default;

    /// <value>Seeds everything that is random, the same for every partition. The default is 1.</value>
    [Description("Seeds everything that is random; the same for every partition.")]
    public long Seed { get; init; } = 1;

    /// <value>A checkpoint whose learner every partition without a checkpoint of its own starts from; empty (the default) = they start with nothing learned.</value>
    [Description("A checkpoint, of a replay for example, that partitions without one of their own start from; empty = nothing learned.")]
    public string Initial { get; init; } = "";

    /// <inheritdoc/>
    protected override IEnumerable<string> RelationFaults()
    {
        if (Initial.Length > 0 && !File.Exists(Initial)) yield return $"initial was '{Initial}'; must be a checkpoint file. Nothing is there.";
    }
}
