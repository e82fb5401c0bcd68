using Microsoft.Extensions.Logging.Abstractions;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Records;

namespace StreamMoe.StreamHost.Tests.Kafka;

public sealed class TransactionalOutputTests
{
    private readonly List<TimeSpan> _pauses = [];

    [Fact]
    public void Commit_NothingFails_OneTransactionOfOutputsAndOffset()
    {
        ScriptedProducer producer = new();
        SendAndCommit(producer, 7, "A", "B");

        Assert.Equal("init begin A B offset commit", string.Join(" ", producer.Calls));
        Assert.Equal(7, producer.CommittedOffset);
        Assert.Empty(_pauses);
    }

    [Theory]
    [InlineData("init#1: retriable Local_TimedOut", "init init begin A B offset commit")]
    [InlineData("produce#2: plain Local_QueueFull", "init begin A B B offset commit")]
    [InlineData("offset#1: retriable Local_TimedOut", "init begin A B offset offset commit")]
    [InlineData("commit#1: retriable Local_TimedOut", "init begin A B offset commit commit")]
    public void Commit_ErrorThatPasses_RepeatsThatCallAlone(string script, string calls)
    {
        ScriptedProducer producer = new(script);
        SendAndCommit(producer, 7, "A", "B");

        Assert.Equal(calls, string.Join(" ", producer.Calls));
        Assert.Equal(["A", "B"], producer.Committed);
        Assert.Single(_pauses);
    }

    [Theory]
    [InlineData("begin#1: plain Local_State", "init begin abort begin A B offset commit")]
    [InlineData("produce#2: plain Local_State", "init begin A B abort begin A B offset commit")]
    [InlineData("produce#1: plain Local_PurgeQueue", "init begin A abort begin A B offset commit")]
    [InlineData("offset#1: abort IllegalGeneration", "init begin A B offset abort begin A B offset commit")]
    [InlineData("commit#1: abort OutOfOrderSequenceNumber", "init begin A B offset commit abort begin A B offset commit")]
    [InlineData("commit#1: abort Unknown|abort#1: retriable Local_TimedOut", "init begin A B offset commit abort abort begin A B offset commit")]
    public void Commit_AbortableError_AbortsAndSendsTheSameAgain(string script, string calls)
    {
        ScriptedProducer producer = new(script.Split('|'));
        SendAndCommit(producer, 7, "A", "B");

        Assert.Equal(calls, string.Join(" ", producer.Calls));
        Assert.Equal(["A", "B"], producer.Committed);
        Assert.Equal(7, producer.CommittedOffset);
    }

    [Fact]
    public void Commit_AfterAnAbort_NextBatchHasOnlyItsOwn()
    {
        ScriptedProducer producer = new("commit#1: abort Unknown");
        using TransactionalOutput output = Open(producer);
        output.Commit(1, "A");
        output.Commit(2, "B");

        Assert.Equal(["A", "B"], producer.Committed);
        Assert.Equal(2, producer.CommittedOffset);
    }

    [Theory]
    [InlineData("commit#1: fatal Local_Fenced", "init begin A offset commit")]
    [InlineData("offset#1: fatal ProducerFenced", "init begin A offset")]
    [InlineData("offset#1: abort FencedInstanceId", "init begin A offset abort dispose")]
    [InlineData("produce#1: fatal Local_Fenced", "init begin A")]
    public void Commit_Fenced_ThrowsAndTriesNothingMore(string script, string calls)
    {
        ScriptedProducer producer = new(script);
        TransactionalOutput output = Open(producer);

        PartitionFencedException e = Assert.Throws<PartitionFencedException>(() => output.Commit(1, "A"));

        Assert.Equal(3, e.Partition);
        Assert.Equal(calls, string.Join(" ", producer.Calls));
        Assert.Empty(producer.Committed);
        Assert.Throws<PartitionOutputException>(() => output.Commit(1));
    }

    [Fact]
    public void Commit_RecordThatNoBrokerTakes_ThrowsNotFenced()
    {
        ScriptedProducer producer = new("produce#*: plain MsgSizeTooLarge");
        TransactionalOutput output = Open(producer);

        PartitionOutputException e = Assert.Throws<PartitionOutputException>(() => output.Commit(1, "A"));

        Assert.IsNotType<PartitionFencedException>(e);
        Assert.StartsWith("The dead letter of events-0@17 for topic 'dead-letters' cannot be made small enough: ", e.Message, StringComparison.Ordinal);
        Assert.Equal(["init", "begin", "A"], producer.Calls.Take(3));
        Assert.Equal(["abort", "dispose"], producer.Calls.TakeLast(2));
    }

    [Fact]
    public void Commit_PredictionTooLargeForTheClient_BecomesADeadLetterInTheSameTransaction()
    {
        ScriptedProducer producer = new("produce#1: plain MsgSizeTooLarge");
        using TransactionalOutput output = Open(producer);
        output.Commit(18, "A");

        Assert.Equal("init begin A {} offset commit", string.Join(" ", producer.Calls));
        Assert.Equal(["{}"], producer.Committed);
        Assert.Equal(1, output.RefusedPredictions);
    }

