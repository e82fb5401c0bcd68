using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Kafka.Learners;
using StreamMoe.Worker.Kafka.Outputs;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Kafka.Learners;

public sealed class TransactionalOutputTests
{
    private static readonly PartitionId s_order = new("order", 3);

    private readonly List<TimeSpan> _pauses = [];
    private readonly List<OrderCommit> _committed = [];

    [Fact]
    public void Commit_NothingFails_OneTransactionOfOutputsAndOrderRecord()
    {
        ScriptedProducer producer = new();
        long next = Commit(Open(producer), "A", "B");

        Assert.Equal("init begin A B order commit", string.Join(" ", producer.Calls));
        Assert.Equal(3, next); // after the order record, which is the third of the scripted log
        Assert.Single(_committed);
        Assert.Empty(_pauses);
    }

    [Fact]
    public void Recovered_NothingWasCommittedYet_OffsetsAreToldToWhoReportsThem()
    {
        Open(new ScriptedProducer()).Recovered([new NextOffset(new OrderSource(2), 17)]);

        Assert.Equal(17, Assert.Single(Assert.Single(_committed).Next).Offset);
    }

    [Theory]
    [InlineData("init#1: retriable Local_TimedOut", "init init begin A B order commit")]
    [InlineData("produce#2: plain Local_QueueFull", "init begin A B B order commit")]
    [InlineData("produce#3: plain Local_QueueFull", "init begin A B order order commit")]
    [InlineData("commit#1: retriable Local_TimedOut", "init begin A B order commit commit")]
    public void Commit_ErrorThatPasses_RepeatsThatCallAlone(string script, string calls)
    {
        ScriptedProducer producer = new(script);
        Commit(Open(producer), "A", "B");

        Assert.Equal(calls, string.Join(" ", producer.Calls));
        Assert.Equal(["A", "B", "order"], producer.Committed);
        Assert.Single(_pauses);
    }

    [Theory]
    [InlineData("begin#1: plain Local_State", "init begin abort begin A B order commit")]
    [InlineData("produce#2: plain Local_State", "init begin A B abort begin A B order commit")]
    [InlineData("produce#3: plain Local_PurgeQueue", "init begin A B order abort begin A B order commit")]
    [InlineData("commit#1: abort OutOfOrderSequenceNumber", "init begin A B order commit abort begin A B order commit")]
    [InlineData("commit#1: abort Unknown|abort#1: retriable Local_TimedOut", "init begin A B order commit abort abort begin A B order commit")]
    public void Commit_AbortableError_AbortsAndSendsTheSameAgain(string script, string calls)
    {
        ScriptedProducer producer = new(script.Split('|'));
        Commit(Open(producer), "A", "B");

        Assert.Equal(calls, string.Join(" ", producer.Calls));
        Assert.Equal(["A", "B", "order"], producer.Committed);
    }

    [Fact]
    public void Commit_AfterAnAbort_NextBatchHasOnlyItsOwn()
    {
        ScriptedProducer producer = new("commit#1: abort Unknown");
        using TransactionalOutput output = Open(producer);
        Commit(output, "A");
        Commit(output, "B");

        Assert.Equal(["A", "order", "B", "order"], producer.Committed);
    }

    [Theory]
    [InlineData("commit#1: fatal Local_Fenced", "init begin A order commit")]
    [InlineData("commit#1: fatal ProducerFenced", "init begin A order commit")]
    [InlineData("produce#1: fatal Local_Fenced", "init begin A")]
    public async Task Commit_Fenced_ThrowsAndTriesNothingMore(string script, string calls)
    {
        ScriptedProducer producer = new(script);
        TransactionalOutput output = Open(producer);

        LearnerFencedException e = Assert.Throws<LearnerFencedException>(() => Commit(output, "A"));

        Assert.Equal(3, e.Learner);
        Assert.Equal(calls, string.Join(" ", producer.Calls));
        Assert.Empty(producer.Committed);
        Assert.Empty(_committed);
        await Assert.ThrowsAsync<OutputException>(() => output.CommitAsync(new OutputBatch(), Order(), CancellationToken.None));
    }

