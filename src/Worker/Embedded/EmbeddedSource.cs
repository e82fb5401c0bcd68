using System.Globalization;
using System.Text;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;
using StreamMoe.Streams;

namespace StreamMoe.Worker.Embedded;

/// <summary>A built-in drifting stream as a source of events, at a given rate, for a worker without Kafka; its events go to the partitions in turn.</summary>
/// <remarks>Events are JSON as a producer would send them, so everything behind the source is what runs in production. When the learner
/// cannot keep up the stream waits: it is never more than a tenth of a second ahead.</remarks>
internal sealed class EmbeddedSource : ILearnerSource
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(1);

    private readonly InstanceStream _stream;
    private readonly EventWriter _events;
    private readonly PartitionId[] _partitions;
    private readonly long[] _next;
    private readonly int _learners;
    private readonly double _rate;
    private readonly TimeProvider _time;
    private int _paused;

    /// <param name="stream">The stream; from now on this object's.</param>
    /// <param name="name">Stands where a topic's name would.</param>
    /// <param name="partitions">Partitions, ≥ 1.</param>
    /// <param name="learners">Learners, ≥ 1: partition p feeds learner p mod so many.</param>
    /// <param name="rate">Events a second, > 0.</param>
    /// <param name="time">The clock.</param>
    public EmbeddedSource(InstanceStream stream, string name, int partitions, int learners, double rate, TimeProvider time)
    {
        (_stream, _rate, _time) = (stream, rate, time);
        _events = new EventWriter(stream.Schema);
        _partitions = [.. Enumerable.Range(0, partitions).Select(p => new PartitionId(name, p))];
        _next = new long[partitions];
        _learners = learners;
    }

    /// <inheritdoc/>
    public void Run(ILearnerHandler handler, CancellationToken stop)
    {
        int[] learners = [.. Enumerable.Range(0, _learners)];
        try
        {
            Assign(handler, learners, stop);
            Send(handler, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It was told to stop while its learners were being made.
        }
        handler.RevokingAsync(learners).GetAwaiter().GetResult();
    }

    private void Assign(ILearnerHandler handler, int[] learners, CancellationToken stop)
    {
        foreach (int learner in learners)
        {
            SourcePosition[] sources = [.. _partitions.Where(p => p.Partition % _learners == learner).Select(p => new SourcePosition(p, SourceKind.Events, 0, 0, null))];
            handler.AssignedAsync(new LearnerAssignment(learner, null, _ => sources), stop).GetAwaiter().GetResult();
        }
    }

    private void Send(ILearnerHandler handler, CancellationToken stop)
    {
        double[] features = new double[_stream.Schema.AttributeCount];
        long started = _time.GetTimestamp(), offset = 0;
        double late = 0;
        while (!stop.WaitHandle.WaitOne(s_tick))
        {
            // Time in which the learner could not keep up is not made up for: at most a tenth of a second's events come at once.
            long most = offset + (long)Math.Max(1, _rate / 10), scheduled = (long)((_time.GetElapsedTime(started).TotalSeconds - late) * _rate);
            if (scheduled > most) late += (scheduled - most) / _rate;
            long wanted = Volatile.Read(ref _paused) > 0 ? offset : Math.Min(scheduled, most);
            for (; offset < wanted && _stream.Next(features, out int label); offset++) handler.Received(Event(offset, features, label));
            foreach (PartitionId partition in _partitions) handler.EndReached(partition, _next[partition.Partition]);
        }
    }

    /// <inheritdoc/>
    public void Pause(PartitionId partition) => Interlocked.Increment(ref _paused);

    /// <inheritdoc/>
    public void Resume(PartitionId partition) => Interlocked.Decrement(ref _paused);

    /// <inheritdoc/>
    public void Rejoin() { }

    /// <inheritdoc/>
    public void Dispose()
    {
        _events.Dispose();
        _stream.Dispose();
    }

    private SourceRecord Event(long position, ReadOnlySpan<double> features, int label)
    {
        DateTimeOffset now = _time.GetUtcNow();
        string id = "e-" + position.ToString(CultureInfo.InvariantCulture);
        PartitionId partition = _partitions[position % _partitions.Length];
        return new SourceRecord(partition, _next[partition.Partition]++, now.ToUnixTimeMilliseconds(), Encoding.UTF8.GetBytes(id), _events.WriteEvent(id, now, features, label).ToArray());
    }
}