    [Fact]
    public void Commit_BatchTooLargeAndBrokersTellTheLimit_IsSentInPieces()
    {
        ScriptedProducer producer = new("commit#1: abort MsgSizeTooLarge");
        using TransactionalOutput output = new(producer, new PartitionId("events", 3), KafkaBench.Fit(ask: topics => topics.ToDictionary(t => t, _ => 500)), NullLogger.Instance, CancellationToken.None);
        string a = new('a', 100), b = new('b', 100), c = new('c', 100);
        output.Commit(3, a, b, c);

        Assert.Equal($"init begin {a} {b} {c} offset commit abort begin {a} {b} flush {c} offset commit", string.Join(" ", producer.Calls));
        Assert.Equal(0, output.RefusedPredictions);
    }

    [Fact]
    public void Commit_BatchTooLargeAndNobodyTellsTheLimit_FindsTheRecordAndReplacesIt()
    {
        ScriptedProducer producer = new("commit#1: abort MsgSizeTooLarge", "alone#2: abort MsgSizeTooLarge");
        using TransactionalOutput output = Open(producer);
        output.Commit(18, "A", "BBB", "C");

        Assert.Equal("init begin A BBB C offset commit abort begin A! BBB! abort begin A! {}! C! offset commit", string.Join(" ", producer.Calls));
        Assert.Equal(["A", "{}", "C"], producer.Committed);
        Assert.Equal(18, producer.CommittedOffset);
        Assert.Equal(1, output.RefusedPredictions);
    }

    [Fact]
    public void Commit_NotAuthorized_NamesTopicsAndSourceRecords()
    {
        ScriptedProducer producer = new("commit#1: abort TopicAuthorizationFailed");
        using TransactionalOutput output = Open(producer);

        PartitionOutputException e = Assert.Throws<PartitionOutputException>(() => output.Commit(18, "A"));
        Assert.Contains("the outputs of events-0@17 to events-0@17, for topic 'predictions'", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("commit#*: abort Unknown", false)]
    [InlineData("offset#*: abort IllegalGeneration", true)]
    public void Commit_AbortableForEver_GivesUpAfterTenTries(string script, bool fenced)
    {
        ScriptedProducer producer = new(script);
        TransactionalOutput output = Open(producer);

        PartitionOutputException e = Assert.ThrowsAny<PartitionOutputException>(() => output.Commit(1, "A"));

        Assert.Equal(fenced, e is PartitionFencedException);
        Assert.Equal(TransactionalOutput.MostTries, producer.Calls.Count(c => c == "begin"));
        Assert.Equal(["abort", "dispose"], producer.Calls.TakeLast(2));
        Assert.Equal(TimeSpan.FromMilliseconds(50), _pauses[0]);
        Assert.Equal(TimeSpan.FromSeconds(2), _pauses[^1]);
    }

    [Fact]
    public void Commit_CancelledWhileCommitting_EndsWithoutAbortingWhatMayBeCommitted()
    {
        using CancellationTokenSource cancel = new();
        ScriptedProducer producer = new("commit#1: retriable Local_TimedOut");
        TransactionalOutput output = new(producer, new PartitionId("events", 3), KafkaBench.Fit(), NullLogger.Instance, CancellationToken.None, (_, _) => cancel.Cancel());

        Assert.Throws<OperationCanceledException>(() => output.Commit(1, cancel.Token, "A"));
        Assert.Throws<PartitionOutputException>(() => output.Commit(1, "B"));
        output.Dispose();

        Assert.Equal("init begin A offset commit dispose", string.Join(" ", producer.Calls));
    }

    [Fact]
    public void Construct_BrokerWithoutTransactions_ThrowsAndFreesTheProducer()
    {
        ScriptedProducer producer = new("init#1: plain Local_UnsupportedFeature");

        Assert.Throws<PartitionOutputException>(() => Open(producer));
        Assert.Equal("init dispose", string.Join(" ", producer.Calls));
    }

    [Fact]
    public void Dispose_CancelledInATransaction_AbortsIt()
    {
        using CancellationTokenSource cancel = new();
        ScriptedProducer producer = new("offset#1: retriable Local_TimedOut");
        TransactionalOutput output = new(producer, new PartitionId("events", 3), KafkaBench.Fit(), NullLogger.Instance, CancellationToken.None, (_, _) => cancel.Cancel());

        Assert.Throws<OperationCanceledException>(() => output.Commit(1, cancel.Token, "A"));
        output.Dispose();

        Assert.Equal("init begin A offset abort dispose", string.Join(" ", producer.Calls));
    }

    private void SendAndCommit(ScriptedProducer producer, long nextOffset, params string[] values) => Open(producer).Commit(nextOffset, values);

    private TransactionalOutput Open(ScriptedProducer producer)
        => new(producer, new PartitionId("events", 3), KafkaBench.Fit(), NullLogger.Instance, CancellationToken.None, (pause, _) => _pauses.Add(pause));
}
