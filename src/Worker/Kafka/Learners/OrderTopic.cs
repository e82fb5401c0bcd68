using System.Diagnostics;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using StreamMoe.Worker.Order;

namespace StreamMoe.Worker.Kafka.Learners;

/// <summary>The topic of the order logs, a partition a learner: looked at, made and enlarged before a worker joins its group.</summary>
/// <param name="settings">The section <c>kafka</c>.</param>
/// <param name="learners">How many learners share the event partitions, ≥ 1; null = one a partition.</param>
/// <param name="queries">Asks the brokers.</param>
/// <param name="log">Told of what could not be looked at.</param>
internal sealed class OrderTopic(KafkaSettings settings, int? learners, KafkaQueries queries, ILogger log)
{
    private static readonly TimeSpan s_betweenLooks = TimeSpan.FromSeconds(1), s_creation = TimeSpan.FromSeconds(10);

    /// <value>True where each event partition has a learner of its own.</value>
    public bool IsByPartition => learners is null;

    private volatile bool _cannotSeeGroup, _hasSeenGroup;
    private Error? _answerNothing; // why brokers that know no groups' call are not asked for anything else: there it takes its 5 s not to answer

    private string Topic => settings.OrderTopic;

    private string Events => settings.Options.EventTopic;

    /// <summary>Waits for the event topic, looks at the others, and makes the order topic when it is not there.</summary>
    /// <returns>The number of learners.</returns>
    /// <exception cref="OrderException">The topics do not go together; the text names what was found and what to do.</exception>
    /// <exception cref="KafkaPositionException">The brokers do not answer.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task<int> PrepareAsync(CancellationToken stop)
    {
        (int partitions, int replicas) = await AwaitAsync(Events, stop);
        int wanted = learners ?? partitions;
        await LookAtLabelsAsync(partitions, wanted, stop);
        int found = queries.Topic(Topic, stop)?.Partitions ?? await CreateAsync(wanted, replicas, stop);
        if (found < wanted && IsByPartition) found = await EnlargeAsync(found, wanted, stop);
        if (found != wanted)
            throw new OrderException($"The order topic '{Topic}' has {found} partitions, and model:learners={(IsByPartition ? "partition" : wanted)} needs {wanted}: one a learner. "
                + "Set model:learners to what it was, or give another kafka:orderTopic and model:initial to begin with other learners (docs/checkpoints.md).");
        await RefuseFormerMembersAsync();
        await LookAtPolicyAsync();
        return wanted;
    }

    /// <summary>With a learner a partition: the order topic gets as many partitions as the event topic has by now.</summary>
    /// <returns>The number of learners by now.</returns>
    public async Task<int> FollowAsync(CancellationToken stop)
    {
        int partitions = queries.Topic(Events, stop)?.Partitions ?? 0, found = queries.Topic(Topic, stop)?.Partitions ?? 0;
        return found < partitions ? await EnlargeAsync(found, partitions, stop) : found;
    }

    /// <summary>Refuses a group in which a worker of release 0.1.0 reads the event topic. Brokers that do not answer the first time are not asked again.</summary>
    /// <exception cref="OrderException">There is one.</exception>
    public async Task RefuseFormerMembersAsync()
    {
        if (_cannotSeeGroup) return;
        // Not DescribeConsumerGroups: librdkafka 2.16 ends the process where the coordinator goes away meanwhile (its issue 4605).
        (GroupInfo? found, Error? error) = await KafkaAdmin.TryAsync(() => Task.FromResult(queries.Admin.ListGroup(settings.Options.GroupId, KafkaAdmin.Patience)));
        if (error is null) _hasSeenGroup = true;
        else
        {
            _cannotSeeGroup = !_hasSeenGroup;
            if (error.Code == ErrorCode.Local_UnsupportedFeature) _answerNothing = error;
            KafkaLog.GroupNotSeen(log, settings.Options.GroupId, error.Reason);
        }
        GroupMemberInfo? former = found?.Members.Find(m => GroupAssignment.Has(m.MemberAssignment, Events));
        if (former is null) return;
        throw new OrderException($"In the group '{settings.Options.GroupId}' the member {former.ClientId} at {former.ClientHost} is assigned partitions of '{Events}': a worker of release 0.1.0, or something else, reads the topic by itself. "
            + "Stop all of them first, or give this worker another kafka:groupId.");
    }