    [Fact]
    public void Commit_RecordThatNoBrokerTakes_ThrowsNotFenced()
    {
        ScriptedProducer producer = new("produce#*: plain MsgSizeTooLarge");

        OutputException e = Assert.Throws<OutputException>(() => Commit(Open(producer), "A"));

        Assert.Contains("cannot be made small enough", e.Message, StringComparison.Ordinal);
        Assert.Equal(["abort", "dispose"], producer.Calls.TakeLast(2));
    }

    [Fact]
    public void Commit_BatchTooLargeAndBrokersTellTheLimit_IsSentInPieces()
    {
        ScriptedProducer producer = new("commit#1: abort MsgSizeTooLarge");
        using TransactionalOutput output = new(producer, s_order, KafkaBench.Fit(ask: topics => topics.ToDictionary(t => t, _ => 500)), _committed.Add, NullLogger.Instance, CancellationToken.None);
        string a = new('a', 100), b = new('b', 100), c = new('c', 100);
        Commit(output, a, b, c);

        Assert.Equal($"init begin {a} {b} {c} order commit abort begin {a} {b} flush {c} order commit", string.Join(" ", producer.Calls));
        Assert.Equal(0, output.RefusedPredictions);
    }

    [Fact]
    public void Commit_BatchTooLargeAndNobodyTellsTheLimit_FindsTheRecordAndReplacesIt()
    {
        ScriptedProducer producer = new("commit#1: abort MsgSizeTooLarge", "alone#2: abort MsgSizeTooLarge");
        using TransactionalOutput output = Open(producer);
        Commit(output, "A", "BBB", "C");

        Assert.Equal("init begin A BBB C order commit abort begin A! BBB! abort begin A! {}! C! order commit", string.Join(" ", producer.Calls));
        Assert.Equal(["A", "{}", "C", "order"], producer.Committed);
        Assert.Equal(1, output.RefusedPredictions);
    }

    [Fact]
    public void Commit_LimitsWereAskedForFirst_NothingIsRefused()
    {
        ScriptedProducer producer = new();
        OutputFit fit = KafkaBench.Fit(ask: topics => topics.ToDictionary(t => t, _ => 500));
        fit.Limits.AskFirst();
        using TransactionalOutput output = new(producer, s_order, fit, _committed.Add, NullLogger.Instance, CancellationToken.None);
        string a = new('a', 300), large = new('l', 600), b = new('b', 300);
        Commit(output, a, large, b);

        Assert.Equal($"init begin {a} flush {{}} flush {b} order commit", string.Join(" ", producer.Calls)); // the dead letter has the event's value
        Assert.Equal(1, output.RefusedPredictions);
    }

    [Theory]
    [InlineData("commit#1: abort MsgSizeTooLarge|begin#2: fatal Local_UnsupportedFeature")]
    [InlineData("commit#1: abort MsgSizeTooLarge|abort#1: fatal Local_UnsupportedFeature")]
    [InlineData("commit#1: abort MsgTimedOut|commit#2: fatal Local_UnsupportedFeature")]
    public void Commit_ProducerDiesOfAFailedTransaction_IsLostNotRefused(string script)
    {
        ScriptedProducer producer = new(script.Split('|').Select(s => s.Replace("MsgTimedOut", "Local_MsgTimedOut", StringComparison.Ordinal)).ToArray());

        Assert.Throws<OutputLostException>(() => Commit(Open(producer), "A"));
        Assert.Empty(producer.Committed);
    }

