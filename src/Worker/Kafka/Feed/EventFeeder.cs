using System.Diagnostics;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamMoe.Worker.Events;
using StreamMoe.Streams;

namespace StreamMoe.Worker.Kafka.Feed;

/// <summary>Sends the instances of a stream to a topic as events, by one idempotent producer.</summary>
/// <remarks>The event at position t has the key and the id <c>e-t</c>, so its label, which has the same key, comes behind it in its partition.
/// Events have no time of their own: it is their record's. One thread.</remarks>
internal sealed class EventFeeder : IDisposable
{
    private static readonly TimeSpan s_wait = TimeSpan.FromMilliseconds(20);

    private readonly FeedPlan _plan;
    private readonly string _addresses;
    private readonly IProducer<byte[], byte[]> _producer;
    private readonly Queue<int> _waiting = [];
    private volatile Error? _failure;

    /// <summary>Connects to the brokers and looks for the topics.</summary>
    /// <exception cref="KafkaUnreachableException">No broker answers, or there is no such topic.</exception>
    /// <exception cref="StreamMoe.Streams.Options.OptionException">librdkafka refuses the configuration.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public EventFeeder(KafkaSettings settings, FeedPlan plan, CancellationToken stop)
    {
        (_plan, _addresses) = (plan, settings.Options.BootstrapServers);
        _producer = KafkaMessages.Producer(settings.IdempotentProducer(), NullLogger.Instance);
        try
        {
            int partitions = KafkaTopics.PartitionCount(_producer.Handle, _addresses, plan.Topic, wait: true, stop);
            if (plan is not { Labels: FeedLabels.Late, LabelTopic: { } labelTopic }) return;
            int others = KafkaTopics.PartitionCount(_producer.Handle, _addresses, labelTopic, wait: true, stop);
            if (others != partitions)
                throw new KafkaUnreachableException($"topic '{labelTopic}' has {others} partitions and topic '{plan.Topic}' {partitions}; they must have as many, so that a label's partition is its event's.");
        }
        catch
        {
            _producer.Dispose();
            throw;
        }
    }

    /// <value>Events sent so far.</value>
    public long Events { get; private set; }

    /// <value>Late labels sent so far.</value>
    public long Labels { get; private set; }

    /// <summary>Sends instances until there are enough, the stream ends or it is stopped, then the labels that are still due, and returns
    /// when all of it is on the brokers. Once.</summary>
    /// <exception cref="KafkaUnreachableException">The brokers did not take a record.</exception>
    public void Feed(InstanceStream stream, long limit, CancellationToken stop)
    {
        using EventWriter writer = new(stream.Schema, _plan.AsArray);
        double[] features = new double[stream.Schema.AttributeCount];
        bool late = _plan.Labels == FeedLabels.Late;
        long began = Stopwatch.GetTimestamp();
        while (Events < limit && IsTime(began, stop) && stream.Next(features, out int label))
        {
            string id = IdOf(Events);
            Send(_plan.Topic, id, writer.WriteEvent(_plan.AsArray && !late ? null : id, null, features,
                _plan.Labels == FeedLabels.InEvents ? label : InstanceBlock.NoLabel));
            Events++;
            if (!late) continue;
            _waiting.Enqueue(label);
            if (_waiting.Count > _plan.LabelDelay) SendLabel(writer);
        }
        while (_waiting.Count > 0) SendLabel(writer);
        while (_producer.Flush(s_wait) > 0) ThrowIfFailed();
        ThrowIfFailed();
    }

    /// <inheritdoc/>
    public void Dispose() => _producer.Dispose();

    /// <summary>The id of the event at a position.</summary>
    private static string IdOf(long position) => "e-" + position.ToString(CultureInfo.InvariantCulture);

    /// <summary>Waits until the next event is due; false when it was stopped.</summary>
    private bool IsTime(long began, CancellationToken stop)
    {
        if (_plan.Rate is { } rate)
        {
            TimeSpan early = TimeSpan.FromSeconds(Events / rate) - Stopwatch.GetElapsedTime(began);
            if (early > TimeSpan.Zero) stop.WaitHandle.WaitOne(early);
        }
        return !stop.IsCancellationRequested;
    }

    private void SendLabel(EventWriter writer)
    {
        string id = IdOf(Events - _waiting.Count);
        int label = _waiting.Dequeue();
        if (label == InstanceBlock.NoLabel) return;
        Send(_plan.LabelTopic ?? _plan.Topic, id, writer.WriteLabel(id, null, label));
        Labels++;
    }

    private void Send(string topic, string key, ReadOnlySpan<byte> value)
    {
        Message<byte[], byte[]> message = new() { Key = Encoding.UTF8.GetBytes(key), Value = value.ToArray() };
        while (true)
        {
            ThrowIfFailed();
            try
            {
                _producer.Produce(topic, message, report =>
                {
                    if (report.Error.IsError) _failure ??= report.Error;
                });
                return;
            }
            catch (KafkaException e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                _producer.Flush(s_wait);
            }
            catch (KafkaException e)
            {
                _failure ??= e.Error;
            }
        }
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure)
            throw new KafkaUnreachableException($"the brokers at {_addresses} did not take a record, after {Events} events: {failure.Reason}.");
    }
}
