using System.Diagnostics;
using System.Text;
using StreamMoe.Worker.Kafka;

namespace StreamMoe.StreamHost.Tests.Kafka;

/// <summary>Notes what a source says, begins every assigned partition where it is told to, and lets a test wait for things.</summary>
internal sealed class RecordingHandler : IKafkaSourceHandler
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly object _lock = new();

    public KafkaSource? Source { get; set; }

    /// <value>Where a partition begins; null = the test begins it itself.</value>
    public Func<int, long?> From { get; init; } = _ => 0;

    /// <value>Called for each record, on the poll thread.</value>
    public Action<KafkaRecord>? OnRecord { get; init; }

    public Action<IReadOnlyList<int>>? OnRevoking { get; init; }

    /// <value>Everything in order: <c>assigned 0,1</c>, <c>revoking 0</c>, <c>lost 0</c>, <c>broken 0</c>.</value>
    public List<string> Events { get; } = [];

    /// <value>Partition, offset and value of each record in order of arrival.</value>
    public List<(int Partition, long Offset, string Value)> Records { get; } = [];

    public void Assigned(IReadOnlyList<int> partitions)
    {
        Note(() => Events.Add($"assigned {string.Join(",", partitions)}"));
        foreach (int partition in partitions)
            if (From(partition) is { } offset) Source!.Begin(partition, offset);
    }

    public void Revoking(IReadOnlyList<int> partitions)
    {
        OnRevoking?.Invoke(partitions);
        Note(() => Events.Add($"revoking {string.Join(",", partitions)}"));
    }

    public void Lost(IReadOnlyList<int> partitions) => Note(() => Events.Add($"lost {string.Join(",", partitions)}"));

    public void Broken(int partition, KafkaPositionException reason) => Note(() => Events.Add($"broken {partition}"));

    public void Record(KafkaRecord record)
    {
        OnRecord?.Invoke(record);
        Note(() => Records.Add((record.Partition, record.Offset, Encoding.UTF8.GetString(record.Value))));
        record.Return();
    }

    /// <summary>Waits until a condition holds; fails after a minute, saying what there was.</summary>
    public void Await(Func<RecordingHandler, bool> condition, string what)
    {
        long start = Stopwatch.GetTimestamp();
        lock (_lock)
        {
            while (!condition(this))
            {
                if (Source is { Completion.IsFaulted: true } source) throw new InvalidOperationException("The source has failed.", source.Completion.Exception);
                Assert.True(Stopwatch.GetElapsedTime(start) < s_patience, $"Waited in vain for {what}; events: {string.Join("; ", Events)}; {Records.Count} records.");
                Monitor.Wait(_lock, 100);
            }
        }
    }

    /// <summary>Values of a partition in order of arrival.</summary>
    public string[] ValuesOf(int partition)
    {
        lock (_lock) return [.. Records.Where(r => r.Partition == partition).Select(r => r.Value)];
    }

    private void Note(Action note)
    {
        lock (_lock)
        {
            note();
            Monitor.PulseAll(_lock);
        }
    }
}
