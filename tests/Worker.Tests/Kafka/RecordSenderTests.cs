using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Kafka.Outputs;
using StreamMoe.Worker.Records;
using StreamMoe.Worker.Tests.Kafka.Learners;

namespace StreamMoe.Worker.Tests.Kafka;

public sealed class RecordSenderTests
{
    private readonly List<string> _written = [];
    private readonly Queue<Error> _reports = new();
    private int _producers;

    [Fact]
    public void Send_RecordGivenUpByTheClient_IsSentAgain()
    {
        _reports.Enqueue(new Error(ErrorCode.Local_MsgTimedOut));
        Send("A", "B");

        Assert.Equal(["B", "A"], _written);
    }

    [Fact]
    public void Send_ProducerDies_IsReplacedAndTheRecordSentAgain()
    {
        _reports.Enqueue(new Error(ErrorCode.OutOfOrderSequenceNumber, "by design", isFatal: true));
        Send("A");

        Assert.Equal(2, _producers);
        Assert.Equal(["A"], _written);
    }

    [Fact]
    public void Send_RecordThatNoBrokerTakes_Throws()
    {
        for (int i = 0; i < 100; i++) _reports.Enqueue(new Error(ErrorCode.MsgSizeTooLarge));

        OutputException e = Assert.Throws<OutputException>(() => Send("A"));
        Assert.StartsWith("The dead letter of events-0@17 for topic 'dead-letters' cannot be made small enough: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Send_RecordThatMayNotBeWritten_NamesTopicAndSourceRecord()
    {
        _reports.Enqueue(new Error(ErrorCode.TopicAuthorizationFailed));

        OutputException e = Assert.Throws<OutputException>(() => Send("A"));
        Assert.StartsWith("The prediction of events-0@17 for topic 'predictions' cannot be written: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Send_PredictionRefusedAgainAndAgain_BecomesADeadLetter()
    {
        for (int i = 0; i < 4; i++) _reports.Enqueue(new Error(ErrorCode.MsgSizeTooLarge));
        int refused = Send("A");

        Assert.Equal(["{}"], _written);
        Assert.Equal(1, refused);
    }

    [Fact]
    public void Send_BatchTooLargeThatFitsAlone_IsNotReplaced()
    {
        _reports.Enqueue(new Error(ErrorCode.MsgSizeTooLarge));
        _reports.Enqueue(new Error(ErrorCode.MsgSizeTooLarge));
        int refused = Send("A", "B");

        Assert.Equal(["A", "B"], _written);
        Assert.Equal(0, refused);
    }

    /// <summary>Sends predictions of texts.</summary>
    /// <returns>How many became dead letters.</returns>
    private int Send(params string[] values)
    {
        PartitionId partition = new("events", 3);
        OutputFit fit = KafkaBench.Fit();
        OutputBatch batch = OutputCommits.Predictions(values);
        new RecordSender(new SharedProducer(() => new Fake(this)), partition, NullLogger.Instance, (_, _) => { }, fit.Limits).Send(batch.Count, i => fit.At(batch, i));
        return fit.CountRefused(batch);
    }

    private sealed class Fake : IRecordProducer
    {
        private readonly RecordSenderTests _test;

        public Fake(RecordSenderTests test)
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
