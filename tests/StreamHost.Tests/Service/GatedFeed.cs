using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Kafka.Feed;

namespace StreamMoe.StreamHost.Tests.Service;

/// <summary>Feeds a topic in the background, but only as far as a test allows.</summary>
internal sealed class GatedFeed
{
    private readonly Task _work;
    private readonly Gate _gate;

    public GatedFeed(TestBrokers brokers, string stream, long instances, FeedPlan plan) : this(brokers, StreamCatalogue.Open(stream, 1), instances, plan) { }

    public GatedFeed(TestBrokers brokers, InstanceStream stream, long instances, FeedPlan plan)
    {
        _gate = new Gate(stream);
        KafkaSettings settings = new(new KafkaOptions { BootstrapServers = brokers.Addresses, EventTopic = plan.Topic }, new Dictionary<string, string> { ["compression.type"] = "lz4" });
        _work = Task.Run(() =>
        {
            using EventFeeder feeder = new(settings, plan, CancellationToken.None);
            feeder.Feed(_gate, instances, CancellationToken.None);
        });
    }

    /// <summary>Lets events up to a position go.</summary>
    public void AllowTo(long position) => _gate.AllowTo(position);

    /// <summary>Lets everything go and waits until it is on the brokers.</summary>
    public void Finish()
    {
        AllowTo(long.MaxValue);
        _work.GetAwaiter().GetResult();
    }

    private sealed class Gate(InstanceStream inner) : InstanceStream
    {
        private readonly object _lock = new();
        private long _position, _allowed;

        public override Schema Schema => inner.Schema;

        public void AllowTo(long position)
        {
            lock (_lock)
            {
                _allowed = Math.Max(_allowed, position);
                Monitor.PulseAll(_lock);
            }
        }

        public override bool Next(Span<double> features, out int label)
        {
            lock (_lock)
                while (_position >= _allowed) Monitor.Wait(_lock);
            _position++;
            return inner.Next(features, out label);
        }

        public override void Restart() => throw new InvalidOperationException("A feed goes forward.");

        public override void Dispose() => inner.Dispose();
    }
}
