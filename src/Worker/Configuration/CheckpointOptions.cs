using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.Streams.Options;

namespace StreamMoe.Worker.Configuration;

/// <summary>Where and how often the worker writes checkpoints. None of it changes a prediction, except <see cref="AllowFreshModel"/>.</summary>
internal sealed record CheckpointOptions : OptionSet
{
    /// <value>Where they are kept. The default is <see cref="CheckpointStoreKind.Directory"/>.</value>
    [Description("Where checkpoints are kept: in a folder, or in kafka:changelogTopic.")]
    public CheckpointStoreKind Store { get; init; } = CheckpointStoreKind.Directory;

    /// <value>The folder, where <see cref="Store"/> is a directory. The default is <c>./state</c>.</value>
    [Description("The folder, where the store is a directory.")]
    public string Directory { get; init; } = "./state";

    /// <value>A checkpoint is due after so many records of a partition, in [1, 10¹²]. The default is 100,000.</value>
    [Description("A partition's checkpoint is due after so many records."), Range(1, 1_000_000_000_000)]
    public long EveryEvents { get; init; } = 100_000;

    /// <value>A checkpoint is due after so long, when any record came, in [PT1S, P1D]. The default is PT1M.</value>
    [Description("A partition's checkpoint is due after so long, when any record came."), Range(1.0, 86_400.0)]
    public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(1);

    /// <value>Checkpoints of a partition that are kept, in [2, 100]. The default is 3.</value>
    [Description("Checkpoints of a partition that are kept; the newest at or below the committed offset always is."), Range(2, 100)]
    public int Keep { get; init; } = 3;

    /// <value>Whether a partition with a committed offset and no usable checkpoint starts with a model that has learned nothing. The default is false: the worker stops.</value>
    [Description("Start with a fresh model where records were committed but no usable checkpoint is left, instead of stopping.")]
    public bool AllowFreshModel { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<string> RelationFaults()
    {
        if (Store == CheckpointStoreKind.Directory && string.IsNullOrWhiteSpace(Directory)) yield return "directory was empty; must be a folder.";
    }
}
