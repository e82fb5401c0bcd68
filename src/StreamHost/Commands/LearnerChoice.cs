using System.CommandLine;
using StreamMoe.StreamHost.Arguments;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Records;

namespace StreamMoe.StreamHost.Commands;

/// <summary>Which learner of a worker is meant: by its number, or by a partition that feeds it.</summary>
internal sealed class LearnerChoice
{
    public Option<long?> Learner { get; } = CommonOptions.OptionalNumber("--learner", "The learner: a number from 0.", 0, int.MaxValue);

    public Option<long?> Partition { get; } = CommonOptions.OptionalNumber("--partition", "In place of --learner: a partition that feeds it.", 0, int.MaxValue);

    /// <exception cref="UsageException">Neither option is given, both are, or there is no such learner.</exception>
    public LearnerId Read(ParseResult parsed, WorkerConfiguration configuration)
    {
        string topic = configuration.Kafka.EventTopic;
        return (parsed.GetValue(Learner), parsed.GetValue(Partition)) switch
        {
            ({ } learner, null) => new LearnerId(topic, (int)learner),
            // With a learner a partition, learner p is that of partition p, however many there are.
            (null, { } partition) => new LearnerId(topic, (int)(partition % configuration.Model.LearnersOf((int)partition + 1))),
            (null, null) => throw new UsageException("--learner was not given; must be a learner's number (0 where there is one), or --partition a partition that feeds it."),
            _ => throw new UsageException("give one of --learner and --partition."),
        };
    }
}
