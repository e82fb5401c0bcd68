using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using StreamMoe.Streams.Options;

namespace StreamMoe.Worker.Configuration;

/// <summary>The section <c>kafka</c> of the configuration, without <c>kafka:client:*</c> (see <see cref="Kafka.KafkaSettings"/>).</summary>
/// <remarks>Operational options: none of them can change a prediction.</remarks>
internal sealed partial record KafkaOptions : OptionSet
{
    /// <value>Addresses as <c>host:port,host:port</c>; empty = the embedded default, no Kafka. The default is empty.</value>
    [Description("addresses of some brokers, host:port separated by commas; empty = no Kafka, the embedded stream")]
    public string BootstrapServers { get; init; } = "";

    /// <value>The consumer group, and the first part of every transactional id. The default is <c>streammoe</c>.</value>
    [Description("the consumer group that the workers form, and the first part of their transactional ids")]
    public string GroupId { get; init; } = "streammoe";

    /// <value>The topic that is consumed. The default is <c>events</c>.</value>
    [Description("topic of the events")]
    public string EventTopic { get; init; } = "events";

    /// <value>The topic of late labels; empty = the event topic. The default is empty.</value>
    [Description("topic of late labels; empty = they come on the event topic")]
    public string LabelTopic { get; init; } = "";

    /// <value>The default is <c>predictions</c>.</value>
    [Description("topic of the predictions")]
    public string PredictionTopic { get; init; } = "predictions";

    /// <value>The default is <c>audit</c>.</value>
    [Description("topic of drifts and of the pool's decisions")]
    public string AuditTopic { get; init; } = "audit";

    /// <value>The default is <c>dead-letters</c>.</value>
    [Description("topic of the records that could not be used, with the reason")]
    public string DeadLetterTopic { get; init; } = "dead-letters";

    /// <value>A compacted topic. The default is <c>streammoe-changelog</c>.</value>
    [Description("compacted topic of the checkpoints, where checkpoints:store is kafka")]
    public string ChangelogTopic { get; init; } = "streammoe-changelog";

    /// <value>The topic of the order logs, a partition a learner; empty = <c>{groupId}-{eventTopic}-order</c>. The default is empty.</value>
    [Description("topic of the order in which records were processed, a partition a learner; empty = {groupId}-{eventTopic}-order. The worker makes it")]
    public string OrderTopic { get; init; } = "";

    /// <value>The default is <see cref="Guarantee.ExactlyOnce"/>.</value>
    [Description("exactly-once writes outputs and offsets in one transaction; at-least-once is for brokers without transactions")]
    public Guarantee Guarantee { get; init; } = Guarantee.ExactlyOnce;

    /// <value>Longest time between two commits of a partition, in [1 ms, 1 min]. The default is 0.1 s.</value>
    [Description("longest time between two commits of a partition: how late a reader of committed records sees an output")]
    [Range(typeof(TimeSpan), "PT0.001S", "PT1M")]
    public TimeSpan CommitInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <value>Bytes of value kept in a dead letter, in [0, 100,000,000]. The default is 900,000.</value>
    [Description("a dead letter's value is cut to so many bytes; must fit into the brokers' largest message")]
    [Range(0, 100_000_000)]
    public int MaxDeadLetterBytes { get; init; } = 900_000;

    /// <inheritdoc/>
    protected override IEnumerable<string> RelationFaults()
    {
        if (string.IsNullOrWhiteSpace(GroupId)) yield return "groupId was empty; must be a name.";
        foreach ((string name, string topic) in Topics())
            if (!TopicName().IsMatch(topic) || topic is "." or "..")
                yield return $"{name} was '{topic}'; must be 1 to 249 letters, digits, dots, hyphens and underscores.";
        foreach ((string name, string topic) in Topics().Skip(1))
            if (topic == EventTopic) yield return $"{name} was '{topic}', the event topic; the worker would read its own outputs. Give another topic.";
        if (LabelTopic.Length > 0 && !TopicName().IsMatch(LabelTopic))
            yield return $"labelTopic was '{LabelTopic}'; must be empty or 1 to 249 letters, digits, dots, hyphens and underscores.";
        foreach (string fault in OrderTopicFaults()) yield return fault;
    }

    private IEnumerable<string> OrderTopicFaults()
    {
        if (OrderTopic.Length == 0)
        {
            if (!TopicName().IsMatch($"{GroupId}-{EventTopic}-order"))
                yield return $"orderTopic was empty, and groupId '{GroupId}' and eventTopic '{EventTopic}' make no topic name; give orderTopic: 1 to 249 letters, digits, dots, hyphens and underscores.";
            yield break;
        }
        if (!TopicName().IsMatch(OrderTopic) || OrderTopic is "." or "..")
            yield return $"orderTopic was '{OrderTopic}'; must be empty or 1 to 249 letters, digits, dots, hyphens and underscores.";
        foreach ((string name, string topic) in Topics())
            if (topic == OrderTopic) yield return $"orderTopic was '{OrderTopic}', which is {name} too; give another topic.";
    }

    private IEnumerable<(string Name, string Topic)> Topics() =>
    [
        ("eventTopic", EventTopic), ("predictionTopic", PredictionTopic), ("auditTopic", AuditTopic),
        ("deadLetterTopic", DeadLetterTopic), ("changelogTopic", ChangelogTopic),
    ];

    [GeneratedRegex("^[a-zA-Z0-9._-]{1,249}$")]
    private static partial Regex TopicName();
}
