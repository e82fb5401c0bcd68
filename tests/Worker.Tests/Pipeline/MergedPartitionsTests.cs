using System.Text;
using System.Text.Json.Nodes;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Pipeline;

/// <summary>One learner of several partitions that catches up with a backlog predicts what it predicts with one partition.</summary>
public sealed class MergedPartitionsTests
{
    private const int Instances = 3000, Queue = 64;

    private static readonly PipelineOptions s_patient = new()
    {
        Queue = Queue, MergeWait = TimeSpan.FromSeconds(10), MergeMaxWait = TimeSpan.FromSeconds(60),
    };

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    public void Backlog_DistinctTimestamps_PredictionsAreThoseOfOnePartition(int partitions) => Assert.Equal(Predictions(1), Predictions(partitions));

    /// <summary>What is put out for a backlog, without the places of the events; records arrive from the partitions in any order, in bunches.</summary>
    private static List<string> Predictions(int partitions)
    {
        using InstanceStream stream = StreamCatalogue.Open("sea-abrupt", 1);
        LearningSetup setup = Partition.Setup("adaptive");
        using LearnerProcessor processor = new(Partition.Learner, setup, stream.Schema, 64, 1);
        ManualTime time = new();
        bool[] paused = new bool[partitions];
        LearnerInput input = new(s_patient, true, time, new ArrivalSignal(time), p => paused[p.Partition] = false);
        SourceQueue[] queues = [.. Enumerable.Range(0, partitions).Select(p => input.QueueOf(new PartitionId("events", p), new OrderSource(p)))];
        Queue<SourceRecord>[] logs = Logs(stream, queues);
        foreach (SourceQueue queue in queues)
        {
            input.Insert(queue);
            processor.Join(queue.Partition, SourceKind.Events, 0);
        }
        input.BeginMerge();
        Random random = new(partitions);
        OutputBatch outputs = new();
        TakenBatch batch = new(64);
        for (int processed = 0; processed < Instances; processed += batch.Count)
        {
            int p = random.Next(partitions);
            for (int bunch = random.Next(1, 40); bunch > 0 && !paused[p] && logs[p].TryDequeue(out SourceRecord record); bunch--)
            {
                if (queues[p].Offer(record)) continue;
                paused[p] = true;
                queues[p].Pause();
            }
            if (logs[p].Count == 0) queues[p].EndReached(Instances);
            time.Advance(TimeSpan.FromMilliseconds(1));
            batch.Clear();
            input.Merge(batch);
            processor.Process(batch.Records, outputs);
            input.ResumeWhereRoom();
        }
        return [.. Enumerable.Range(0, outputs.Count).Where(i => outputs.KindOf(i) == OutputKind.Prediction).Select(i => WithoutSource(outputs.ValueOf(i)))];
    }

    private static Queue<SourceRecord>[] Logs(InstanceStream stream, SourceQueue[] queues)
    {
        Queue<SourceRecord>[] logs = [.. queues.Select(_ => new Queue<SourceRecord>())];
        using EventWriter events = new(stream.Schema);
        double[] features = new double[stream.Schema.AttributeCount];
        Random random = new(5);
        for (int t = 0; t < Instances && stream.Next(features, out int label); t++)
        {
            int p = random.Next(queues.Length);
            string id = $"e-{t}";
            byte[] value = events.WriteEvent(id, DateTimeOffset.FromUnixTimeMilliseconds(Partition.Start + t), features, label).ToArray();
            logs[p].Enqueue(new SourceRecord(queues[p].Partition, logs[p].Count, Partition.Start + t, Encoding.UTF8.GetBytes(id), value));
        }
        return logs;
    }

    private static string WithoutSource(ReadOnlySpan<byte> prediction)
    {
        JsonObject json = JsonNode.Parse(prediction)!.AsObject();
        Assert.True(json.Remove("source"));
        return json.ToJsonString();
    }
}
