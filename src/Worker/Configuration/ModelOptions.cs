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

    /// <value>A checkpoint whose learner every learner without a checkpoint of its own starts from; or those of all learners of a stopped group over the same topic, separated
    /// by commas, where it goes on with other learners, the first of them giving the model; empty (the default) = they start with nothing learned.</value>
    [Description("A checkpoint, of a replay for example, that learners without one of their own start from; or those of all learners of a stopped group, separated by commas, to go on with other learners; empty = nothing learned.")]
    public string Initial { get; init; } = "";

    /// <value>The files of <see cref="Initial"/>.</value>
    public IReadOnlyList<string> InitialFiles => File.Exists(Initial) ? [Initial] : Initial.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <value>The number of learners; null where each partition has one.</value>
    public int? FixedLearners => Learners == EachPartition ? null : LearnersOf(0);

    /// <summary>The number of learners of a topic with so many partitions.</summary>
    public int LearnersOf(int partitions) => Learners == EachPartition ? partitions : int.Parse(Learners, System.Globalization.CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    protected override IEnumerable<string> RelationFaults()
    {
        foreach (string file in InitialFiles.Where(f => !File.Exists(f)))
            yield return $"initial was '{file}'; must be a checkpoint file. Nothing is there.";
        if (Learners != EachPartition && !(int.TryParse(Learners, System.Globalization.NumberStyles.None, null, out int count) && count is >= 1 and <= MostLearners))
            yield return $"learners was '{Learners}'; must be a number in [1, {MostLearners}], or {EachPartition}.";
    }
}
