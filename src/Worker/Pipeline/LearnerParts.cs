using StreamMoe.DriftMoe;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Streams;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Figures;
using StreamMoe.Worker.Labels;

namespace StreamMoe.Worker.Pipeline;

/// <summary>A learner and what belongs to it once the schema is known.</summary>
internal sealed class LearnerParts
{
    /// <param name="schema">What events look like, and what of it was known when the learner was made.</param>
    /// <param name="learner">The learner.</param>
    /// <param name="labels">Limits of waiting for labels.</param>
    /// <param name="capacity">Rows of a batch at most.</param>
    /// <param name="decoder">Reads records.</param>
    public LearnerParts(LearnerSchema schema, ILearner learner, LabelOptions labels, int capacity, EventDecoder decoder)
    {
        (LearnerSchema, Learner) = (schema, learner);
        int attributes = schema.Schema.AttributeCount, context = learner.ContextLength;
        Block = new InstanceBlock(attributes, capacity, context);
        Join = new LabelJoin(labels, attributes, context);
        Decoder = decoder;
        AttributeNames = PartitionDetails.NamesOf([.. schema.Schema.Attributes.Select(a => a.Name)], PartitionDetails.MostAttributes);
    }

    /// <value>What events look like, and what of it was known when the learner was made.</value>
    public LearnerSchema LearnerSchema { get; }

    /// <value>What events look like, with the values and classes known so far.</value>
    public Schema Schema => LearnerSchema.Schema;

    /// <value>The names of the first attributes, as they are shown.</value>
    public IReadOnlyList<string> AttributeNames { get; }

    /// <value>The learner.</value>
    public ILearner Learner { get; }

    /// <value>The rows of the batch in hand.</value>
    public InstanceBlock Block { get; }

    /// <value>What waits for its other half.</value>
    public LabelJoin Join { get; }

    /// <value>Reads records.</value>
    public EventDecoder Decoder { get; }

    /// <summary>Room for what the learner says of the block's rows.</summary>
    public Predictions MakePredictions() => new(Block.Capacity, Block.ContextLength, probabilities: true);
}
