using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Kafka.Learners;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Kafka.Learners;

/// <summary>Notes what a reader tells, and lets a test wait for it.</summary>
internal sealed class RecordingReader : IRecordReaderHandler
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly object _lock = new();
    private readonly List<(int Partition, long Offset, string Value)> _records = [];
    private RecordReader? _reader;

    /// <value>Called for each record, on the reader's thread.</value>
    public Action<SourceRecord>? OnRecord { get; init; }

    /// <value>Partition and offset of each end that was told.</value>
    public List<(int Partition, long Offset)> Ends { get; } = [];

    public RecordReader Open(KafkaBench bench) => _reader = new RecordReader(bench.Settings, this, NullLogger.Instance);

    public void Received(in SourceRecord record)
    {
        OnRecord?.Invoke(record);
        lock (_lock)
        {
            _records.Add((record.Source.Partition, record.Offset, Encoding.UTF8.GetString(record.Value!)));
            Monitor.PulseAll(_lock);
        }
    }

    public void EndReached(PartitionId partition, long offset)
    {
        lock (_lock)
        {
            Ends.Add((partition.Partition, offset));
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Offsets and values of a partition in order of arrival.</summary>
    public (long Offset, string Value)[] Of(int partition)
    {
        lock (_lock) return [.. _records.Where(r => r.Partition == partition).Select(r => (r.Offset, r.Value))];
    }

    /// <summary>Waits until a condition holds; fails after a minute, saying what there was.</summary>
    public void Await(Func<RecordingReader, bool> condition, string what)
    {
        long began = Stopwatch.GetTimestamp();
        lock (_lock)
        {
            while (!condition(this))
            {
                if (_reader is { Completion.IsFaulted: true } failed) throw new InvalidOperationException("The reader has failed.", failed.Completion.Exception);
                Assert.True(Stopwatch.GetElapsedTime(began) < s_patience, $"Waited in vain for {what}; {_records.Count} records, ends {string.Join(" ", Ends)}.");
                Monitor.Wait(_lock, 100);
            }
        }
    }
}
