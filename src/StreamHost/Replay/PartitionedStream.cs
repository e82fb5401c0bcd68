using StreamMoe.Streams;
using StreamMoe.Streams.Randomness;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Order;

namespace StreamMoe.StreamHost.Replay;

/// <summary>A stream as the partitions of a topic, merged again by the worker's rule. The instance at position t has the timestamp t ms, and stands up to
/// so many places later in its partition than it should.</summary>
/// <remarks>No clock: a partition whose next instance is not there yet is not waited for, but enough is drawn in advance that none is missed. Holds as many
/// instances as the disorder, and a few more.</remarks>
internal sealed class PartitionedStream
{
    private readonly InstanceStream _stream;
    private readonly PartitionSplit _split;
    private readonly bool _partitionAsAttribute;
    private readonly int _disorder;
    private readonly long _instances;
    private readonly JavaRandom _random;
    private readonly PriorityQueue<Instance, (long Place, long Position)>[] _arriving;
    private readonly OrderMerge _merge = new(0, long.MaxValue / 4);
    private readonly Stack<double[]> _free = new();
    private long _drawn;
    private bool _ended;

    /// <summary>One instance.</summary>
    /// <param name="Position">Its position in the stream.</param>
    /// <param name="Partition">Its partition.</param>
    /// <param name="Features">Its features; given back by <see cref="Return"/>.</param>
    /// <param name="Label">Its class.</param>
    public readonly record struct Instance(long Position, int Partition, double[] Features, int Label);

    /// <param name="stream">Stands at its beginning; stays the caller's.</param>
    /// <param name="partitions">Partitions, ≥ 1.</param>
    /// <param name="split">Which instance goes where.</param>
    /// <param name="disorder">Places by which an instance may come late, ≥ 0.</param>
    /// <param name="seed">Draws the places.</param>
    /// <param name="instances">Instances at most.</param>
    /// <param name="partitionAsAttribute">True gives each instance its partition as a further attribute, as <c>events:partitionAsAttribute</c> does.</param>
    public PartitionedStream(InstanceStream stream, int partitions, PartitionSplit split, int disorder, long seed, long instances, bool partitionAsAttribute = false)
    {
        (_stream, _split, _disorder, _instances, _partitionAsAttribute) = (stream, split, disorder, instances, partitionAsAttribute);
        Schema = SourceAttributes.Append(stream.Schema, new EventOptions { PartitionAsAttribute = partitionAsAttribute }, new SchemaOptions(), Enumerable.Range(0, partitions));
        _random = new JavaRandom(seed);
        _arriving = new PriorityQueue<Instance, (long, long)>[partitions];
        for (int p = 0; p < partitions; p++)
        {
            _arriving[p] = new PriorityQueue<Instance, (long, long)>();
            _merge.Insert(p, 0);
        }
    }

    /// <value>What instances look like.</value>
    public Schema Schema { get; }

    /// <summary>The next instance in the merged order.</summary>
    /// <returns>False at the end.</returns>
    public bool Next(out Instance instance)
    {
        while (true)
        {
            long smallest = OfferHeads();
            // Whatever is drawn later has a timestamp of at least the position drawn, and stands at most so many places later.
            if (!_ended && (smallest == long.MaxValue || _drawn <= smallest + _disorder))
            {
                Draw();
                continue;
            }
            int partition = _merge.Choose(0, out _);
            if (partition < 0)
            {
                instance = default;
                return false;
            }
            _merge.Taken(partition, 0);
            instance = _arriving[partition].Dequeue();
            return true;
        }
    }

    /// <summary>Gives an instance's features back for another one.</summary>
    public void Return(in Instance instance) => _free.Push(instance.Features);

    /// <summary>Tells the merge the partitions' next instances, where they are known.</summary>
    /// <returns>The smallest timestamp of one that is known.</returns>
    private long OfferHeads()
    {
        long smallest = long.MaxValue;
        for (int p = 0; p < _arriving.Length; p++)
        {
            if (!_arriving[p].TryPeek(out Instance head, out (long Place, long) key) || (!_ended && key.Place >= _drawn)) continue;
            if (!_merge.HasHead(p)) _merge.Offer(p, head.Position, 0);
            smallest = Math.Min(smallest, head.Position);
        }
        return smallest;
    }

    private void Draw()
    {
        double[] features = _free.TryPop(out double[]? used) ? used : new double[Schema.AttributeCount];
        if (_drawn >= _instances || !_stream.Next(features.AsSpan(0, _stream.Schema.AttributeCount), out int label))
        {
            _free.Push(features);
            _ended = true;
            return;
        }
        int partition = _split.Of(_drawn, features);
        if (_partitionAsAttribute) features[^1] = partition;
        long place = _drawn + (_disorder == 0 ? 0 : _random.NextInt(_disorder + 1));
        _arriving[partition].Enqueue(new Instance(_drawn, partition, features, label), (place, _drawn));
        _drawn++;
    }
}
