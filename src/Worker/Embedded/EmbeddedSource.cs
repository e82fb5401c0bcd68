using System.Globalization;
using System.Text;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Records;
using StreamMoe.Streams;

namespace StreamMoe.Worker.Embedded;

/// <summary>A built-in drifting stream as a source of events, at a given rate, for a worker without Kafka.</summary>
/// <remarks>Events are JSON as a producer would send them, so everything behind the source is what runs in production. When the learner
/// cannot keep up the stream waits: it is never more than a tenth of a second ahead.</remarks>
internal sealed class EmbeddedSource : IRecordSource
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(1);

    private readonly InstanceStream _stream;
    private readonly EventWriter _events;
    private readonly PartitionId _partition;
    private readonly double _rate;
    private readonly TimeProvider _time;
    private volatile bool _paused;

    /// <param name="stream">The stream; from now on this object's.</param>
    /// <param name="name">Stands where a topic's name would.</param>
    /// <param name="rate">Events a second, > 0.</param>
    /// <param name="time">The clock.</param>
    public EmbeddedSource(InstanceStream stream, string name, double rate, TimeProvider time)
    {
        (_stream, _rate, _time) = (stream, rate, time);
        _events = new EventWriter(stream.Schema);
        _partition = new PartitionId(name, 0);
    }

    /// <inheritdoc/>
    public void Run(IRecordHandler handler, CancellationToken stop)
    {
        handler.Assigned(_partition, static () => new PartitionPositions(null, 0, 0));
        double[] features = new double[_stream.Schema.AttributeCount];
        long started = _time.GetTimestamp(), offset = 0;
        double late = 0;
        while (!stop.WaitHandle.WaitOne(s_tick))
        {
            // Time in which the learner could not keep up is not made up for: at most a tenth of a second's events come at once.
            long most = offset + (long)Math.Max(1, _rate / 10), scheduled = (long)((_time.GetElapsedTime(started).TotalSeconds - late) * _rate);
            if (scheduled > most) late += (scheduled - most) / _rate;
            long wanted = _paused ? offset : Math.Min(scheduled, most);
            for (; offset < wanted && _stream.Next(features, out int label); offset++) handler.Received(Event(offset, features, label));
        }
        handler.Revoking(_partition);
    }

    /// <inheritdoc/>
    public void Pause(PartitionId partition) => _paused = true;

    /// <inheritdoc/>
    public void Resume(PartitionId partition) => _paused = false;

    /// <inheritdoc/>
    public void Rejoin() { }

    /// <inheritdoc/>
    public void Dispose()
    {
        _events.Dispose();
        _stream.Dispose();
    }

    private SourceRecord Event(long offset, ReadOnlySpan<double> features, int label)
    {
        DateTimeOffset now = _time.GetUtcNow();
        string id = "e-" + offset.ToString(CultureInfo.InvariantCulture);
        return new SourceRecord(_partition, offset, now.ToUnixTimeMilliseconds(), Encoding.UTF8.GetBytes(id), _events.WriteEvent(id, now, features, label).ToArray());
    }
}
