using System.ComponentModel;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.Streams.Options;

namespace StreamMoe.Worker.Configuration;

/// <summary>Which model learns; its own options stand under <c>model:options:</c>. Learning options, except <see cref="Initial"/>'s path.</summary>
internal sealed record ModelOptions : OptionSet
{
    /// <summary>The value of <see cref="Learners"/> for one learner a partition.</summary>
    public const string EachPartition = "partition";

    /// <summary>Learners at most: 10,000.</summary>
    public const int MostLearners = 10_000;

    /// <value>Name of the model. The default is <c>adaptive</c>.</value>
    [Description("The model: adaptive, or another one of 'replay --help'.")]
    public string Preset { get; init; } = PresetCatalogue.Default;

    /// <value>Seeds everything that is random, the same for every learner. The default is 1.</value>
    [Description("Seeds everything that is random; the same for every learner.")]
    public long Seed { get; init; } = 1;

    /// <value>Learners, a number or <c>partition</c> = one a partition: partition p feeds learner p mod so many. A learning option. The default is 1.</value>
    [Description("Learners: a number, or partition = one for each partition. Partition p feeds learner p mod so many.")]
    public string Learners { get; init; } = "1";

    /// <value>True lets a group that has committed event offsets, and has no order log, begin at those offsets. The default is false.</value>
    [Description("true: a group that has committed offsets and no order log begins at those offsets, with model:initial or a new model.")]
    public bool Adopt { get; init; }

    /// <value>A checkpoint whose learner every learner without a checkpoint of its own starts from; empty (the default) = they start with nothing learned.</value>
    [Description("A checkpoint, of a replay for example, that learners without one of their own start from; empty = nothing learned.")]
    public string Initial { get; init; } = "";

    /// <value>The number of learners; null where each partition has one.</value>
    public int? FixedLearners => Learners == EachPartition ? null : LearnersOf(0);

    /// <summary>The number of learners of a topic with so many partitions.</summary>
    public int LearnersOf(int partitions) => Learners == EachPartition ? partitions : int.Parse(Learners, System.Globalization.CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    protected override IEnumerable<string> RelationFaults()
    {
        if (Initial.Length > 0 && !File.Exists(Initial)) yield return $"initial was '{Initial}'; must be a checkpoint file. Nothing is there.";
        if (Learners != EachPartition && !(int.TryParse(Learners, System.Globalization.NumberStyles.None, null, out int count) && count is >= 1 and <= MostLearners))
            yield return $"learners was '{Learners}'; must be a number in [1, {MostLearners}], or {EachPartition}.";
    }
}
