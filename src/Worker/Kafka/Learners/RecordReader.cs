using System.Collections.Concurrent;
using System.Diagnostics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamMoe.Streams.Options;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Kafka.Learners;

/// <summary>Reads the partitions that it is told to, each from an offset that it is told, on a thread of its own; outside of the group.</summary>
/// <remarks>
/// A paused partition delivers nothing, and what the client has fetched of it in advance is thrown away. A client that resumes a partition
/// fetches it only when its broker thread wakes up for something else, up to a second later; so resuming seeks to where the partition
/// stands, which wakes it at once. Methods may be called from any thread. At rest the thread wakes up 20 times a second.
/// </remarks>
internal sealed class RecordReader : IDisposable
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(50), s_betweenEnds = TimeSpan.FromSeconds(1);

    private readonly KafkaSettings _settings;
    private readonly Lock _starting = new();
    private readonly IRecordReaderHandler _handler;
    private readonly ILogger _log;
    private IConsumer<byte[], byte[]> _consumer = null!;
    private Thread? _thread;
    private HeaderUse _headers;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<TopicPartition, Reading> _readings = [];
    private volatile bool _stopping;
    private long _endsNoted;

    /// <param name="settings">The section <c>kafka</c>.</param>
    /// <param name="handler">Told what comes, on the thread.</param>
    /// <param name="log">For the client's reports.</param>
    public RecordReader(KafkaSettings settings, IRecordReaderHandler handler, ILogger log) => (_settings, _handler, _log) = (settings, handler, log);

    /// <value>Ends when the reader was freed; faults with what made reading on impossible, or what the handler threw.</value>
    public Task Completion => _completion.Task;

    /// <summary>Reads a partition from an offset on. One that is read already is left as it is. The first call makes the client and starts the thread.</summary>
    /// <param name="partition">Topic and partition; this object comes with every record.</param>
    /// <param name="offset">The first offset to deliver, ≥ 0; when it is no longer in the log the reader ends.</param>
    /// <param name="headers">What headers of records are needed for, as far as it is known by now; the client fetches none when the first call needs none.</param>
    /// <exception cref="OptionException">librdkafka refuses the configuration; or headers are needed, and the client was made to fetch none.</exception>
    public void Begin(PartitionId partition, long offset, HeaderUse headers = HeaderUse.None)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        Start(headers);
        Reading reading = new(partition, offset);
        if (!_readings.TryAdd(reading.Place, reading)) return;
        lock (reading) Try(reading, () => _consumer.IncrementalAssign([new TopicPartitionOffset(reading.Place, offset)]));
    }

    /// <summary>Reads partitions no more: when this returns, nothing more of them comes. Not to be called by the handler.</summary>
    public void End(IEnumerable<PartitionId> partitions)
    {
        foreach (PartitionId partition in partitions)
        {
            if (!_readings.TryRemove(PlaceOf(partition), out Reading? reading)) continue;
            lock (reading)
            {
                reading.Ended = true;
                Try(reading, () => _consumer.IncrementalUnassign([reading.Place]));
            }
        }
    }

    /// <summary>Holds a partition back. Called by the handler, nothing more comes; called on another thread, a record may still come.</summary>
    public void Pause(PartitionId partition)
    {
        if (!_readings.TryGetValue(PlaceOf(partition), out Reading? reading)) return;
        lock (reading)
        {
            if (reading.Ended || reading.Paused) return;
            reading.Paused = true;
            Try(reading, () => _consumer.Pause([reading.Place]));
        }
    }

    /// <summary>Lets a paused partition go on where it was.</summary>
    public void Resume(PartitionId partition)
    {
        if (!_readings.TryGetValue(PlaceOf(partition), out Reading? reading)) return;
        lock (reading)
        {
            if (reading.Ended || !reading.Paused) return;
            reading.Paused = false;
            Try(reading, () =>
            {
                _consumer.Resume([reading.Place]);
                _consumer.Seek(new TopicPartitionOffset(reading.Place, reading.Next));
            });
        }
    }

    /// <summary>The offset after the last record of a partition, as the last answers of the brokers told it, a second old at most; null when none
    /// has come. Control records at the end of the log, which nobody ever gets, do not count.</summary>
    public long? EndOf(PartitionId partition) => _readings.TryGetValue(PlaceOf(partition), out Reading? reading) ? reading.LastKnownEnd : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping = true;
        lock (_starting)
        {
            if (_thread is null) _completion.TrySetResult();
        }
        if (_thread is null) return;
        if (Thread.CurrentThread != _thread) _thread.Join();
        KafkaClients.Free(_consumer, _log);
    }

    private void Start(HeaderUse headers)
    {
        lock (_starting)
        {
            if (_thread is null)
            {
                ObjectDisposedException.ThrowIf(_stopping, this);
                ConsumerConfig config = _settings.Reader();
                if (headers == HeaderUse.None) config.ConsumeResultFields = "timestamp,topic";
                _headers = headers;
                _consumer = KafkaSettings.Build(() => new ConsumerBuilder<byte[], byte[]>(config)
                    .SetErrorHandler((_, error) => KafkaLog.Write(_log, error))
                    .SetLogHandler((_, message) => KafkaLog.Write(_log, message))
                    .Build());
                _thread = new Thread(Run) { IsBackground = true, Name = "kafka read" };
                _thread.Start();
            }
            else if ((headers & ~_headers) != HeaderUse.None)
                throw new OptionException(["events:format is taken from the checkpoints, and they differ: some need headers of records, and others, which were begun first, do not. Set events:format, so that headers are fetched from the start."]);
        }
    }

    private static TopicPartition PlaceOf(PartitionId partition) => new(partition.Topic, partition.Partition);

    private void Try(Reading reading, Action call)
    {
        try
        {
            call();
        }
        catch (KafkaException e) // the client has not begun the partition yet: then it begins where it is to
        {
            KafkaLog.HoldRefused(_log, reading.Id.Topic, reading.Id.Partition, e.Error);
        }
    }

    private void Run()
    {
        try
        {
            while (!_stopping)
            {
                Poll();
                NoteEnds();
            }
            _completion.TrySetResult();
        }
        catch (Exception e)
        {
            _completion.TrySetException(e);
        }
    }

    private void Poll()
    {
        ConsumeResult<byte[], byte[]>? read;
        try
        {
            read = _consumer.Consume(s_poll);
        }
        catch (ConsumeException e) when (!e.Error.IsFatal)
        {
            OnError(e);
            return;
        }
        if (read is null || !_readings.TryGetValue(read.TopicPartition, out Reading? reading)) return;
        lock (reading)
        {
            // What a resumed partition had brought already comes again otherwise.
            if (reading.Ended || read.Offset < reading.Next) return;
            if (read.IsPartitionEOF)
            {
                reading.EndReached(read.Offset);
                _handler.EndReached(reading.Id, read.Offset);
                return;
            }
            reading.Next = read.Offset + 1;
            _handler.Received(new SourceRecord(reading.Id, read.Offset, read.Message.Timestamp.UnixTimestampMs, read.Message.Key, read.Message.Value)
            {
                Headers = _headers.HasFlag(HeaderUse.Events) ? KafkaMessages.HeadersOf(read.Message) : null,
                TraceParent = _headers.HasFlag(HeaderUse.Traces) ? TraceParentOf(read.Message.Headers) : null,
            });
        }
    }

    private static byte[]? TraceParentOf(Headers? headers)
    {
        for (int i = 0; i < headers?.Count; i++)
            if (headers[i].Key == "traceparent") return headers[i].GetValueBytes();
        return null;
    }

    private void OnError(ConsumeException e)
    {
        if (e.ConsumerRecord?.TopicPartition is { } place && e.Error.Code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange or ErrorCode.Local_LogTruncation)
        {
            if (!_readings.TryGetValue(e.ConsumerRecord.TopicPartition, out Reading? reading)) return;
            throw new KafkaPositionException($"{reading.Id}@{reading.Next} cannot be read on: {e.Error.Reason}. "
                + "The offset to read next is no longer in the log; restore from a checkpoint within the log, or allow a fresh model.", e);
        }
        KafkaLog.ConsumingFailed(_log, e.ConsumerRecord?.Topic ?? "events", e.Error);
    }

    /// <summary>Looks up what the client knows of the logs' ends; no call to the brokers.</summary>
    private void NoteEnds()
    {
        if (Stopwatch.GetElapsedTime(_endsNoted) < s_betweenEnds) return;
        _endsNoted = Stopwatch.GetTimestamp();
        foreach (Reading reading in _readings.Values)
        {
            try
            {
                Offset end = _consumer.GetWatermarkOffsets(reading.Place).High;
                if (!end.IsSpecial) reading.NoteEnd(end.Value);
            }
            catch (KafkaException e) // taken away meanwhile, or not begun
            {
                KafkaLog.EndUnknown(_log, reading.Id.Topic, reading.Id.Partition, e.Error);
            }
        }
    }

    /// <summary>A partition that is read; locked by whoever changes it.</summary>
    private sealed class Reading(PartitionId id, long next)
    {
        private long _reached = -1, _end = -1;

        public PartitionId Id { get; } = id;

        public TopicPartition Place { get; } = PlaceOf(id);

        /// <value>The next offset to deliver.</value>
        public long Next { get; set; } = next;

        public bool Paused { get; set; }

        public bool Ended { get; set; }

        public long? LastKnownEnd => Volatile.Read(ref _end) is >= 0 and var end ? end : null;

        /// <summary>Everything below an offset has been delivered.</summary>
        public void EndReached(long offset)
        {
            _reached = offset;
            Volatile.Write(ref _end, Next);
        }

        public void NoteEnd(long end)
        {
            if (end != Volatile.Read(ref _reached)) Volatile.Write(ref _end, end);
        }
    }
}
