using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Streams;
using StreamMoe.Streams.Files;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Checkpoints;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.StreamHost.Tests.Service;

/// <summary>One learner, made anew from the partitions' logs and its order log alone, outside of any worker.</summary>
internal sealed class OrderReplay
{
    private readonly Dictionary<OrderSource, Queue<KafkaRecord>> _logs = [];
    private readonly Dictionary<OrderSource, PartitionId> _partitions = [];
    private readonly LearnerProcessor _processor;
    private readonly OutputBatch _outputs = new();

    private OrderReplay(LearnerProcessor processor) => _processor = processor;

    /// <value>What it puts out, in order: the kind, and all of the bytes.</value>
    public List<(OutputKind Kind, string Bytes)> Outputs { get; } = [];

    /// <value>How many records of each source are in its order.</value>
    public Dictionary<OrderSource, long> Delivered { get; } = [];

    /// <value>Order records that count, and those that are passed over.</value>
    public (long Counted, long PassedOver) Orders { get; private set; }

    /// <value>Its state after the last order record, as a checkpoint holds it, without the place in the order log.</value>
    public byte[] State { get; private set; } = [];

    /// <summary>Follows an order log from its beginning to its end.</summary>
    /// <param name="events">All records of the event topic that are committed.</param>
    /// <param name="labels">Those of the label topic; none where there is none.</param>
    /// <param name="orders">Those of the learner's partition of the order topic, in order.</param>
    /// <param name="learner">The learner.</param>
    /// <param name="configuration">The workers' configuration.</param>
    /// <param name="folder">A folder for a checkpoint.</param>
    public static OrderReplay Run(IEnumerable<KafkaRecord> events, IEnumerable<KafkaRecord> labels, IEnumerable<KafkaRecord> orders, int learner, WorkerConfiguration configuration, string folder)
    {
        LearningSetup setup = new(configuration.Preset, configuration.Model.Seed, configuration.Schema, configuration.Labels) { Events = configuration.Events };
        Schema? declared = configuration.Schema.File.Length == 0 ? null : SchemaFile.Load(configuration.Schema.File, configuration.Schema.MaxValues);
        LearnerId id = new(configuration.Kafka.EventTopic, learner);
        using LearnerProcessor processor = new(id, setup, declared, configuration.Pipeline.Capacity, 1, configuration.Kafka.MaxDeadLetterBytes);
        OrderReplay replay = new(processor);
        replay.AddLogs(events, SourceKind.Events);
        replay.AddLogs(labels, SourceKind.Labels);
        replay.Follow(orders, configuration.Kafka.Guarantee == Guarantee.AtLeastOnce);
        CheckpointEntry written = new DirectoryCheckpointStore(folder, "replay", 2).Write(id, 0, null, CheckpointFit.HeaderOf(setup, id, processor.LearnerSchema), processor.Sections);
        replay.State = WorkerGroup.StateIn(written.Name);
        return replay;
    }

    private void AddLogs(IEnumerable<KafkaRecord> records, SourceKind kind)
    {
        foreach (KafkaRecord record in records)
        {
            OrderSource source = new(record.Partition, kind);
            if (!_logs.TryGetValue(source, out Queue<KafkaRecord>? log)) (_logs[source], _partitions[source]) = (log = new Queue<KafkaRecord>(), new PartitionId(record.Topic, record.Partition));
            log.Enqueue(record);
        }
    }

    private void Follow(IEnumerable<KafkaRecord> orders, bool mayPassOver)
    {
        OrderChain? chain = null;
        long counted = 0;
        foreach (KafkaRecord record in orders)
        {
            string place = $"{record.Topic}-{record.Partition}@{record.Offset}";
            OrderRecord order = OrderRecordCodec.Read(record.Value, place);
            chain ??= new OrderChain(new OrderPosition(order.Position.Lineage, order.Predecessor.Sequence, order.Predecessor.Writer), mayPassOver);
            if (!chain.Follows(order, place)) continue;
            counted++;
            foreach (OrderEntry entry in order.Entries) Follow(entry);
            foreach (NextOffset next in order.Next) Assert.Equal(next.Offset, _processor.Find(next.Source)!.Next);
        }
        Orders = (counted, chain?.PassedOver ?? 0);
    }

    private void Follow(in OrderEntry entry)
    {
        switch (entry.Kind)
        {
            case OrderEntryKind.Run:
                for (long i = 0; i < entry.Value; i++) Process(entry.Source);
                break;
            case OrderEntryKind.Joined:
                if (!_partitions.TryGetValue(entry.Source, out PartitionId? partition)) partition = new PartitionId("without records", entry.Source.Partition);
                _processor.Join(partition, entry.Source.Kind, entry.Value);
                break;
            default:
                _processor.Apply(entry, _outputs);
                break;
        }
        for (int i = 0; i < _outputs.Count; i++)
            Outputs.Add((_outputs.KindOf(i), OutputLog.BytesOf(_outputs.KeyOf(i), _outputs.IsNull(i) ? null : _outputs.ValueOf(i).ToArray(), _outputs.HeadersOf(i) ?? [])));
        _outputs.Clear();
    }

    private void Process(OrderSource source)
    {
        KafkaRecord next = _logs[source].Dequeue();
        _processor.Process([new SourceRecord(_partitions[source], next.Offset, next.TimestampMilliseconds, next.HasKey ? next.Key.ToArray() : null, next.HasValue ? next.Value.ToArray() : null) { Headers = next.Headers.Count > 0 ? next.Headers : null }], _outputs);
        Delivered[source] = Delivered.GetValueOrDefault(source) + 1;
    }
}