    [Fact]
    public void Commit_ProducersThatDieOfWhatIsRefused_FindTheLimitTogether()
    {
        OutputFit fit = KafkaBench.Fit();
        int outputs = 0;
        ScriptedProducer producer;
        while (true)
        {
            producer = outputs++ == 0 ? new("commit#1: abort MsgSizeTooLarge", "begin#2: fatal Local_UnsupportedFeature")
                : outputs == 2 ? new("alone#2: abort MsgSizeTooLarge", "begin#2: fatal Local_UnsupportedFeature") : new();
            using TransactionalOutput output = new(producer, s_order, fit, _committed.Add, NullLogger.Instance, CancellationToken.None, (_, _) => { });
            try
            {
                Commit(output, "A", "BBB", "C");
                break;
            }
            catch (OutputLostException)
            {
                Assert.True(outputs < 5, "no output found the limit");
            }
        }

        Assert.Equal(3, outputs);
        Assert.Equal(["A", "{}", "C", "order"], producer.Committed);
    }

    [Fact]
    public void Commit_NotAuthorized_NamesTopicsAndSourceRecords()
    {
        ScriptedProducer producer = new("commit#1: abort TopicAuthorizationFailed");

        OutputException e = Assert.Throws<OutputException>(() => Commit(Open(producer), "A"));
        Assert.Contains("the outputs of events-0@17 to events-0@17, for topic 'predictions'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Commit_PredictionTooLargeForTheClient_BecomesADeadLetterInTheSameTransaction()
    {
        ScriptedProducer producer = new("produce#1: plain MsgSizeTooLarge");
        using TransactionalOutput output = Open(producer);
        Commit(output, "A");

        Assert.Equal("init begin A {} order commit", string.Join(" ", producer.Calls));
        Assert.Equal(1, output.RefusedPredictions);
    }

    [Fact]
    public void Commit_AbortableForEver_GivesUpAfterTenTries()
    {
        ScriptedProducer producer = new("commit#*: abort Unknown");
        TransactionalOutput output = Open(producer);

        Assert.Throws<OutputException>(() => Commit(output, "A"));

        Assert.Equal(TransactionalOutput.MostTries, producer.Calls.Count(c => c == "begin"));
        Assert.Equal(["abort", "dispose"], producer.Calls.TakeLast(2));
        Assert.Equal(TimeSpan.FromMilliseconds(50), _pauses[0]);
        Assert.Equal(TimeSpan.FromSeconds(2), _pauses[^1]);
    }

    [Fact]
    public async Task Commit_CancelledWhileCommitting_EndsWithoutAbortingWhatMayBeCommitted()
    {
        using CancellationTokenSource cancel = new();
        ScriptedProducer producer = new("commit#1: retriable Local_TimedOut");
        TransactionalOutput output = new(producer, s_order, KafkaBench.Fit(), _committed.Add, NullLogger.Instance, CancellationToken.None, (_, _) => cancel.Cancel());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => output.CommitAsync(OutputCommits.Predictions("A"), Order(), cancel.Token));
        await Assert.ThrowsAsync<OutputException>(() => output.CommitAsync(OutputCommits.Predictions("B"), Order(), CancellationToken.None));
        output.Dispose();

        Assert.Equal("init begin A order commit dispose", string.Join(" ", producer.Calls));
    }

    [Fact]
    public void Construct_BrokerWithoutTransactions_ThrowsAndFreesTheProducer()
    {
        ScriptedProducer producer = new("init#1: plain Local_UnsupportedFeature");

        Assert.Throws<OutputException>(() => Open(producer));
        Assert.Equal("init dispose", string.Join(" ", producer.Calls));
    }

    private static long Commit(TransactionalOutput output, params string[] values) => output.CommitAsync(OutputCommits.Predictions(values), Order(), CancellationToken.None).GetAwaiter().GetResult();

    private static OrderCommit Order() => new(Encoding.UTF8.GetBytes("order"), OrderPosition.BeginningOf(Guid.Empty), []);

    private TransactionalOutput Open(ScriptedProducer producer) => new(producer, s_order, KafkaBench.Fit(), _committed.Add, NullLogger.Instance, CancellationToken.None, (pause, _) => _pauses.Add(pause));
}