    private async Task<(int Partitions, int Replicas)> AwaitAsync(string topic, CancellationToken stop)
    {
        for (int looks = 0; ; looks++)
        {
            if (queries.Topic(topic, stop) is { } found) return found;
            if (looks % 60 == 0) KafkaLog.TopicMissing(log, topic, settings.Options.BootstrapServers);
            await Task.Delay(s_betweenLooks, stop);
        }
    }

    private async Task LookAtLabelsAsync(int partitions, int wanted, CancellationToken stop)
    {
        string labels = settings.Options.LabelTopic;
        if (labels.Length == 0 || labels == Events) return;
        int found = (await AwaitAsync(labels, stop)).Partitions;
        if (wanted > 1 && found != partitions)
            throw new OrderException($"The label topic '{labels}' has {found} partitions and the event topic '{Events}' {partitions}. With {wanted} learners they must have as many, so that a label comes to its event's learner. "
                + "Enlarge the smaller one, or set model:learners=1.");
    }

    private async Task<int> CreateAsync(int wanted, int replicas, CancellationToken stop)
    {
        TopicSpecification topic = new()
        {
            Name = Topic, NumPartitions = wanted, ReplicationFactor = (short)replicas,
            Configs = new() { ["cleanup.policy"] = "delete", ["retention.ms"] = "-1", ["retention.bytes"] = "-1" },
        };
        Error? error = await KafkaAdmin.DoAsync(() => queries.Admin.CreateTopicsAsync([topic], new CreateTopicsOptions { RequestTimeout = KafkaAdmin.Patience, OperationTimeout = KafkaAdmin.Patience }));
        if (error is null or { Code: ErrorCode.TopicAlreadyExists }) return await AwaitPartitionsAsync(1, stop) ?? throw NotThere("it was made, but the brokers do not show it");
        return queries.Topic(Topic, stop)?.Partitions ?? throw NotThere(error.Reason);

        OrderException NotThere(string why) => new($"There is no order topic '{Topic}', and it could not be made: {why}. "
            + $"Make it (kafka-topics.sh --create --topic {Topic} --partitions {wanted} --replication-factor {replicas} --config cleanup.policy=delete --config retention.ms=-1 --config retention.bytes=-1), "
            + "or give the worker the right to.");
    }

    private async Task<int> EnlargeAsync(int found, int wanted, CancellationToken stop)
    {
        Error? error = await KafkaAdmin.DoAsync(() => queries.Admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = Topic, IncreaseTo = wanted }],
            new CreatePartitionsOptions { RequestTimeout = KafkaAdmin.Patience, OperationTimeout = KafkaAdmin.Patience }));
        if (error is not null) KafkaLog.NotEnlarged(log, Topic, found, wanted, error.Reason);
        return error is null ? await AwaitPartitionsAsync(wanted, stop) ?? found : queries.Topic(Topic, stop)?.Partitions ?? found;
    }

    private async Task<int?> AwaitPartitionsAsync(int atLeast, CancellationToken stop)
    {
        for (long began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < s_creation;)
        {
            if (queries.Topic(Topic, stop) is { } found && found.Partitions >= atLeast) return found.Partitions;
            await Task.Delay(s_betweenLooks / 5, stop);
        }
        return null;
    }

    private async Task LookAtPolicyAsync()
    {
        (string? policy, Error? error) = _answerNothing is { } known ? (null, known) : await KafkaAdmin.CleanupPolicyAsync(queries.Admin, Topic);
        if (error is not null) KafkaLog.PolicyUnknown(log, Topic, "delete", error.Reason);
        else if (policy != "delete")
            throw new OrderException($"The order topic '{Topic}' has cleanup.policy={policy}; must be delete (with retention.ms=-1), since compaction would remove order records. Alter it, or give another kafka:orderTopic.");
    }
}
