using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Records;

namespace StreamMoe.StreamHost.Tests.Kafka;

public sealed class AtLeastOnceOutputTests
{
    private readonly List<string> _written = [];
    private readonly List<long> _committed = [];
    private readonly Queue<Error> _reports = new();
    private int _producers;

    [Fact]
    public void Commit_RecordGivenUpByTheClient_IsSentAgainBeforeTheOffset()
    {
        _reports.Enqueue(new Error(ErrorCode.Local_MsgTimedOut));
        using AtLeastOnceOutput output = Open();
        output.Commit(2, "A", "B");

        Assert.Equal(["B", "A"], _written);
        Assert.Equal([2], _committed);
    }

    [Fact]
    public void Commit_ProducerDies_IsReplacedAndTheRecordSentAgain()
    {
        _reports.Enqueue(new Error(ErrorCode.OutOfOrderSequenceNumber, "by design", isFatal: true));
        using AtLeastOnceOutput output = Open();
        output.Commit(1, "A");

        Assert.Equal(2, _producers);
        Assert.Equal(["A"], _written);
    }

    [Fact]
    public void Commit_RecordThatNoBrokerTakes_ThrowsAndCommitsNothing()
    {
        for (int i = 0; i < 100; i++) _reports.Enqueue(new Error(ErrorCode.MsgSizeTooLarge));
        using AtLeastOnceOutput output = Open();

        PartitionOutputException e = Assert.Throws<PartitionOutputException>(() => output.Commit(1, "A"));
        Assert.StartsWith("The dead letter of events-0@17 for topic 'dead-letters' cannot be made small enough: ", e.Message, StringComparison.Ordinal);
        Assert.Empty(_committed);
    }

    [Fact]
    public void Commit_RecordThatMayNotBeWritten_NamesTopicAndSourceRecord()
    {
        _reports.Enqueue(new Error(ErrorCode.TopicAuthorizationFailed));
        using AtLeastOnceOutput output = Open();

        PartitionOutputException e = Assert.Throws<PartitionOutputException>(() => output.Commit(1, "A"));
        Assert.StartsWith("The prediction of events-0@17 for topic 'predictions' cannot be written: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Commit_PredictionRefusedAgainAndAgain_BecomesADeadLetter()
    {
        for (int i = 0; i < 4; i++) _reports.Enqueue(new Error(ErrorCode.MsgSizeTooLarge));
        using AtLeastOnceOutput output = Open();
        output.Commit(18, "A");

        Assert.Equal(["{}"], _written);
        Assert.Equal([18], _committed);
        Assert.Equal(1, output.RefusedPredictions);
    }

    [Fact]
    public void Commit_BatchTooLargeThatFitsAlone_IsNotReplaced()
    {
        _reports.Enqueue(new Error(ErrorCode.MsgSizeTooLarge));
        _reports.Enqueue(new Error(ErrorCode.MsgSizeTooLarge));
        using AtLeastOnceOutput output = Open();
        output.Commit(18, "A", "B");

        Assert.Equal(["A", "B"], _written);
        Assert.Equal(0, output.RefusedPredictions);
    }

    [Fact]
    public void Commit_GroupRefusesTheOffset_IsFenced()
    {
        using AtLeastOnceOutput output = Open(owner: false);

        Assert.Throws<PartitionFencedException>(() => output.Commit(1));
        Assert.Throws<PartitionOutputException>(() => output.Commit(1, "A"));
        Assert.Empty(_written);
    }

    private AtLeastOnceOutput Open(bool owner = true)
    {
        PartitionId partition = new("events", 3);
        OutputFit fit = KafkaBench.Fit();
        RecordSender sender = new(new SharedProducer(() => new Fake(this)), partition, NullLogger.Instance, (_, _) => { }, fit.Limits);
        return new(sender, partition, fit, (_, offset, _) => owner && Noted(offset));
    }

    private bool Noted(long offset)
    {
        _committed.Add(offset);
        return true;
    }

    private sealed class Fake : IRecordProducer
    {
        private readonly AtLeastOnceOutputTests _test;

        public Fake(AtLeastOnceOutputTests test)
        {
            _test = test;
            _test._producers++;
        }

        public void Produce(in OutputRecord record, Action<Error> report)
        {
            if (!_test._reports.TryDequeue(out Error? error)) error = new Error(ErrorCode.NoError);
            if (!error.IsError) _test._written.Add(Encoding.UTF8.GetString(record.Value!));
            report(error);
        }

        public void Dispose()
        {
        }
    }
}
