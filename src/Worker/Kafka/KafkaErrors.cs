using Confluent.Kafka;

namespace StreamMoe.Worker.Kafka;

/// <summary>Sorts the client's errors by what to do about them.</summary>
/// <remarks>The order of the questions is librdkafka's contract (its INTRODUCTION.md, "Transactional producer"): fatal, then abortable, then
/// retriable. An error that says none of it is taken as abortable: aborting is always safe, and the number of tries is limited.</remarks>
internal static class KafkaErrors
{
    /// <summary>What to do about an error.</summary>
    public static KafkaRemedy Classify(KafkaException e)
    {
        ErrorCode code = CodeOf(e);
        if (e.Error.IsFatal) return IsFencing(code) ? KafkaRemedy.Fenced : KafkaRemedy.Fatal;
        if (IsPermanent(code)) return KafkaRemedy.Fatal;
        if (IsExpulsion(code)) return KafkaRemedy.Fenced;
        if (e is KafkaTxnRequiresAbortException) return KafkaRemedy.Abort;
        if (IsFencing(code)) return KafkaRemedy.Fenced;
        if (e is KafkaRetriableException || IsTransient(code)) return KafkaRemedy.Retry;
        return KafkaRemedy.Abort;
    }

    /// <summary>The error's code: of the whole call, or of its first partition that has one.</summary>
    public static ErrorCode CodeOf(KafkaException e) => e switch
    {
        TopicPartitionOffsetException of when of.Results.FirstOrDefault(r => r.Error.IsError) is { } result => result.Error.Code,
        TopicPartitionException of when of.Results.FirstOrDefault(r => r.Error.IsError) is { } result => result.Error.Code,
        _ => e.Error.Code,
    };

    /// <summary>The group has put this member out, or another one with its instance id in: what it owned is someone else's.</summary>
    public static bool IsExpulsion(ErrorCode code)
        => code is ErrorCode.UnknownMemberId or ErrorCode.FencedInstanceId or ErrorCode.Local_AssignmentLost or ErrorCode.FencedMemberEpoch;

    /// <summary>The group is past the generation that was named, or between two: may pass, if this member is still in it.</summary>
    public static bool IsStaleGeneration(ErrorCode code)
        => code is ErrorCode.IllegalGeneration or ErrorCode.RebalanceInProgress or ErrorCode.StaleMemberEpoch;

    /// <summary>Passes by itself: brokers away, a leader or coordinator on the move, a full queue, an answer too late.</summary>
    public static bool IsTransient(ErrorCode code) => code is
        ErrorCode.Local_QueueFull or ErrorCode.Local_TimedOut or ErrorCode.Local_TimedOutQueue or ErrorCode.Local_MsgTimedOut or ErrorCode.Local_Retry
        or ErrorCode.Local_Transport or ErrorCode.Local_DestroyBroker or ErrorCode.Local_AllBrokersDown or ErrorCode.Local_WaitCoord or ErrorCode.Local_WaitCache
        or ErrorCode.Local_InProgress or ErrorCode.Local_PrevInProgress or ErrorCode.Local_Resolve
        or ErrorCode.GroupCoordinatorNotAvailable or ErrorCode.NotCoordinatorForGroup or ErrorCode.GroupLoadInProgress
        or ErrorCode.RequestTimedOut or ErrorCode.NetworkException or ErrorCode.LeaderNotAvailable or ErrorCode.NotLeaderForPartition
        or ErrorCode.NotEnoughReplicas or ErrorCode.NotEnoughReplicasAfterAppend or ErrorCode.BrokerNotAvailable or ErrorCode.ReplicaNotAvailable
        or ErrorCode.OffsetNotAvailable or ErrorCode.FencedLeaderEpoch or ErrorCode.UnknownLeaderEpoch // a leader that is new
        or ErrorCode.NotController or ErrorCode.ListenerNotFound or ErrorCode.EligibleLeadersNotAvailable or ErrorCode.PreferredLeaderNotAvailable
        or ErrorCode.ConcurrentTransactions or ErrorCode.UnstableOffsetCommit or ErrorCode.KafkaStorageError
        or ErrorCode.ThrottlingQuotaExceeded or ErrorCode.UnknownTopicOrPart;

    /// <summary>Passes by itself where it is known that the partition is there: besides what <see cref="IsTransient"/> says, a broker that has just started does not know every
    /// partition yet.</summary>
    public static bool IsTransientOfPartition(ErrorCode code) => code is ErrorCode.Local_UnknownPartition || IsTransient(code);

    /// <summary>A record, or a batch of records, is larger than the client or the topic takes.</summary>
    public static bool IsTooLarge(ErrorCode code) => code is ErrorCode.MsgSizeTooLarge or ErrorCode.InvalidMsgSize or ErrorCode.RecordListTooLarge;

    private static bool IsFencing(ErrorCode code) => code is
        ErrorCode.Local_Fenced or ErrorCode.ProducerFenced or ErrorCode.InvalidProducerEpoch or ErrorCode.TransactionCoordinatorFenced;

    private static bool IsPermanent(ErrorCode code) => code is
        ErrorCode.MsgSizeTooLarge or ErrorCode.InvalidMsgSize or ErrorCode.RecordListTooLarge or ErrorCode.InvalidRecord or ErrorCode.PolicyViolation
        or ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed
        or ErrorCode.TransactionalIdAuthorizationFailed or ErrorCode.InvalidTransactionTimeout or ErrorCode.TopicException
        or ErrorCode.UnsupportedVersion or ErrorCode.UnsupportedForMessageFormat or ErrorCode.Local_UnsupportedFeature or ErrorCode.Local_InvalidArg
        or ErrorCode.Local_UnknownTopic or ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed
        or ErrorCode.Local_NotConfigured or ErrorCode.Local_NotImplemented;
}
